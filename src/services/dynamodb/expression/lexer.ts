/** Expressions cut into tokens, and the sentence about the token that did not fit. */
import { ValidationException } from "../errors.ts";

export type Kind = "Condition" | "Filter" | "Projection" | "Update" | "KeyCondition";

export interface Token {
  readonly type: "identifier" | "name" | "value" | "number" | "symbol" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BYTES_MAX = 4096;
const TOKEN = /\s+|([A-Za-z]\w*)|(#\w+)|(:\w+)|(\d+)|(<>|<=|>=|[^\s])/guy;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [whole, identifier, name, value, number] = match;
    if (whole.trim() === "") continue;
    const type =
      identifier !== undefined
        ? "identifier"
        : name !== undefined
          ? "name"
          : value !== undefined
            ? "value"
            : number !== undefined
              ? "number"
              : "symbol";
    tokens.push({ type, text: whole, start: match.index, end: match.index + whole.length });
  }
  tokens.push({ type: "end", text: "<EOF>", start: text.length, end: text.length });
  return tokens;
}

export const invalid = (kind: Kind, what: string) =>
  ValidationException(`Invalid ${kind}Expression: ${what}`);

export function refuseSize(kind: Kind, text: string): void {
  if (text.trim() === "") throw invalid(kind, "The expression can not be empty;");
  const bytes = Buffer.byteLength(text);
  if (bytes > BYTES_MAX) {
    throw invalid(
      kind,
      `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`,
    );
  }
}

/** AWS shows the token with its neighbours, as they were written. */
export function syntaxError(kind: Kind, text: string, tokens: readonly Token[], at: number) {
  const token = tokens[at];
  const from = tokens[at - 1]?.start ?? token?.start ?? 0;
  const to = tokens[at + 1]?.end ?? token?.end ?? text.length;
  const near = text.slice(from, to).trimEnd();
  return invalid(kind, `Syntax error; token: "${token?.text}", near: "${near}"`);
}

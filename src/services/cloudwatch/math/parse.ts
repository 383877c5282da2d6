/**
 * Metric math as a tree. From loose to tight: OR, AND, comparisons, + and -, * and /, the sign, ^
 * (to the right). Limits the depth, so that no expression exhausts the stack.
 */
import { MathError } from "./environment.ts";

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "minus"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

const DEPTH_MAX = 100;
const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<text>'[^']*'|"[^"]*")|(?<sign>&&|\|\||[=!<>]=|[-+*/^<>(),[\]]))/y;

interface Token {
  readonly kind: "number" | "name" | "text" | "sign" | "end";
  readonly text: string;
}

const LEVELS: readonly (readonly string[])[] = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!=", "<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/"],
];
const SAME: Readonly<Record<string, string>> = { "||": "OR", "&&": "AND" };

export function parse(text: string): Expression {
  const reader = readerOf(tokensOf(text));
  const expression = binary(reader, 0, 0);
  const rest = reader.peek();
  if (rest.kind !== "end") throw new MathError(`Unexpected '${rest.text}'`);
  return expression;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined)
      throw new MathError(`Unexpected '${text.slice(at).trim().charAt(0)}'`);
    for (const kind of ["number", "name", "text", "sign"] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  return tokens;
}

interface Reader {
  peek(): Token;
  take(): Token;
  /** Takes the next token if it is one of these. */
  skip(...signs: readonly string[]): string | undefined;
  expect(sign: string): void;
}

const END: Token = { kind: "end", text: "end of expression" };

function readerOf(tokens: readonly Token[]): Reader {
  let at = 0;
  const peek = () => tokens[at] ?? END;
  const skip = (...signs: readonly string[]) => {
    const { kind, text } = peek();
    if ((kind !== "sign" && kind !== "name") || !signs.includes(text)) return undefined;
    at += 1;
    return text;
  };
  return {
    peek,
    skip,
    take() {
      const token = peek();
      at += 1;
      return token;
    },
    expect(sign) {
      if (skip(sign) === undefined)
        throw new MathError(`Expected '${sign}' before '${peek().text}'`);
    },
  };
}

function binary(reader: Reader, level: number, depth: number): Expression {
  if (depth > DEPTH_MAX) throw new MathError("The expression is nested too deeply");
  const operators = LEVELS[level];
  if (operators === undefined) return signed(reader, depth);
  let left = binary(reader, level + 1, depth);
  for (;;) {
    const operator = reader.skip(...operators);
    if (operator === undefined) return left;
    const right = binary(reader, level + 1, depth);
    left = { kind: "binary", operator: SAME[operator] ?? operator, left, right };
  }
}

function signed(reader: Reader, depth: number): Expression {
  if (depth > DEPTH_MAX) throw new MathError("The expression is nested too deeply");
  if (reader.skip("-") !== undefined) return { kind: "minus", operand: signed(reader, depth + 1) };
  if (reader.skip("+") !== undefined) return signed(reader, depth + 1);
  const base = primary(reader, depth + 1);
  if (reader.skip("^") === undefined) return base;
  return { kind: "binary", operator: "^", left: base, right: signed(reader, depth + 1) };
}

function primary(reader: Reader, depth: number): Expression {
  const token = reader.take();
  switch (token.kind) {
    case "number":
      return { kind: "number", value: Number(token.text) };
    case "text":
      return { kind: "text", text: token.text.slice(1, -1) };
    case "name":
      return reader.skip("(") === undefined
        ? { kind: "name", name: token.text }
        : { kind: "call", name: token.text, arguments: items(reader, ")", depth) };
    default:
      break;
  }
  if (token.text === "[" && token.kind === "sign") {
    return { kind: "list", items: items(reader, "]", depth) };
  }
  if (token.text !== "(" || token.kind !== "sign")
    throw new MathError(`Unexpected '${token.text}'`);
  const inner = binary(reader, 0, depth);
  reader.expect(")");
  return inner;
}

function items(reader: Reader, close: string, depth: number): readonly Expression[] {
  if (reader.skip(close) !== undefined) return [];
  const found: Expression[] = [];
  do found.push(binary(reader, 0, depth));
  while (reader.skip(",") !== undefined);
  reader.expect(close);
  return found;
}

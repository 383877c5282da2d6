/** PartiQL statements cut into tokens. */
import { ValidationException } from "../errors.ts";

export interface Token {
  readonly type: "word" | "quoted" | "string" | "number" | "symbol" | "end";
  /** A string's or quoted name's content; everything else as it was written. */
  readonly text: string;
}

const TOKEN =
  /\s+|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(<<|>>|<>|!=|<=|>=|.)/gsy;

export const malformed = (why: string) =>
  ValidationException(`Statement wasn't well formed, can't be processed: ${why}`);

export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  for (const [whole, string, quoted, number, word] of statement.matchAll(TOKEN)) {
    if (whole.trim() === "") continue;
    if (string !== undefined) tokens.push({ type: "string", text: string.replaceAll("''", "'") });
    else if (quoted !== undefined) {
      tokens.push({ type: "quoted", text: quoted.replaceAll('""', '"') });
    } else if (number !== undefined) tokens.push({ type: "number", text: whole });
    else tokens.push({ type: word === undefined ? "symbol" : "word", text: whole });
  }
  tokens.push({ type: "end", text: "<EOF>" });
  return tokens;
}

/** AWS names no limit. No statement within its size has a use for more. */
const DEPTH_MAX = 500;

/** A statement as it is read, with its parameters and with what it binds on the way. */
export class StatementReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(statement: string) {
    this.#tokens = tokensOf(statement);
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? { type: "end", text: "<EOF>" };
  }

  get next(): Token {
    return this.#tokens[this.#at + 1] ?? { type: "end", text: "<EOF>" };
  }

  take(): Token {
    const { token } = this;
    this.#at += 1;
    return token;
  }

  fail(): Error {
    return malformed(`Unexpected token: ${this.token.text}`);
  }

  /** For whatever may stand within its own kind. */
  deeper<T>(inside: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw malformed("It is nested too deeply");
    const result = inside();
    this.#depth -= 1;
    return result;
  }

  isWord(word: string): boolean {
    return this.token.type === "word" && this.token.text.toUpperCase() === word;
  }

  skipWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.skipWord(word)) throw this.fail();
  }

  isSymbol(symbol: string): boolean {
    return this.token.type === "symbol" && this.token.text === symbol;
  }

  skip(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#at += 1;
    return true;
  }

  expect(symbol: string): void {
    if (!this.skip(symbol)) throw this.fail();
  }

  name(): string {
    const { type, text } = this.token;
    if (type !== "word" && type !== "quoted") throw this.fail();
    this.#at += 1;
    return text;
  }

  expectEnd(): void {
    this.skip(";");
    if (this.token.type !== "end") throw this.fail();
  }
}

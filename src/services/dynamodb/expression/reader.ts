/**
 * What all grammars share: walking over the tokens, document paths, functions, and what is refused
 * after a good syntax.
 */
import { isReserved } from "./reserved-words.ts";
import { invalid, refuseSize, syntaxError, type Kind, type Token, tokensOf } from "./lexer.ts";
import type { OperandNode, PathNode, PathPart } from "./syntax.ts";

/** In the order in which AWS tells of them, whatever their order in the text. */
const PROBLEMS = ["parentheses", "function", "misuse", "path", "reserved", "section"] as const;
const OPERATORS_MAX = 300;
const LEVELS_MAX = 32;
const INDEX_MAX = 2 ** 31 - 1;
/** Deeper than any expression within the other limits has a use for. */
const DEPTH_MAX = 500;

type Problem = (typeof PROBLEMS)[number];

export class Reader {
  readonly kind: Kind;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Words of the grammar that are no names in it, in upper case. */
  readonly #keywords: ReadonlySet<string>;
  readonly #problems = new Map<Problem, string>();
  readonly #closedAt = new Map<number, number>();
  #operators = 0;
  #depth = 0;
  at = 0;

  constructor(kind: Kind, text: string, keywords: ReadonlySet<string>) {
    refuseSize(kind, text);
    this.kind = kind;
    this.text = text;
    this.tokens = tokensOf(text);
    this.#keywords = keywords;
  }

  get token(): Token {
    return this.tokens[this.at] ?? this.#end;
  }

  get next(): Token {
    return this.tokens[this.at + 1] ?? this.#end;
  }

  get #end(): Token {
    return { type: "end", text: "<EOF>", start: this.text.length, end: this.text.length };
  }

  fail(): Error {
    return syntaxError(this.kind, this.text, this.tokens, this.at);
  }

  take(): Token {
    const token = this.token;
    this.at += 1;
    return token;
  }

  /** Steps over a symbol when it is there. */
  skip(symbol: string): boolean {
    if (this.token.type !== "symbol" || this.token.text !== symbol) return false;
    this.at += 1;
    return true;
  }

  expect(symbol: string): void {
    if (!this.skip(symbol)) throw this.fail();
  }

  isKeyword(word: string): boolean {
    return this.token.type === "identifier" && this.token.text.toUpperCase() === word;
  }

  skipKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.at += 1;
    return true;
  }

  expectEnd(): void {
    if (this.token.type !== "end") throw this.fail();
  }

  /** Remembers what is wrong for when the syntax has turned out to be good. */
  problem(problem: Problem, what: string): void {
    if (!this.#problems.has(problem)) this.#problems.set(problem, what);
  }

  refuseProblems(): void {
    for (const problem of PROBLEMS) {
      const what = this.#problems.get(problem);
      if (what !== undefined) throw invalid(this.kind, what);
    }
  }

  /** AND, OR, NOT, comparisons and sums are counted; parentheses and functions are not. */
  countOperator(): void {
    this.#operators += 1;
    if (this.#operators <= OPERATORS_MAX) return;
    throw invalid(
      this.kind,
      `The expression contains too many operators; operator count: ${this.#operators}`,
    );
  }

  isPathStart(): boolean {
    const { type, text } = this.token;
    return type === "name" || (type === "identifier" && !this.#keywords.has(text.toUpperCase()));
  }

  path(): PathNode {
    const parts: PathPart[] = [this.#name()];
    this.pathEnd(parts);
    if (parts.length > LEVELS_MAX) {
      this.problem(
        "path",
        `The document path has too many nesting levels; nesting levels: ${parts.length}`,
      );
    }
    return { kind: "path", parts };
  }

  /** ".b[1]", as far as it goes. */
  pathEnd(parts: PathPart[]): void {
    for (;;) {
      if (this.skip(".")) {
        parts.push(this.#name());
      } else if (this.skip("[")) {
        if (this.token.type !== "number") throw this.fail();
        const { text } = this.take();
        const index = Number(text);
        if (index > INDEX_MAX) {
          this.problem("path", `List index is not within the allowable range; index: [${text}]`);
        }
        parts.push({ index });
        this.expect("]");
      } else {
        return;
      }
    }
  }

  #name(): PathPart {
    if (!this.isPathStart()) throw this.fail();
    const { type, text } = this.take();
    if (type === "identifier" && isReserved(text)) {
      this.problem("reserved", `Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    return { name: text };
  }

  isFunctionStart(): boolean {
    const { token, next } = this;
    return token.type === "identifier" && next.type === "symbol" && next.text === "(";
  }

  /** Runs `inside` between "(" and ")", and notices parentheses around nothing but parentheses. */
  parenthesised<T>(inside: () => T): T {
    const opened = this.at;
    this.expect("(");
    const result = this.#deeper(inside);
    const closed = this.at;
    this.expect(")");
    this.#closedAt.set(opened, closed);
    if (this.#closedAt.get(opened + 1) === closed - 1) {
      this.problem("parentheses", "The expression has redundant parentheses;");
    }
    return result;
  }

  /** "name(a, b)": the list without its name; at least one operand. */
  operands(operand: () => OperandNode): OperandNode[] {
    this.expect("(");
    const operands = this.#deeper(() => {
      const read = [operand()];
      while (this.skip(",")) read.push(operand());
      return read;
    });
    this.expect(")");
    return operands;
  }

  /**
   * What is nested beyond reason is wrong for some other reason, which is found without going
   * there.
   */
  #deeper<T>(inside: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      this.refuseProblems();
      if (!this.#balanced()) {
        this.at = this.tokens.length - 1;
        throw this.fail();
      }
      throw invalid(this.kind, "The expression has redundant parentheses;");
    }
    const result = inside();
    this.#depth -= 1;
    return result;
  }

  #balanced(): boolean {
    const count = (symbol: string) => this.tokens.filter(({ text }) => text === symbol).length;
    return count("(") === count(")");
  }
}

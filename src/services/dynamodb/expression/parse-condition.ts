/** The grammar of conditions: ConditionExpression, FilterExpression and KeyConditionExpression. */
import { bounded } from "./cache.ts";
import type { Kind } from "./lexer.ts";
import { Reader } from "./reader.ts";
import type { Comparator, ConditionNode, OperandNode } from "./syntax.ts";

const KEYWORDS = new Set(["AND", "OR", "NOT", "BETWEEN", "IN"]);
const COMPARATORS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);
const PREDICATES: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
]);
const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);
const IN_OPERANDS_MAX = 100;

type Node = ConditionNode | OperandNode;

export const parseCondition = bounded((kind: Kind, text: string): ConditionNode => {
  const parser = new ConditionParser(new Reader(kind, text, KEYWORDS));
  return parser.whole();
});

/** A function that is a condition by itself. `size` is not. */
const isPredicate = (node: Node): boolean => node.kind === "function" && PREDICATES.has(node.name);

class ConditionParser {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  whole(): ConditionNode {
    const node = this.#condition(this.#or());
    this.#reader.expectEnd();
    this.#reader.refuseProblems();
    return node;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#reader.isKeyword("OR")) {
      left = this.#condition(left);
      this.#reader.take();
      this.#reader.countOperator();
      left = { kind: "or", left, right: this.#condition(this.#and()) };
    }
    return left;
  }

  #and(): Node {
    let left = this.#not();
    while (this.#reader.isKeyword("AND")) {
      left = this.#condition(left);
      this.#reader.take();
      this.#reader.countOperator();
      left = { kind: "and", left, right: this.#condition(this.#not()) };
    }
    return left;
  }

  #not(): Node {
    let turns = 0;
    while (this.#reader.skipKeyword("NOT")) {
      this.#reader.countOperator();
      turns += 1;
    }
    let node = this.#comparison();
    for (; turns > 0; turns--) node = { kind: "not", condition: this.#condition(node) };
    return node;
  }

  #comparison(): Node {
    const left = this.#primary();
    const { token } = this.#reader;
    const compares = token.type === "symbol" && COMPARATORS.has(token.text);
    if (compares || this.#reader.isKeyword("BETWEEN") || this.#reader.isKeyword("IN")) {
      this.#reader.countOperator();
    }
    if (compares) {
      const first = this.#operand(left);
      this.#reader.take();
      const second = this.#operand(this.#primary());
      return { kind: "compare", operator: token.text as Comparator, operands: [first, second] };
    }
    if (this.#reader.isKeyword("BETWEEN")) {
      const first = this.#operand(left);
      this.#reader.take();
      const low = this.#operand(this.#primary());
      if (!this.#reader.skipKeyword("AND")) throw this.#reader.fail();
      return { kind: "between", operands: [first, low, this.#operand(this.#primary())] };
    }
    if (this.#reader.isKeyword("IN")) {
      const first = this.#operand(left);
      this.#reader.take();
      const others = this.#reader.operands(() => this.#operand(this.#primary()));
      this.#refuseMany(others.length);
      return { kind: "in", operands: [first, ...others] };
    }
    return left;
  }

  #refuseMany(count: number): void {
    if (count <= IN_OPERANDS_MAX) return;
    this.#reader.problem(
      "misuse",
      `The IN operator is provided with too many operands; number of operands: ${count}`,
    );
  }

  #primary(): Node {
    const reader = this.#reader;
    if (reader.token.type === "symbol" && reader.token.text === "(") {
      const inside = reader.parenthesised(() => this.#or());
      if (inside.kind !== "path") return inside;
      const parts = [...inside.parts];
      reader.pathEnd(parts);
      return { kind: "path", parts };
    }
    if (reader.token.type === "value") return { kind: "value", name: reader.take().text };
    if (reader.isFunctionStart() && reader.isPathStart()) return this.#function();
    return reader.path();
  }

  #function(): Node {
    const name = this.#reader.take().text;
    if (UPDATE_FUNCTIONS.has(name)) {
      this.#reader.problem(
        "misuse",
        `The function is not allowed in a condition expression; function: ${name}`,
      );
    } else if (name !== "size" && !PREDICATES.has(name)) {
      this.#reader.problem("function", `Invalid function name; function: ${name}`);
    }
    const operands = this.#reader.operands(() => this.#operand(this.#or()));
    return { kind: "function", name, operands };
  }

  /** Only a function's place can be wrong here: everything else is a matter of syntax. */
  #operand(node: Node): OperandNode {
    switch (node.kind) {
      case "path":
      case "value":
        return node;
      case "function":
        if (isPredicate(node)) this.#misused(node.name);
        return node;
      default:
        throw this.#reader.fail();
    }
  }

  #condition(node: Node): ConditionNode {
    if (node.kind === "path" || node.kind === "value") throw this.#reader.fail();
    if (node.kind === "function" && !isPredicate(node)) this.#misused(node.name);
    return node;
  }

  #misused(name: string): void {
    this.#reader.problem(
      "misuse",
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }
}

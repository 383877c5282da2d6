/** Values and paths in statements, as the expressions' trees name them: by placeholder. */
import { ValidationException } from "../errors.ts";
import { Bindings } from "../expression/bindings.ts";
import type { OperandNode, PathNode, PathPart, ValueNode } from "../expression/syntax.ts";
import { type AttributeValue, type Item, readValue, setAttribute, typeOf } from "../item/value.ts";
import type { StatementReader } from "./tokens.ts";

const FUNCTIONS: ReadonlySet<string> = new Set([
  "attribute_type",
  "begins_with",
  "contains",
  "size",
]);

export class Operands {
  readonly #reader: StatementReader;
  readonly #parameters: readonly AttributeValue[];
  #used = 0;
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};

  constructor(reader: StatementReader, parameters: readonly AttributeValue[]) {
    this.#reader = reader;
    this.#parameters = parameters.map((value) => readValue(value));
  }

  bindings(): Bindings {
    const names = Object.keys(this.#names).length > 0;
    const values = Object.keys(this.#values).length > 0;
    return new Bindings({
      ...(names ? { ExpressionAttributeNames: this.#names } : {}),
      ...(values ? { ExpressionAttributeValues: this.#values } : {}),
    });
  }

  refuseLeftovers(): void {
    if (this.#used === this.#parameters.length) return;
    throw ValidationException("Number of parameters in request and statement don't match.");
  }

  valueOf({ name }: ValueNode): AttributeValue {
    return this.#values[name] ?? {};
  }

  named(node: PathNode): string | undefined {
    const [first] = node.parts;
    if (node.parts.length !== 1 || first === undefined || "index" in first) return undefined;
    return this.#names[first.name];
  }

  bound(value: AttributeValue): ValueNode {
    const name = `:v${Object.keys(this.#values).length}`;
    this.#values[name] = value;
    return { kind: "value", name };
  }

  path(): PathNode {
    const parts: PathPart[] = [this.#name()];
    for (;;) {
      if (this.#reader.skip(".")) parts.push(this.#name());
      else if (this.#reader.skip("[")) {
        if (this.#reader.token.type !== "number") throw this.#reader.fail();
        parts.push({ index: Number(this.#reader.take().text) });
        this.#reader.expect("]");
      } else return { kind: "path", parts };
    }
  }

  #name(): PathPart {
    const placeholder = `#n${Object.keys(this.#names).length}`;
    this.#names[placeholder] = this.#reader.name();
    return { name: placeholder };
  }

  /** A value, a path, or a function of them. */
  operand(): OperandNode {
    const { token, next } = this.#reader;
    const word = token.type === "word" ? token.text : "";
    const literal = ["TRUE", "FALSE", "NULL"].includes(word.toUpperCase());
    if ((token.type !== "word" && token.type !== "quoted") || literal) {
      return this.bound(this.value());
    }
    if (next.type !== "symbol" || next.text !== "(") return this.path();
    const name = word.toLowerCase();
    if (!FUNCTIONS.has(name)) throw ValidationException(`Unsupported function: ${word}`);
    this.#reader.take();
    this.#reader.expect("(");
    const operands = this.#reader.deeper(() => this.#operands());
    this.#reader.expect(")");
    return { kind: "function", name, operands };
  }

  #operands(): OperandNode[] {
    const found = [this.operand()];
    while (this.#reader.skip(",")) found.push(this.operand());
    return found;
  }

  value(): AttributeValue {
    return readValue(this.#literal());
  }

  #literal(): AttributeValue {
    const reader = this.#reader;
    if (reader.skip("?")) return this.#parameter();
    if (reader.skip("[")) return { L: reader.deeper(() => this.#list("]")) };
    if (reader.skip("<<")) return toSet(reader.deeper(() => this.#list(">>")));
    if (reader.skip("{")) return { M: reader.deeper(() => this.#map()) };
    const sign = reader.skip("-") ? "-" : "";
    const { type, text } = reader.take();
    if (type === "number") return { N: sign + text };
    if (sign !== "") throw reader.fail();
    if (type === "string") return { S: text };
    switch (type === "word" ? text.toUpperCase() : "") {
      case "TRUE":
        return { BOOL: true };
      case "FALSE":
        return { BOOL: false };
      case "NULL":
        return { NULL: true };
      default:
        throw reader.fail();
    }
  }

  #parameter(): AttributeValue {
    const value = this.#parameters[this.#used];
    this.#used += 1;
    if (value !== undefined) return value;
    throw ValidationException("Number of parameters in request and statement don't match.");
  }

  #list(end: string): AttributeValue[] {
    const values: AttributeValue[] = [];
    if (this.#reader.skip(end)) return values;
    do values.push(this.#literal());
    while (this.#reader.skip(","));
    this.#reader.expect(end);
    return values;
  }

  #map(): Item {
    const item: Record<string, AttributeValue> = {};
    if (this.#reader.skip("}")) return item;
    do {
      const { type, text } = this.#reader.take();
      if (type !== "string" && type !== "quoted") throw this.#reader.fail();
      this.#reader.expect(":");
      setAttribute(item, text, this.#literal());
    } while (this.#reader.skip(","));
    this.#reader.expect("}");
    return item;
  }
}

function toSet(values: readonly AttributeValue[]): AttributeValue {
  const [first] = values;
  const type = first === undefined ? "S" : typeOf(first);
  if (values.some((value) => typeOf(value) !== type)) {
    throw ValidationException("Values of a set must be of one type");
  }
  if (type === "N") return { NS: values.map(({ N }) => N ?? "") };
  if (type === "B") return { BS: values.flatMap(({ B }) => (B === undefined ? [] : [B])) };
  if (type === "S") return { SS: values.map(({ S }) => S ?? "") };
  throw ValidationException("A set can only hold strings, numbers or binary values");
}

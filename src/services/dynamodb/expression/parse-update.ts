/** The grammar of updates: SET, REMOVE, ADD and DELETE sections in any order, each once. */
import { bounded } from "./cache.ts";
import type { Kind } from "./lexer.ts";
import { Reader } from "./reader.ts";
import type { ArithmeticNode, OperandNode, PathNode, UpdateAction, ValueNode } from "./syntax.ts";

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const;
type Section = (typeof SECTIONS)[number];
const KEYWORDS: ReadonlySet<string> = new Set(SECTIONS);
const FUNCTIONS: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);
const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
]);

export const parseUpdate = bounded((kind: Kind, text: string): readonly UpdateAction[] => {
  const reader = new Reader(kind, text, KEYWORDS);
  const actions: UpdateAction[] = [];
  const seen = new Set<Section>();
  do {
    const section = SECTIONS.find((word) => reader.isKeyword(word));
    if (section === undefined) throw reader.fail();
    reader.take();
    if (seen.has(section)) reader.problem("section", twice(section));
    seen.add(section);
    do actions.push(action(section, reader));
    while (reader.skip(","));
  } while (reader.token.type !== "end");
  reader.refuseProblems();
  return actions;
});

const twice = (section: Section) =>
  `The "${section}" section can only be used once in an update expression;`;

function action(section: Section, reader: Reader): UpdateAction {
  const path = reader.path();
  switch (section) {
    case "REMOVE":
      return { kind: section, path };
    case "SET":
      reader.expect("=");
      return { kind: section, path, value: arithmetic(reader) };
    default:
      if (reader.token.type !== "value") throw reader.fail();
      return { kind: section, path, value: value(reader) };
  }
}

const value = (reader: Reader): ValueNode => ({ kind: "value", name: reader.take().text });

function arithmetic(reader: Reader): ArithmeticNode {
  const opened = reader.token.type === "symbol" && reader.token.text === "(";
  const left = opened ? reader.parenthesised(() => arithmetic(reader)) : operand(reader);
  // A sum is no operand of another one.
  if (left.kind === "sum") return left;
  for (const operator of ["+", "-"] as const) {
    if (!reader.skip(operator)) continue;
    reader.countOperator();
    return { kind: "sum", operator, operands: [left, operand(reader)] };
  }
  return left;
}

function operand(reader: Reader): OperandNode {
  const { token } = reader;
  if (token.type === "symbol" && token.text === "(") {
    return reader.parenthesised(() => operand(reader));
  }
  if (token.type === "value") return value(reader);
  if (!reader.isFunctionStart() || !reader.isPathStart()) return path(reader);
  const name = reader.take().text;
  if (CONDITION_FUNCTIONS.has(name)) {
    reader.problem(
      "misuse",
      `The function is not allowed in an update expression; function: ${name}`,
    );
  } else if (!FUNCTIONS.has(name)) {
    reader.problem("function", `Invalid function name; function: ${name}`);
  }
  const operands = reader.operands(() => operand(reader));
  // AWS: of the two functions only if_not_exists may stand inside another.
  if (operands.some((inner) => inner.kind === "function" && inner.name === "list_append")) {
    reader.problem(
      "misuse",
      "The function is not allowed to be used this way in an expression; function: list_append",
    );
  }
  return { kind: "function", name, operands };
}

const path = (reader: Reader): PathNode => reader.path();

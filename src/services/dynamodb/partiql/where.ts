/** WHERE clauses: the conditions of expressions, in SQL's words. */
import { AwsError } from "../../../kernel/errors.ts";
import { ValidationException } from "../errors.ts";
import type { Bindings } from "../expression/bindings.ts";
import { bindNode, type Test } from "../expression/condition.ts";
import type { Comparator, ConditionNode, OperandNode } from "../expression/syntax.ts";
import type { Operands } from "./operands.ts";
import type { StatementReader } from "./tokens.ts";

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

export function readWhere(reader: StatementReader, operands: Operands): ConditionNode {
  return either(reader, operands);
}

/** AWS: says what is wrong as it does of expressions, but not that it is one. */
export function bindWhere(
  kind: "Filter" | "Condition",
  node: ConditionNode,
  bindings: Bindings,
): Test {
  try {
    return bindNode(kind, node, bindings);
  } catch (refused) {
    if (!(refused instanceof AwsError)) throw refused;
    throw ValidationException(refused.message.replace(/^Invalid \w+Expression: /, ""));
  }
}

/** What is joined by AND at the top: each must hold by itself. */
export function conjuncts(node: ConditionNode): ConditionNode[] {
  return node.kind === "and" ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}

export function allOf(nodes: readonly ConditionNode[]): ConditionNode | undefined {
  const [first, ...others] = nodes;
  if (first === undefined) return undefined;
  return others.reduce<ConditionNode>((left, right) => ({ kind: "and", left, right }), first);
}

function either(reader: StatementReader, operands: Operands): ConditionNode {
  let left = both(reader, operands);
  while (reader.skipWord("OR")) left = { kind: "or", left, right: both(reader, operands) };
  return left;
}

function both(reader: StatementReader, operands: Operands): ConditionNode {
  let left = single(reader, operands);
  while (reader.skipWord("AND")) left = { kind: "and", left, right: single(reader, operands) };
  return left;
}

function single(reader: StatementReader, operands: Operands): ConditionNode {
  if (reader.skipWord("NOT")) {
    return { kind: "not", condition: reader.deeper(() => single(reader, operands)) };
  }
  if (reader.skip("(")) {
    const inside = reader.deeper(() => either(reader, operands));
    reader.expect(")");
    return inside;
  }
  const left = operands.operand();
  const comparator = reader.token.type === "symbol" ? COMPARATORS[reader.token.text] : undefined;
  if (comparator !== undefined) {
    reader.take();
    return { kind: "compare", operator: comparator, operands: [left, operands.operand()] };
  }
  if (reader.skipWord("BETWEEN")) {
    const low = operands.operand();
    reader.expectWord("AND");
    return { kind: "between", operands: [left, low, operands.operand()] };
  }
  if (reader.skipWord("IN")) return { kind: "in", operands: [left, ...list(reader, operands)] };
  if (reader.skipWord("IS")) return existence(left, reader, operands);
  if (left.kind === "function" && left.name !== "size") return left;
  throw reader.fail();
}

function list(reader: StatementReader, operands: Operands): OperandNode[] {
  const end = reader.skip("[") ? "]" : ")";
  if (end === ")") reader.expect("(");
  const found = [operands.operand()];
  while (reader.skip(",")) found.push(operands.operand());
  reader.expect(end);
  return found;
}

function existence(path: OperandNode, reader: StatementReader, operands: Operands): ConditionNode {
  const not = reader.skipWord("NOT");
  if (reader.skipWord("MISSING")) {
    const name = not ? "attribute_exists" : "attribute_not_exists";
    return { kind: "function", name, operands: [path] };
  }
  reader.expectWord("NULL");
  const isNull: ConditionNode = {
    kind: "compare",
    operator: "=",
    operands: [path, operands.bound({ NULL: true })],
  };
  return not ? { kind: "not", condition: isNull } : isNull;
}

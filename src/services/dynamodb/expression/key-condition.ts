/**
 * KeyConditionExpression: the grammar of conditions, of which only a few forms are allowed. What
 * any condition must keep to is checked before, where it is bound as one.
 */
import { ValidationException } from "../errors.ts";
import type { KeyCondition } from "../key-range.ts";
import type { AttributeValue } from "../item/value.ts";
import type { Bindings } from "./bindings.ts";
import { bindOperands, type Operand } from "./condition.ts";
import { invalid } from "./lexer.ts";
import { parseCondition } from "./parse-condition.ts";
import type { ConditionNode, OperandNode } from "./syntax.ts";

const KIND = "KeyCondition";

interface Single {
  readonly operator: string;
  readonly operands: readonly OperandNode[];
}

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "EQ",
  "<": "LT",
  "<=": "LE",
  ">": "GT",
  ">=": "GE",
  BETWEEN: "BETWEEN",
  begins_with: "BEGINS_WITH",
};

/** With the operand on the other side. */
const MIRRORED: Readonly<Record<string, string>> = {
  EQ: "EQ",
  LT: "GT",
  LE: "GE",
  GT: "LT",
  GE: "LE",
};

export function keyConditionsOf(
  text: string,
  bindings: Bindings,
): ReadonlyMap<string, KeyCondition> {
  const tree = parseCondition(KIND, text);
  const singles: Single[] = [];
  collect(tree, singles);
  const read = singles.map((single) => readSingle(single, bindings));
  const conditions = new Map<string, KeyCondition>();
  let twice = false;
  for (const { name, condition } of read) {
    twice ||= conditions.has(name);
    conditions.set(name, condition);
  }
  if (twice) {
    throw ValidationException("KeyConditionExpressions must only contain one condition per key");
  }
  return conditions;
}

function collect(node: ConditionNode, singles: Single[]): void {
  switch (node.kind) {
    case "and":
      collect(node.left, singles);
      collect(node.right, singles);
      return;
    case "or":
    case "not":
    case "in":
      throw unfit(node.kind.toUpperCase());
    case "function":
      if (node.name !== "begins_with") throw unfit(node.name);
      singles.push({ operator: node.name, operands: node.operands });
      return;
    case "compare":
      if (node.operator === "<>") throw unfit(node.operator);
      singles.push({ operator: node.operator, operands: node.operands });
      return;
    case "between":
      singles.push({ operator: "BETWEEN", operands: node.operands });
  }
}

const unfit = (operator: string) =>
  ValidationException(`Invalid operator used in KeyConditionExpression: ${operator}`);

const unfitCondition = (what: string) =>
  ValidationException(`Invalid condition in KeyConditionExpression: ${what}`);

interface Named {
  readonly name: string;
  readonly condition: KeyCondition;
}

function readSingle({ operator, operands }: Single, bindings: Bindings): Named {
  const bound = bindOperands(KIND, operands, bindings);
  const symmetric = operator !== "BETWEEN" && operator !== "begins_with";
  if (!symmetric && bound[0]?.path === undefined && bound[0]?.call === undefined) {
    throw unfitCondition(`${operator} operator must have the key attribute as its first operand`);
  }
  const path = keyPath(bound);
  const values = bound.flatMap(({ value }: Operand): AttributeValue[] =>
    value === undefined ? [] : [value],
  );
  const plain = OPERATORS[operator];
  if (plain === undefined) throw invalid(KIND, operator);
  const mirrored = bound[0]?.path === undefined ? MIRRORED[plain] : plain;
  return { name: path, condition: { operator: mirrored ?? plain, values } };
}

/**
 * The one top-level attribute among the operands; the first thing that is wrong with them is told.
 */
function keyPath(operands: readonly Operand[]): string {
  let found: string | undefined;
  for (const { call, path } of operands) {
    if (call !== undefined) {
      throw ValidationException("KeyConditionExpressions cannot contain nested operations");
    }
    if (path === undefined) continue;
    if (found !== undefined) throw unfitCondition("Multiple attribute names used in one condition");
    if (path.length > 1) {
      throw ValidationException(
        "KeyConditionExpressions cannot have conditions on nested attributes",
      );
    }
    found = String(path[0]);
  }
  if (found === undefined) throw unfitCondition("No key attribute specified");
  return found;
}

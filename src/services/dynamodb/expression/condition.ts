/**
 * From a condition's tree and the request's placeholders to a function of an item; the checks that
 * need the values.
 */
import { beginsWith, compareValues, containsValue, valuesEqual } from "../item/compare.ts";
import { type AttributeValue, base64, type Item, type TypeName, typeOf } from "../item/value.ts";
import type { Bindings, Path } from "./bindings.ts";
import { invalid, type Kind } from "./lexer.ts";
import { parseCondition } from "./parse-condition.ts";
import { follow, pathText, samePath } from "./path.ts";
import type { Comparator, ConditionNode, OperandNode } from "./syntax.ts";

export type Test = (item: Item) => boolean;

/** An operand in its place: what it gives for an item, and what is known of it beforehand. */
export interface Operand {
  readonly of: (item: Item) => AttributeValue | undefined;
  readonly path?: Path;
  readonly value?: AttributeValue;
  /** Known before any item is seen. */
  readonly type?: TypeName;
  /** It is a call of this function. */
  readonly call?: string;
}

export function bindCondition(kind: Kind, text: string, bindings: Bindings): Test {
  return bindNode(kind, parseCondition(kind, text), bindings);
}

export function bindNode(kind: Kind, node: ConditionNode, bindings: Bindings): Test {
  switch (node.kind) {
    case "and":
    case "or": {
      const left = bindNode(kind, node.left, bindings);
      const right = bindNode(kind, node.right, bindings);
      return node.kind === "and"
        ? (item) => left(item) && right(item)
        : (item) => left(item) || right(item);
    }
    case "not": {
      const condition = bindNode(kind, node.condition, bindings);
      return (item) => !condition(item);
    }
    case "function":
      return predicate(kind, node.name, bindOperands(kind, node.operands, bindings));
    default: {
      const operator = node.kind === "compare" ? node.operator : node.kind.toUpperCase();
      const operands = bindOperands(kind, node.operands, bindings);
      refuseIndistinct(kind, operator, operands);
      return comparison(kind, operator, operands);
    }
  }
}

export function bindOperands(
  kind: Kind,
  nodes: readonly OperandNode[],
  bindings: Bindings,
): Operand[] {
  return nodes.map((node) => bindOperand(kind, node, bindings));
}

function bindOperand(kind: Kind, node: OperandNode, bindings: Bindings): Operand {
  switch (node.kind) {
    case "path": {
      const path = bindings.path(kind, node);
      return { of: (item) => follow(item, path), path };
    }
    case "value": {
      const value = bindings.value(kind, node.name);
      return { of: () => value, value, type: typeOf(value) };
    }
    case "function": {
      const operands = bindOperands(kind, node.operands, bindings);
      refuseCount(kind, node.name, operands, 1);
      const [sized] = operands;
      refuseTypes(kind, node.name, operands, SIZED);
      return {
        of: (item) => sizeOf(sized?.of(item)),
        type: "N",
        call: node.name,
      };
    }
  }
}

const SIZED: ReadonlySet<TypeName> = new Set(["S", "B", "SS", "NS", "BS", "L", "M"]);
const ORDERED: ReadonlySet<TypeName> = new Set(["S", "N", "B"]);
const TEXTS: ReadonlySet<TypeName> = new Set(["S", "B"]);
const STRING: ReadonlySet<TypeName> = new Set(["S"]);

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  const size = value === undefined ? undefined : sizeOfValue(value);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOfValue(value: AttributeValue): number | undefined {
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.S ?? value.B ?? value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}

function comparison(kind: Kind, operator: string, operands: readonly Operand[]): Test {
  const [left, ...others] = operands.map((operand) => operand.of);
  if (left === undefined) throw new Error("a comparison without operands");
  if (operator === "IN") {
    return (item) => {
      const value = left(item);
      return others.some((other) => equal(value, other(item)));
    };
  }
  if (operator !== "=" && operator !== "<>") refuseTypes(kind, operator, operands, ORDERED);
  const [low, high] = others;
  if (low === undefined) throw new Error("a comparison without a second operand");
  if (operator === "BETWEEN" && high !== undefined) {
    refuseBounds(kind, operands[1], operands[2]);
    return (item) => {
      const value = left(item);
      return ordered(">=", value, low(item)) && ordered("<=", value, high(item));
    };
  }
  if (operator === "=") return (item) => equal(left(item), low(item));
  if (operator === "<>") return (item) => !equal(left(item), low(item));
  return (item) => ordered(operator as Comparator, left(item), low(item));
}

function equal(left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  return left !== undefined && right !== undefined && valuesEqual(left, right);
}

export function ordered(
  operator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
  }
}

/** Bounds that are both given: of one type, and in order. */
function refuseBounds(kind: Kind, low: Operand | undefined, high: Operand | undefined): void {
  if (low?.value === undefined || high?.value === undefined) return;
  const order = compareValues(low.value, high.value);
  if (order !== undefined && order <= 0) return;
  const need =
    order === undefined
      ? "same data type for lower and upper bounds"
      : "upper bound to be greater than or equal to lower bound";
  throw invalid(
    kind,
    `The BETWEEN operator requires ${need}; lower bound operand: ${attributeText(low.value)}, ` +
      `upper bound operand: ${attributeText(high.value)}`,
  );
}

function attributeText(value: AttributeValue): string {
  const content = value.S ?? value.N ?? (value.B === undefined ? "" : base64(value.B));
  return `AttributeValue: {${typeOf(value)}:${content}}`;
}

function predicate(kind: Kind, name: string, operands: readonly Operand[]): Test {
  const [first, second] = operands;
  const single = name === "attribute_exists" || name === "attribute_not_exists";
  refuseCount(kind, name, operands, single ? 1 : 2);
  if (first === undefined) throw new Error("a function without operands");
  const { of } = first;
  if (single) {
    if (first.path === undefined) {
      throw invalid(
        kind,
        `Operator or function requires a document path; operator or function: ${name}`,
      );
    }
    const wanted = name === "attribute_exists";
    return (item) => (of(item) !== undefined) === wanted;
  }
  refuseIndistinct(kind, name, operands);
  const other = second?.of ?? (() => undefined);
  switch (name) {
    case "attribute_type":
      return typeTest(kind, of, second);
    case "begins_with":
      refuseTypes(kind, name, operands, TEXTS);
      return (item) => both(of(item), other(item), beginsWith);
    default:
      return (item) => both(of(item), other(item), containsValue);
  }
}

function both(
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
  test: (left: AttributeValue, right: AttributeValue) => boolean,
): boolean {
  return left !== undefined && right !== undefined && test(left, right);
}

const TYPES: readonly string[] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

function typeTest(kind: Kind, of: Operand["of"], wanted: Operand | undefined): Test {
  if (wanted?.type === undefined) {
    throw operandType(kind, "attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  }
  refuseTypes(kind, "attribute_type", [wanted], STRING);
  const type = wanted.value?.S ?? "";
  if (!TYPES.includes(type)) {
    throw invalid(
      kind,
      `Invalid attribute type name found; type: ${type}, valid types: {${TYPES.join(",")}}`,
    );
  }
  return (item) => {
    const value = of(item);
    return value !== undefined && typeOf(value) === type;
  };
}

export function refuseCount(
  kind: Kind,
  name: string,
  operands: readonly unknown[],
  count: number,
): void {
  if (operands.length === count) return;
  throw invalid(
    kind,
    "Incorrect number of operands for operator or function; " +
      `operator or function: ${name}, number of operands: ${operands.length}`,
  );
}

function refuseTypes(
  kind: Kind,
  name: string,
  operands: readonly Operand[],
  allowed: ReadonlySet<TypeName>,
): void {
  for (const { type } of operands) {
    if (type !== undefined && !allowed.has(type)) throw operandType(kind, name, type);
  }
}

export const operandType = (kind: Kind, name: string, type: string) =>
  invalid(
    kind,
    "Incorrect operand type for operator or function; " +
      `operator or function: ${name}, operand type: ${type}`,
  );

function refuseIndistinct(kind: Kind, name: string, operands: readonly Operand[]): void {
  const [first, ...others] = operands.map((operand) => operand.path);
  if (first === undefined) return;
  if (!others.some((other) => other !== undefined && samePath(first, other))) return;
  throw invalid(
    kind,
    "The first operand must be distinct from the remaining operands for this operator or " +
      `function; operator: ${name}, first operand: ${pathText(first)}`,
  );
}

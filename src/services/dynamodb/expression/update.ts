/**
 * From an update's tree and the request's placeholders to a function from the item before to the
 * item after.
 */
import { setMembers } from "../item/compare.ts";
import { addNumbers, subtractNumbers } from "../item/number.ts";
import { type AttributeValue, type Item, type TypeName, typeOf } from "../item/value.ts";
import { ValidationException } from "../errors.ts";
import type { Bindings, Path } from "./bindings.ts";
import { operandType, refuseCount } from "./condition.ts";
import { invalid } from "./lexer.ts";
import { parseUpdate } from "./parse-update.ts";
import { follow, refuseClashes } from "./path.ts";
import type { ArithmeticNode, FunctionNode, OperandNode, UpdateAction } from "./syntax.ts";
import { byPosition, removeAt, setAt } from "./write-path.ts";

export interface BoundUpdate {
  /** All that it writes or removes, in the order of the text. */
  readonly paths: readonly Path[];
  /** What it puts into whole attributes, as far as that is known beforehand. */
  readonly assigned: readonly Assigned[];
  /** It takes away and gives nothing: an item that is not there is not made. */
  readonly onlyRemoves: boolean;
  readonly apply: (item: Item) => Item;
}

export interface Assigned {
  readonly name: string;
  readonly type: TypeName;
}

/** From the item before to what is to stand at the path; undefined: nothing. */
type Compute = (before: Item) => AttributeValue | undefined;
type Value = (item: Item) => AttributeValue;

interface Write {
  readonly at: Path;
  readonly compute: Compute;
}

const UPDATE = "Update";

export function bindUpdate(text: string, bindings: Bindings): BoundUpdate {
  return bindActions(parseUpdate(UPDATE, text), bindings);
}

export function bindActions(actions: readonly UpdateAction[], bindings: Bindings): BoundUpdate {
  const paths = actions.map(({ path }) => bindings.path(UPDATE, path));
  for (const action of actions) if (action.kind !== "REMOVE") nameValues(action.value, bindings);
  refuseClashes(UPDATE, paths);
  const writes: Write[] = [];
  const assigned: Assigned[] = [];
  // AWS: what is wrong with an ADD or DELETE is told before what is wrong with a SET.
  for (const kinds of [["ADD", "DELETE"], ["SET"], ["REMOVE"]]) {
    for (const [nth, action] of actions.entries()) {
      const at = paths[nth] ?? [];
      if (!kinds.includes(action.kind)) continue;
      writes.push({ at, compute: computation(action, at, bindings) });
      const type = at.length === 1 ? typeAfter(action, bindings) : undefined;
      if (type !== undefined) assigned.push({ name: String(at[0]), type });
    }
  }
  // Positions of one list in their order: what lies beyond its end is added in that order.
  writes.sort((left, right) => byPosition(left.at, right.at));
  const onlyRemoves = actions.every(({ kind }) => kind === "REMOVE" || kind === "DELETE");
  return { paths, assigned, onlyRemoves, apply: (before) => applyAll(before, writes) };
}

function applyAll(before: Item, writes: readonly Write[]): Item {
  let item = before;
  const values = writes.map(({ compute }) => compute(before));
  for (const [nth, { at }] of writes.entries()) {
    const value = values[nth];
    if (value !== undefined) item = setAt(item, at, value);
  }
  // From the last position to the first, so that those before stay where they are.
  for (let nth = writes.length - 1; nth >= 0; nth--) {
    const write = writes[nth];
    if (write !== undefined && values[nth] === undefined) item = removeAt(item, write.at);
  }
  return item;
}

function computation(action: UpdateAction, at: Path, bindings: Bindings): Compute {
  switch (action.kind) {
    case "REMOVE":
      return () => undefined;
    case "SET":
      return bind(action.value, bindings);
    default:
      return setChange(action.kind, at, bindings.value(UPDATE, action.value.name));
  }
}

function typeAfter(action: UpdateAction, bindings: Bindings): TypeName | undefined {
  if (action.kind === "REMOVE" || action.kind === "DELETE") return undefined;
  const { value } = action;
  switch (value.kind) {
    case "value":
      return typeOf(bindings.value(UPDATE, value.name));
    case "sum":
      return "N";
    case "function":
      return value.name === "list_append" ? "L" : undefined;
    case "path":
      return undefined;
  }
}

/** Every placeholder must exist, whatever else is wrong. */
function nameValues(node: ArithmeticNode, bindings: Bindings): void {
  if (node.kind === "path") bindings.path(UPDATE, node);
  else if (node.kind === "value") bindings.value(UPDATE, node.name);
  else for (const operand of node.operands) nameValues(operand, bindings);
}

function bind(node: ArithmeticNode, bindings: Bindings): Value {
  switch (node.kind) {
    case "sum":
      return arithmetic(node.operator, node.operands, bindings);
    case "value": {
      const value = bindings.value(UPDATE, node.name);
      return () => value;
    }
    case "path": {
      const path = bindings.path(UPDATE, node);
      return (item) => existing(follow(item, path));
    }
    case "function":
      return call(node, bindings);
  }
}

function existing(value: AttributeValue | undefined): AttributeValue {
  if (value !== undefined) return value;
  throw ValidationException(
    "The provided expression refers to an attribute that does not exist in the item",
  );
}

const wrongType = () =>
  ValidationException("An operand in the update expression has an incorrect data type");

function arithmetic(
  operator: "+" | "-",
  nodes: readonly [OperandNode, OperandNode],
  bindings: Bindings,
): Value {
  for (const node of nodes) refuseType(operator, node, "N", bindings);
  const [left, right] = [bind(nodes[0], bindings), bind(nodes[1], bindings)];
  const compute = operator === "+" ? addNumbers : subtractNumbers;
  return (item) => {
    const a = left(item).N;
    const b = right(item).N;
    if (a === undefined || b === undefined) throw wrongType();
    return { N: compute(a, b) };
  };
}

function call(node: FunctionNode, bindings: Bindings): Value {
  const { name, operands } = node;
  refuseCount(UPDATE, name, operands, 2);
  const [first, second] = operands;
  if (first === undefined || second === undefined) throw new Error("a function without operands");
  if (name === "if_not_exists") {
    if (first.kind !== "path") {
      throw invalid(
        UPDATE,
        `Operator or function requires a document path; operator or function: ${name}`,
      );
    }
    const path = bindings.path(UPDATE, first);
    const otherwise = bind(second, bindings);
    return (item) => follow(item, path) ?? otherwise(item);
  }
  for (const operand of operands) refuseType(name, operand, "L", bindings);
  const [left, right] = [bind(first, bindings), bind(second, bindings)];
  return (item) => {
    const a = left(item).L;
    const b = right(item).L;
    if (a === undefined || b === undefined) throw wrongType();
    return { L: [...a, ...b] };
  };
}

function refuseType(name: string, node: OperandNode, wanted: TypeName, bindings: Bindings): void {
  if (node.kind === "function" && node.name === "list_append" && wanted !== "L") {
    throw operandType(UPDATE, name, "L");
  }
  if (node.kind !== "value") return;
  const type = typeOf(bindings.value(UPDATE, node.name));
  if (type !== wanted) throw operandType(UPDATE, name, type);
}

const LONG_NAMES: Readonly<Record<TypeName, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  M: "MAP",
  L: "LIST",
  NULL: "NULL",
  BOOL: "BOOLEAN",
};

function setChange(kind: "ADD" | "DELETE", path: Path, operand: AttributeValue): Compute {
  const members = setMembers(operand);
  if (members === undefined && (kind === "DELETE" || operand.N === undefined)) {
    throw invalid(
      UPDATE,
      "Incorrect operand type for operator or function; " +
        `operator: ${kind}, operand type: ${LONG_NAMES[typeOf(operand)]}`,
    );
  }
  const change = kind === "ADD" ? added : lessened;
  return (before) => change(follow(before, path), operand);
}

/** `operand` is a number or a set. */
export function added(there: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (there === undefined) return operand;
  if (operand.N !== undefined && there.N !== undefined) {
    return { N: addNumbers(there.N, operand.N) };
  }
  const old = setMembers(there);
  const more = setMembers(operand);
  if (old === undefined || more === undefined || old.type !== more.type) throw wrongType();
  const known = new Set(old.keys);
  const fresh = (_member: unknown, at: number) => !known.has(more.keys[at] ?? "");
  if (operand.SS !== undefined) return { SS: [...(there.SS ?? []), ...operand.SS.filter(fresh)] };
  if (operand.NS !== undefined) return { NS: [...(there.NS ?? []), ...operand.NS.filter(fresh)] };
  return { BS: [...(there.BS ?? []), ...(operand.BS ?? []).filter(fresh)] };
}

/** A set without members does not exist: undefined. */
export function lessened(
  there: AttributeValue | undefined,
  operand: AttributeValue,
): AttributeValue | undefined {
  if (there === undefined) return undefined;
  const old = setMembers(there);
  const less = setMembers(operand);
  if (old === undefined || less === undefined || old.type !== less.type) throw wrongType();
  const gone = new Set(less.keys);
  const stays = (_member: unknown, at: number) => !gone.has(old.keys[at] ?? "");
  if (old.keys.every((key) => gone.has(key))) return undefined;
  if (there.SS !== undefined) return { SS: there.SS.filter(stays) };
  if (there.NS !== undefined) return { NS: there.NS.filter(stays) };
  return { BS: (there.BS ?? []).filter(stays) };
}

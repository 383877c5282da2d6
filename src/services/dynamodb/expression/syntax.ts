/**
 * What the parser makes of an expression: placeholders still in place, so that one tree serves
 * every request of its text.
 */

export type PathPart = { readonly name: string } | { readonly index: number };
/** "#a.b[1]": names as written, placeholders included. */
export interface PathNode {
  readonly kind: "path";
  readonly parts: readonly PathPart[];
}
export interface ValueNode {
  readonly kind: "value";
  readonly name: string;
}
export interface FunctionNode {
  readonly kind: "function";
  readonly name: string;
  readonly operands: readonly OperandNode[];
}
export type OperandNode = PathNode | ValueNode | FunctionNode;

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type ConditionNode =
  | { readonly kind: "and" | "or"; readonly left: ConditionNode; readonly right: ConditionNode }
  | { readonly kind: "not"; readonly condition: ConditionNode }
  | {
      readonly kind: "compare";
      readonly operator: Comparator;
      readonly operands: readonly [OperandNode, OperandNode];
    }
  | {
      readonly kind: "between";
      readonly operands: readonly [OperandNode, OperandNode, OperandNode];
    }
  | { readonly kind: "in"; readonly operands: readonly [OperandNode, ...OperandNode[]] }
  | FunctionNode;

export type ArithmeticNode =
  | OperandNode
  | { readonly kind: "sum"; readonly operator: "+" | "-"; readonly operands: Two };

type Two = readonly [OperandNode, OperandNode];

export type UpdateAction =
  | { readonly kind: "SET"; readonly path: PathNode; readonly value: ArithmeticNode }
  | { readonly kind: "REMOVE"; readonly path: PathNode }
  | { readonly kind: "ADD" | "DELETE"; readonly path: PathNode; readonly value: ValueNode };

import { expect, test } from "vitest";
import type { Item } from "../item/value.ts";
import { Bindings } from "./bindings.ts";
import { bindCondition } from "./condition.ts";

const NAMES = { "#a": "a", "#things": "things" };
const VALUES: Item = {
  ":n": { N: "5" },
  ":s": { S: "he" },
  ":t": { S: "S" },
  ":things": { L: [] },
  ":low": { N: "1" },
};

function bind(text: string, values: Item = VALUES, names: Record<string, string> = NAMES) {
  const bindings = new Bindings({
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  });
  return bindCondition("Filter", text, bindings);
}

const ITEM: Item = {
  a: { N: "5" },
  b: { S: "hello" },
  c: { SS: ["x", "y"] },
  things: { L: [{ M: { deep: { N: "7" } } }, { N: "8" }] },
  bin: { B: new Uint8Array([1, 2, 3]) },
};

test.for([
  ["a = :n", true],
  ["#a <> :n", false],
  ["gone <> :n", true],
  ["gone = :n", false],
  ["a BETWEEN :low AND :n", true],
  ["a in (:s, :n)", true],
  ["begins_with(b, :s) and not a < :n", true],
  ["b < :n", false],
  ["contains(b, :s)", true],
  ["attribute_type(b, :t)", true],
  ["attribute_exists(things[0].deep) AND attribute_not_exists(things[0].another)", true],
  ["things[0].deep > #things[1]", false],
  ["size(b) = :n", true],
  ["size(gone) < :n", false],
  ["a = :s OR (b = :s OR a = :n)", true],
  ["(a)between(:low)and(:n)", true],
  ["a = :n or a = :s and b = :s", true],
] as const)("%s is %s", ([text, holds]) => {
  expect(bind(text)(ITEM)).toBe(holds);
});

test.for([
  ["", "The expression can not be empty;"],
  ["a > 4", 'Syntax error; token: "4", near: "> 4"'],
  ["attribute_exists(Pictures-RearView)", 'Syntax error; token: "-", near: "Pictures-RearView"'],
  ["a = :n AND __typename = :s", 'Syntax error; token: "_", near: "AND __"'],
  ["a in (:n,)", 'Syntax error; token: ")", near: ",)"'],
  ["a =", 'Syntax error; token: "<EOF>", near: "="'],
  ["size(a).b > a", 'Syntax error; token: ".", near: ").b"'],
  ["a=a and a > ((views))", "The expression has redundant parentheses;"],
  ["attRIbute_exIsts((views), #a)", "Invalid function name; function: attRIbute_exIsts"],
  [
    "attribute_not_exists(things) > b",
    "The function is not allowed to be used this way in an expression; function: attribute_not_exists",
  ],
  [
    "size(things)",
    "The function is not allowed to be used this way in an expression; function: size",
  ],
  [":n < abOrT", "Attribute name is a reserved keyword; reserved keyword: abOrT"],
  [
    "#4g > a",
    "An expression attribute name used in the document path is not defined; attribute name: #4g",
  ],
  [
    "a < :b",
    "An expression attribute value used in expression is not defined; attribute value: :b",
  ],
  [
    "begins_with(things)",
    "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
  ],
  [
    "begins_with(a, :n)",
    "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
  ],
  [
    "a < :things",
    "Incorrect operand type for operator or function; operator or function: <, operand type: L",
  ],
  [
    "attribute_type(a, :s)",
    "Invalid attribute type name found; type: he, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
  ],
  [
    "attribute_exists(:s)",
    "Operator or function requires a document path; operator or function: attribute_exists",
  ],
  [
    "contains(x.y[1].a, x.y[1].#a)",
    "The first operand must be distinct from the remaining operands for this operator or function; " +
      "operator: contains, first operand: [x, y, [1], a]",
  ],
  [
    "a between :n and :low",
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
      "lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:1}",
  ],
  [
    "a between :n and :s",
    "The BETWEEN operator requires same data type for lower and upper bounds; " +
      "lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {S:he}",
  ],
  [`a${".b".repeat(32)} = :n`, "The document path has too many nesting levels; nesting levels: 33"],
  ["a[99999999999] = :n", "List index is not within the allowable range; index: [99999999999]"],
  [
    `a = :n${" or a = :n".repeat(150)}`,
    "The expression contains too many operators; operator count: 301",
  ],
])("%s is refused: %s", ([text, sentence]) => {
  expect(() => bind(text!)).toThrow(
    expect.objectContaining({ message: `Invalid FilterExpression: ${sentence}` }),
  );
});

test("parentheses beyond all reason are refused as any others, without running out of stack", () => {
  const deep = `${"(".repeat(2000)}a = :n${")".repeat(2000)}`;
  expect(() => bind(deep)).toThrow("The expression has redundant parentheses;");
  expect(() => bind("(".repeat(4000))).toThrow('Syntax error; token: "<EOF>"');
  expect(() => bind(`a = ${"f(".repeat(1300)}b${")".repeat(1300)}`)).toThrow("Invalid Filter");
});

test("what no expression uses is refused", () => {
  const bindings = new Bindings({
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ":n": { N: "5" } },
  });
  bindCondition("Filter", "#a = :n", bindings);
  expect(() => bindings.refuseUnused()).toThrow(
    "Value provided in ExpressionAttributeNames unused in expressions: keys: {#things}",
  );
});

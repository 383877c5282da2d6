import { expect, test } from "vitest";
import type { Item } from "../item/value.ts";
import { Bindings } from "./bindings.ts";
import { bindUpdate } from "./update.ts";

const VALUES: Item = {
  ":n": { N: "2" },
  ":s": { S: "text" },
  ":set": { SS: ["y", "z"] },
  ":things": { L: [{ N: "9" }] },
};

function update(text: string, item: Item): Item {
  const bindings = new Bindings({
    ExpressionAttributeNames: { "#a": "a" },
    ExpressionAttributeValues: VALUES,
  });
  return bindUpdate(text, bindings).apply(item);
}

const ITEM: Item = {
  a: { N: "1" },
  bag: { SS: ["x", "y"] },
  tree: { M: { deep: { N: "3" } } },
  things: { L: [{ N: "0" }, { N: "1" }, { N: "2" }] },
};

test("every part reads the item as it was before", () => {
  const after = update("SET #a = tree.deep + :n, tree.deep = #a, b = if_not_exists(b, :s)", ITEM);
  expect(after).toEqual({
    ...ITEM,
    a: { N: "5" },
    b: { S: "text" },
    tree: { M: { deep: { N: "1" } } },
  });
  expect(ITEM["a"]).toEqual({ N: "1" });
});

test("positions are those of the things before; beyond its end means at its end, in order", () => {
  expect(
    update("SET things[9] = :n, things[7] = :s REMOVE things[0], things[1]", ITEM)["things"],
  ).toEqual({
    L: [{ N: "2" }, { S: "text" }, { N: "2" }],
  });
});

test("sets grow and shrink, and are gone when nothing is left of them", () => {
  expect(update("ADD bag :set", ITEM)["bag"]).toEqual({ SS: ["x", "y", "z"] });
  expect(update("DELETE bag :set", ITEM)["bag"]).toEqual({ SS: ["x"] });
  expect(update("DELETE bag :set", { bag: { SS: ["z"] } })).toEqual({});
  expect(update("ADD a :n, fresh :n", ITEM)).toMatchObject({ a: { N: "3" }, fresh: { N: "2" } });
});

test("lists are joined", () => {
  expect(
    update("SET things = list_append(:things, things)", { things: { L: [{ N: "1" }] } }),
  ).toEqual({
    things: { L: [{ N: "9" }, { N: "1" }] },
  });
});

test.for([
  ["SET a", 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "a"'],
  ["SET #a = :n, ", 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'],
  ["set _123 = :n", 'Invalid UpdateExpression: Syntax error; token: "_", near: "set _123"'],
  ["set a = :n + :n + :n", 'Invalid UpdateExpression: Syntax error; token: "+", near: ":n + :n"'],
  [
    "remove Absolute",
    "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: Absolute",
  ],
  [
    "set a = b set c = :n",
    'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
  ],
  ["set a = foo(b)", "Invalid UpdateExpression: Invalid function name; function: foo"],
  [
    "set a = list_append(list_append(a, b), c)",
    "Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: list_append",
  ],
  [
    "set a = size(b)",
    "Invalid UpdateExpression: The function is not allowed in an update expression; function: size",
  ],
  [
    "set things[1].x = :n, things[1] = :n",
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [things, [1], x], path two: [things, [1]]",
  ],
  [
    "remove a.b set a[1] = :n",
    "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]",
  ],
  [
    "add a :s",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
  ],
  [
    "set a = b + :s",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
  ],
  [
    "set x = gone",
    "The provided expression refers to an attribute that does not exist in the item",
  ],
  ["set x = tree + :n", "An operand in the update expression has an incorrect data type"],
  ["add tree :n", "An operand in the update expression has an incorrect data type"],
  ["set gone.x = :n", "The document path provided in the update expression is invalid for update"],
  ["remove a[0]", "The document path provided in the update expression is invalid for update"],
])("%s is refused: %s", ([text, sentence]) => {
  expect(() => update(text!, ITEM)).toThrow(expect.objectContaining({ message: sentence }));
});

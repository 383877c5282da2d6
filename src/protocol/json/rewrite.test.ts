import { expect, test } from "vitest";
import { rewriteList, rewriteMap, rewriteStructure } from "./rewrite.ts";

const same = (value: unknown) => value;
const doubled = (value: unknown) => (typeof value === "number" ? value * 2 : value);
const fields = new Map([
  ["Name", { name: "Name", convert: same }],
  ["Size", { name: "Size", convert: doubled }],
  ["Old", { name: "new", convert: same }],
]);

test("where nothing is converted, the value itself comes back", () => {
  const structure = Object.freeze({ Name: "a", Size: 0 });
  const list = Object.freeze(["a", null, 0]);
  const map = Object.freeze({ a: "b", c: null });

  expect(rewriteStructure(structure, fields)).toBe(structure);
  expect(rewriteList(list, doubled)).toBe(list);
  expect(rewriteMap(map, same)).toBe(map);
});

test("a structure keeps its fields, converted and renamed, in their order", () => {
  const value = Object.freeze({ Name: "a", Other: 1, Size: 2, Old: "b", Gone: null });

  const written = rewriteStructure(value, fields);

  expect(Object.entries(written)).toEqual([
    ["Name", "a"],
    ["Size", 4],
    ["new", "b"],
  ]);
  expect(rewriteStructure({ Name: null, Size: undefined }, fields)).toEqual({});
});

test("a list keeps its nulls", () => {
  expect(rewriteList(Object.freeze(["a", null, 1, 2]), doubled)).toEqual(["a", null, 2, 4]);
});

test("a map may be keyed by anything", () => {
  const value = JSON.parse('{"a":"b","__proto__":1,"c":2}') as Record<string, unknown>;

  const written = rewriteMap(value, doubled);

  expect(JSON.stringify(written)).toBe('{"a":"b","__proto__":2,"c":4}');
  expect(JSON.stringify(rewriteMap(value, (part) => (part === 1 ? undefined : part)))).toBe(
    '{"a":"b","c":2}',
  );
});

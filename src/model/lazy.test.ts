import { expect, test } from "vitest";
import { lazyMap, lazyProperty } from "./lazy.ts";

test("a lazy map makes a value once, when it is asked for", () => {
  const made: string[] = [];
  const map = lazyMap(["b", "a"], (key) => {
    made.push(key);
    return key.toUpperCase();
  });
  expect([map.size, map.has("a"), map.has("c"), [...map.keys()]]).toEqual([
    2,
    true,
    false,
    ["b", "a"],
  ]);
  expect(made).toEqual([]);
  expect([map.get("a"), map.get("a"), map.get("c")]).toEqual(["A", "A", undefined]);
  expect(made).toEqual(["a"]);
  expect([...map]).toEqual([
    ["b", "B"],
    ["a", "A"],
  ]);
  expect([...map.values()]).toEqual(["B", "A"]);
  expect(made).toEqual(["a", "b"]);
});

test("a lazy property is there from the start and is computed once", () => {
  let times = 0;
  const target: { answer?: number } = {};
  lazyProperty(target, "answer", () => {
    times += 1;
    return 42;
  });
  expect([Object.keys(target), times]).toEqual([["answer"], 0]);
  expect([target.answer, target.answer, { ...target }, times]).toEqual([42, 42, { answer: 42 }, 1]);
});

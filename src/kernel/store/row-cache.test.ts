import { expect, test } from "vitest";
import { RowCache } from "./row-cache.ts";

test("a row is there until the file changes under it", () => {
  const cache = new RowCache();
  cache.keep("a", { n: 1 }, 10);
  cache.keep("b", { n: 2 }, 10);
  cache.forget(new Map([["a", { n: 3 }]]));
  expect([cache.get("a"), cache.get("b")]).toEqual([undefined, { n: 2 }]);
});

test("the oldest rows make room, and a large one is not kept at all", () => {
  const cache = new RowCache();
  for (let at = 0; at < 2000; at++) cache.keep(`row ${at}`, at, 16_000);
  cache.keep("large", "large", 17_000);
  expect([cache.get("row 0"), cache.get("row 1999"), cache.get("large")]).toEqual([
    undefined,
    1999,
    undefined,
  ]);
});

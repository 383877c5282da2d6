import { expect, test } from "vitest";
import { RowCache } from "./row-cache.ts";

test("a row is there until the file changes under it", () => {
  const cache = new RowCache();
  cache.keep("a", { n: 1 }, 10);
  cache.keep("b", { n: 2 }, 10);
  cache.forget(new Map([["a", { n: 3 }]]));
  expect([cache.get("a"), cache.get("b")]).toEqual([undefined, { n: 2 }]);
});

test("a row that is here is renewed when it is written, and no other", () => {
  const cache = new RowCache();
  cache.keep("a", { n: 1 }, 10);
  cache.keep("b", { n: 2 }, 10);
  cache.keep("large", { n: 3 }, 10);
  const writes = new Map([
    ["a", { n: 4 }],
    ["b", undefined],
    ["c", { n: 5 }],
    ["large", { n: 6 }],
  ]);
  const sizes = new Map([
    ["a", 10],
    ["c", 10],
    ["large", 17_000],
  ]);
  cache.renew(writes, sizes);
  expect(["a", "b", "c", "large"].map((key) => cache.get(key))).toEqual([
    { n: 4 },
    undefined,
    undefined,
    undefined,
  ]);
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

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
  const cache = new RowCache<string>();
  const keys = ["a", "b", "large"];
  for (const key of keys) cache.keep(key, { n: 1 }, 10);
  cache.renew("a", { n: 4 }, "first");
  cache.renew("b", undefined, "first");
  cache.renew("c", { n: 5 }, "first");
  cache.renew("large", { n: 6 }, "first");
  expect(cache.get("large")).toEqual({ n: 6 });
  for (const [key, bytes] of [
    ["a", 20],
    ["c", 20],
    ["large", 17_000],
  ] as const) {
    cache.weigh(key, bytes);
  }
  expect([...keys, "c"].map((key) => cache.get(key))).toEqual([
    { n: 4 },
    undefined,
    undefined,
    undefined,
  ]);
  expect(cache.find("a")?.writer).toBe("first");
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

test("rows that grow make the oldest go, too", () => {
  const cache = new RowCache<string>();
  for (let at = 0; at < 2000; at++) cache.keep(`row ${at}`, at, 10);
  for (let at = 0; at < 2000; at++) {
    cache.renew(`row ${at}`, "longer", "writer");
    cache.weigh(`row ${at}`, 16_000);
  }
  const kept = Array.from({ length: 2000 }, (_unused, at) => cache.get(`row ${at}`));
  expect(kept.filter((value) => value !== undefined).length).toBeGreaterThan(900);
  expect(kept.filter((value) => value !== undefined).length).toBeLessThan(1100);
  expect(kept[0]).toBeUndefined();
});

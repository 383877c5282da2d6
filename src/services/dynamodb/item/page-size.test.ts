import { expect, test } from "vitest";
import { PAGE_BYTES_MAX, pageBytes } from "./page-size.ts";
import type { Item } from "./value.ts";

const total = (items: readonly Item[], rangeName?: string) =>
  items.reduce((sum, item) => sum + pageBytes(item, rangeName), 0);

const text = (length: number) => ({ S: "e".repeat(length) });

/** The ends of pages that AWS has shown: with the last number the page is full, with one less not. */
test("twenty-five items with a text as sort key", () => {
  const items = (lastBytes: number) =>
    Array.from({ length: 25 }, (_, at) => ({
      a: text("0.12345678".length),
      b: { S: String(at).padStart(5, "0") },
      c: { S: "abcde" },
      e: text(at === 24 ? lastBytes : 41_596),
    }));
  const spare = PAGE_BYTES_MAX - total(items(41_597), "b");
  expect(spare).toBe(0);
  expect(PAGE_BYTES_MAX - total(items(41_596), "b")).toBe(1);
});

test("every kind of value takes its storage form", () => {
  const one = (value: Item[string]) => pageBytes({ a: value }, undefined) - 20 - 1;
  const bytes = Uint8Array.of(1, 2);
  expect([
    one({ S: "abc" }),
    one(text(128)),
    one(text(16_384)) - 18 * 5,
    one({ N: "12.3456" }),
    one({ B: bytes }),
    one({ SS: ["a", "bc"] }),
    one({ NS: ["1.23", "12.3"] }),
    one({ BS: [bytes, Uint8Array.of(2)] }),
    one({ NULL: true }),
    one({ BOOL: false }),
    one({ L: [{ S: "abc" }] }),
    one({ M: { key: { S: "abc" } } }),
  ]).toEqual([4, 130, 16_387, 5, 3, 6, 9, 6, 0, 1, 8, 9]);
});

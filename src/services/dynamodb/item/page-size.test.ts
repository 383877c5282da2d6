import fc from "fast-check";
import { expect, test } from "vitest";
import { mostBytes, PAGE_BYTES_MAX, pageBytes, PageFill } from "./page-size.ts";
import { itemBytes } from "./size.ts";
import type { AttributeValue, Item } from "./value.ts";

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

const sorted = (bytes: number): Item => ({ id: text(bytes), rest: text(4000) });

test("a page is full with the item that fills it, whether it was measured before or not", () => {
  const items = Array.from({ length: 400 }, (_, at) => sorted(1 + at));
  const fill = new PageFill("id");
  const last = items.findIndex((item) => fill.add({ item, bytes: itemBytes(item) }));
  expect(total(items.slice(0, last), "id")).toBeLessThan(PAGE_BYTES_MAX);
  expect(total(items.slice(0, last + 1), "id")).toBeGreaterThanOrEqual(PAGE_BYTES_MAX);
});

const texts = fc.string({ maxLength: 30 });
const values = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    fc.record({ S: fc.oneof(texts, fc.constant("e".repeat(20_000))) }),
    fc.record({ N: fc.integer().map(String) }),
    fc.record({ SS: fc.uniqueArray(texts, { minLength: 1, maxLength: 9 }) }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ L: fc.array(tie("value"), { maxLength: 5 }) }),
    fc.record({ M: fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), tie("value")) }),
  ),
})).value;

test("no item takes more of a page than its documented size allows for", () => {
  const items = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), values);
  const keys = fc.integer({ min: 1, max: 1024 });
  fc.assert(
    fc.property(items, keys, (item, keyBytes) => {
      const whole = { ...item, id: text(keyBytes) };
      expect(pageBytes(whole, "id")).toBeLessThanOrEqual(mostBytes(itemBytes(whole)));
    }),
  );
});

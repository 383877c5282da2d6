import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeKey, encodeKey, prefixRange, type KeyPart } from "./key.ts";

const part = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("a", "b", "\0", "\xff", "é", "\u{1f600}", "\ud800", "\udc00"),
  }),
  fc.uint8Array({ maxLength: 8 }),
);
const tuple = fc.array(part, { maxLength: 4 });
const BOUNDED = { seed: 4, numRuns: 3000 };

test("a key decodes to the tuple it was made of", () => {
  fc.assert(
    fc.property(tuple, (parts) => {
      const same = parts.map((one) => (one === 0 ? 0 : one));
      expect(decodeKey(encodeKey(parts))).toEqual(same);
    }),
    BOUNDED,
  );
});

test("the order of keys is the order of tuples", () => {
  fc.assert(
    fc.property(tuple, tuple, (a, b) => {
      const [left, right] = [encodeKey(a), encodeKey(b)];
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(compareTuples(a, b));
    }),
    BOUNDED,
  );
});

test("a prefix range holds the tuples that begin with it and no others", () => {
  fc.assert(
    fc.property(tuple, tuple, (prefix, other) => {
      const { from, to } = prefixRange(prefix);
      const inside = (key: string) => from <= key && key < to;
      expect(inside(encodeKey([...prefix, ...other]))).toBe(true);
      const begins = compareTuples(other.slice(0, prefix.length), prefix) === 0;
      expect(inside(encodeKey(other))).toBe(begins);
    }),
    BOUNDED,
  );
});

test("a tuple comes before its extensions, and they before a longer string", () => {
  const keys = [["a"], ["a", null], ["a", "b"], ["a\0"], ["a\0b"], ["ab"]].map(encodeKey);
  expect(keys.toSorted()).toEqual(keys);
});

test("every character of a key is one byte", () => {
  const key = encodeKey(["é\u{1f600}\ud800", -1.5, Uint8Array.of(0, 255)]);
  expect(/^[\0-\xff]*$/.test(key)).toBe(true);
});

test("a number that is not finite is refused", () => {
  expect(() => encodeKey([Number.NaN])).toThrow("not a finite number in a key: NaN");
  expect(() => encodeKey([-Infinity])).toThrow("not a finite number in a key: -Infinity");
});

const rank = (one: KeyPart) => {
  if (one === null) return 0;
  if (typeof one === "boolean") return one ? 2 : 1;
  if (typeof one === "number") return 3;
  return typeof one === "string" ? 4 : 5;
};

function compareTuples(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compareParts(a[at] ?? null, b[at] ?? null);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

function compareParts(a: KeyPart, b: KeyPart): number {
  if (rank(a) !== rank(b)) return Math.sign(rank(a) - rank(b));
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string")
    return compareCodePoints(Array.from(a), Array.from(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return 0;
}

/** UTF-8 byte order is the order of code points. */
function compareCodePoints(a: string[], b: string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = Math.sign(a[at]!.codePointAt(0)! - b[at]!.codePointAt(0)!);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

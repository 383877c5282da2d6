import fc from "fast-check";
import { expect, test } from "vitest";
import { itemOf, itemText } from "./text.ts";
import type { AttributeValue } from "./value.ts";

const names = fc.oneof(
  fc.constantFrom("B", "BS", "M", "L", "__proto__", "constructor", '"B":"', "0"),
  fc.string({ minLength: 1, maxLength: 3 }),
);
const bytes = fc.uint8Array({ maxLength: 5 });
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 9 }),
  fc.constantFrom('"B":"', '"BS":["', "\ud800", "AA=="),
);
const values = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    fc.record({ S: texts }),
    fc.record({ N: fc.integer().map(String) }),
    fc.record({ B: bytes }),
    fc.record({ SS: fc.uniqueArray(texts, { minLength: 1, maxLength: 4 }) }),
    fc.record({ BS: fc.array(bytes, { minLength: 1, maxLength: 4 }) }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.constant(true) }),
    fc.record({ L: fc.array(tie("value"), { maxLength: 4 }) }),
    fc.record({ M: fc.dictionary(names, tie("value"), { maxKeys: 4 }) }),
  ),
})).value;

test("an item is the same after it was kept", () => {
  fc.assert(
    fc.property(fc.dictionary(names, values, { maxKeys: 5 }), (item) => {
      expect(itemOf({ text: itemText(item) })).toEqual(item);
    }),
    { numRuns: 1000 },
  );
});

test("its text is the one in which it came", () => {
  const text = JSON.stringify({
    id: { S: 'é \u2028 " \\' },
    B: { M: { BS: { BS: ["AAE=", "/w=="] }, B: { B: "" } } },
    list: { L: [{ B: "AA==" }, { N: "1.5" }, { NULL: true }] },
  });
  expect(itemText(itemOf({ text }))).toBe(text);
});

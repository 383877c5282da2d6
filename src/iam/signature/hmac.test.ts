import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HmacKey } from "./hmac.ts";

test("it signs as node's own HMAC does, whatever the text and the key", () => {
  const keys = fc.uint8Array({ maxLength: 64 });
  const texts = fc.array(fc.string({ unit: "binary", maxLength: 400 }), { maxLength: 4 });
  fc.assert(
    fc.property(keys, texts, (bytes, all) => {
      const key = new HmacKey(Buffer.from(bytes));
      for (const text of all) {
        expect(key.sign(text)).toBe(createHmac("sha256", bytes).update(text).digest("hex"));
      }
    }),
  );
});

test("a key of more than one block is refused", () => {
  expect(() => new HmacKey(Buffer.alloc(65))).toThrow(RangeError);
});

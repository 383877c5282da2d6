import fc from "fast-check";
import { expect, test } from "vitest";
import { open, originOf, seal } from "./ciphertext.ts";

const exactly = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
const hex = (count: number) => exactly(count).map((bytes) => Buffer.from(bytes).toString("hex"));

const origins = fc.record({
  accountId: fc.integer({ min: 0, max: 999_999_999_999 }).map((id) => String(id).padStart(12, "0")),
  keyId: fc.oneof(
    fc.uuid(),
    hex(16).map((id) => `mrk-${id}`),
  ),
  materialId: hex(32),
});
const contexts = fc.dictionary(fc.string(), fc.string());

test("an envelope names what sealed it, and opens to what was sealed", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      origins,
      contexts,
      exactly(32),
      exactly(12),
      (plaintext, origin, context, secret, nonce) => {
        const sealed = seal(plaintext, origin, { secret, context, nonce });
        expect(originOf(sealed)).toEqual(origin);
        expect(Uint8Array.from(open(sealed, { secret, context }) ?? [1])).toEqual(plaintext);
        const other = { ...context, "one more": "" };
        expect(open(sealed, { secret, context: other })).toBeUndefined();
      },
    ),
  );
});

test("bytes from elsewhere are nobody's, and do no harm", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(originOf(bytes)).toBeUndefined();
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32, crc32c, crc64nvme, joinCrcs, type Crc } from "./crc.ts";

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");

function digest(make: () => Crc, ...chunks: Uint8Array[]): Uint8Array {
  const crc = make();
  for (const chunk of chunks) crc.update(chunk);
  return crc.digest();
}

test.for([
  ["CRC32", crc32, "cbf43926"],
  ["CRC32C", crc32c, "e3069283"],
  ["CRC64NVME", crc64nvme, "ae8b14860a799888"],
] as const)("%s of 123456789 is the published check value", ([, make, check]) => {
  expect(hex(digest(make, Buffer.from("123456789")))).toBe(check);
});

const families = { CRC32: crc32, CRC32C: crc32c, CRC64NVME: crc64nvme };

/** Bit by bit, as the definition says. */
function slow(width: bigint, polynomial: bigint, bytes: Uint8Array): bigint {
  let crc = (1n << width) - 1n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crc ^ ((1n << width) - 1n);
}

test("the fast ways agree with the definition, however the bytes come in pieces", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 }), (a, b) => {
      const both = Uint8Array.from([...a, ...b]);
      expect(hex(digest(crc32, a, b))).toBe(
        slow(32n, 0xedb88320n, both).toString(16).padStart(8, "0"),
      );
      expect(hex(digest(crc32c, a, b))).toBe(
        slow(32n, 0x82f63b78n, both).toString(16).padStart(8, "0"),
      );
      expect(hex(digest(crc64nvme, a, b))).toBe(
        slow(64n, 0x9a6c9329ac4bc9b5n, both).toString(16).padStart(16, "0"),
      );
    }),
  );
});

test("the checksum of parts joined is the checksum of the whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom("CRC32" as const, "CRC32C" as const, "CRC64NVME" as const),
      (parts, name) => {
        const make = families[name];
        const joined = joinCrcs(
          name,
          parts.map((part) => ({ digest: digest(make, part), sizeBytes: part.length })),
        );
        expect(hex(joined)).toBe(hex(digest(make, ...parts)));
      },
    ),
  );
});

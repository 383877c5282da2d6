import { inflateSync } from "node:zlib";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { qrCodePng } from "./qr-code.ts";

/** The grey of each pixel, from the one chunk of data that our pictures have. */
function pixelsOf(png: Uint8Array): { width: number; lines: Uint8Array[] } {
  const file = Buffer.from(png);
  expect(file.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const width = file.readUInt32BE(16);
  const start = file.indexOf("IDAT");
  const raw = inflateSync(file.subarray(start + 4, start + 4 + file.readUInt32BE(start - 4)));
  const lines = Array.from({ length: width }, (_, y) =>
    raw.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)),
  );
  return { width, lines };
}

test("every module of the code is a square of sixteen pixels, with a light margin", () => {
  const text = "otpauth://totp/Amazon%20Web%20Services:ana@000000000000?secret=ABC";
  const modules = encode(text, { ecc: "L", border: 4 }).data;
  const { width, lines } = pixelsOf(qrCodePng(text));

  expect(width).toBe(modules.length * 4);
  const dark = lines.map((line) => Array.from(line, (grey) => grey === 0));
  const wanted = Array.from({ length: width }, (_, y) =>
    Array.from({ length: width }, (__, x) => modules[y >> 2]?.[x >> 2] === true),
  );
  expect(dark).toEqual(wanted);
  expect(dark.slice(0, 16).flat()).not.toContain(true);
});

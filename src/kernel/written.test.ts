import { expect, test } from "vitest";
import { readWritten, Written } from "./written.ts";

const numbers = (text: string) => JSON.parse(text) as unknown;

test("an output for another service has nothing written in it, and all else as it was", () => {
  const at = new Date(5);
  const bytes = Uint8Array.of(1);
  const output = { Items: [new Written("[1,2]", numbers), { none: null }], at, bytes, size: 3 };
  const read = readWritten(output) as typeof output;
  expect(read).toEqual({ Items: [[1, 2], { none: null }], at, bytes, size: 3 });
  expect([read.at, read.bytes]).toEqual([at, bytes]);
});

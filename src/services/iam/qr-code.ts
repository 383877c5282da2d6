/** QR codes as PNG, four pixels a module: what a camera reads the seed of an MFA device from. */
import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

/** Light modules around a code, as the standard wants them. */
const MARGIN = 4;

export function qrCodePng(text: string): Uint8Array {
  return png(encode(text, { ecc: "L", border: MARGIN }).data);
}

const PIXELS_A_MODULE = 4;

/** Eight bits of grey a pixel. */
function png(modules: readonly (readonly boolean[])[]): Uint8Array {
  const width = modules.length * PIXELS_A_MODULE;
  const lines = Array.from({ length: width }, (_, y) => {
    // The first byte of a line says that it is not filtered.
    const line = Buffer.alloc(width + 1, 0xff);
    line[0] = 0;
    const row = modules[Math.floor(y / PIXELS_A_MODULE)] ?? [];
    for (let x = 0; x < width; x++) {
      if (row[Math.floor(x / PIXELS_A_MODULE)] === true) line[x + 1] = 0;
    }
    return line;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(lines))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

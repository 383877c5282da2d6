/**
 * CRC-32 and CRC-32C over streams, fast: slicing by 16. CRC-64/NVME is in crc64.ts. And joining two
 * checksums without their bytes.
 */
import { crc64nvme, CRC64NVME_POLYNOMIAL } from "./crc64.ts";

export { crc64nvme };

export interface Crc {
  update(chunk: Uint8Array): void;
  /** Big endian. */
  digest(): Uint8Array;
}

/** Reflected polynomials. */
const CRC32_POLYNOMIAL = 0xedb88320;
const CRC32C_POLYNOMIAL = 0x82f63b78;

export const crc32 = (): Crc => narrow(CRC32_POLYNOMIAL);
export const crc32c = (): Crc => narrow(CRC32C_POLYNOMIAL);

const SLICES = 16;
const narrowTables = new Map<number, Int32Array>();

/**
 * Sixteen tables one behind the other: table `n` is the effect of a byte with `n` zero bytes
 * behind it.
 */
function tablesOf(polynomial: number): Int32Array {
  const known = narrowTables.get(polynomial);
  if (known !== undefined) return known;
  const tables = new Int32Array(256 * SLICES);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (before >>> 8) ^ (tables[before & 255] ?? 0);
  }
  narrowTables.set(polynomial, tables);
  return tables;
}

function narrow(polynomial: number): Crc {
  const tables = tablesOf(polynomial);
  let crc = -1;
  return {
    update: (chunk) => {
      crc = narrowUpdate(tables, crc, chunk);
    },
    digest: () => {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, ~crc >>> 0);
      return bytes;
    },
  };
}

/**
 * Every index is below the length of what it reads: what stands behind `??` is for the compiler,
 * and costs nothing.
 */
function narrowUpdate(t: Int32Array, start: number, b: Uint8Array): number {
  let crc = start;
  let at = 0;
  for (const end = b.length - 15; at < end; at += 16) {
    const w =
      crc ^
      ((b[at] ?? 0) |
        ((b[at + 1] ?? 0) << 8) |
        ((b[at + 2] ?? 0) << 16) |
        ((b[at + 3] ?? 0) << 24));
    crc =
      (t[3840 + (w & 255)] ?? 0) ^
      (t[3584 + ((w >>> 8) & 255)] ?? 0) ^
      (t[3328 + ((w >>> 16) & 255)] ?? 0) ^
      (t[3072 + (w >>> 24)] ?? 0) ^
      (t[2816 + (b[at + 4] ?? 0)] ?? 0) ^
      (t[2560 + (b[at + 5] ?? 0)] ?? 0) ^
      (t[2304 + (b[at + 6] ?? 0)] ?? 0) ^
      (t[2048 + (b[at + 7] ?? 0)] ?? 0) ^
      (t[1792 + (b[at + 8] ?? 0)] ?? 0) ^
      (t[1536 + (b[at + 9] ?? 0)] ?? 0) ^
      (t[1280 + (b[at + 10] ?? 0)] ?? 0) ^
      (t[1024 + (b[at + 11] ?? 0)] ?? 0) ^
      (t[768 + (b[at + 12] ?? 0)] ?? 0) ^
      (t[512 + (b[at + 13] ?? 0)] ?? 0) ^
      (t[256 + (b[at + 14] ?? 0)] ?? 0) ^
      (t[b[at + 15] ?? 0] ?? 0);
  }
  for (; at < b.length; at++) crc = (crc >>> 8) ^ (t[(crc ^ (b[at] ?? 0)) & 255] ?? 0);
  return crc;
}

interface Field {
  readonly width: bigint;
  readonly polynomial: bigint;
  /**
   * x to the power of (8 * bytes), by the number of bytes: parts of one upload mostly have one
   * size.
   */
  readonly shifts: Map<number, bigint>;
}

const field = (width: bigint, polynomial: bigint): Field => ({
  width,
  polynomial,
  shifts: new Map(),
});

const FIELDS: Readonly<Record<string, Field>> = {
  CRC32: field(32n, BigInt(CRC32_POLYNOMIAL)),
  CRC32C: field(32n, BigInt(CRC32C_POLYNOMIAL)),
  CRC64NVME: field(64n, CRC64NVME_POLYNOMIAL),
};

const SHIFTS_MAX = 1000;

/**
 * The checksum of the parts one behind the other, from the checksum and size of each. Undefined:
 * not of this family.
 */
export function joinCrcs(
  algorithm: string,
  parts: readonly { readonly digest: Uint8Array; readonly sizeBytes: number }[],
): Uint8Array | undefined {
  const space = FIELDS[algorithm];
  if (space === undefined) return undefined;
  let joined = 0n;
  for (const { digest, sizeBytes } of parts) {
    joined = multiply(space, shift(space, sizeBytes), joined) ^ toInteger(digest);
  }
  const hex = joined.toString(16).padStart(Number(space.width / 4n), "0");
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

const toInteger = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);

/** In reflected order the highest bit is x to the power of 0. */
function multiply({ width, polynomial }: Field, left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if ((left & bit) !== 0n) product ^= factor;
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

function shift(space: Field, sizeBytes: number): bigint {
  const known = space.shifts.get(sizeBytes);
  if (known !== undefined) return known;
  let power = 1n << (space.width - 1n);
  let square = 1n << (space.width - 9n);
  for (let left = sizeBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(space, power, square);
    square = multiply(space, square, square);
  }
  if (space.shifts.size >= SHIFTS_MAX) space.shifts.clear();
  space.shifts.set(sizeBytes, power);
  return power;
}

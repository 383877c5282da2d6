/**
 * CRC-64/NVME, slicing by 8 in a few instructions of WebAssembly: JavaScript has no fast integers of
 * 64 bits, and halves of 32 cost two and a half times as much (measured: 0.64 against 1.65 GB/s).
 */

/** Reflected. */
export const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

interface Crc64Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Whole blocks of eight bytes, at least one. */
  readonly update: (from: number, to: number, crc: bigint) => bigint;
}

// What is needed of the global that Node has and its types lack.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Crc64Exports };
};

const TABLE_BYTES = 256 * 8;
/** Behind the eight tables. */
const INPUT_AT = 8 * TABLE_BYTES;
const INPUT_BYTES = 64 * 1024;

interface Engine {
  readonly bytes: Uint8Array;
  readonly table: BigInt64Array;
  readonly update: Crc64Exports["update"];
}

let started: Engine | undefined;

function engine(): Engine {
  if (started !== undefined) return started;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()));
  const { buffer } = exports.memory;
  const table = new BigInt64Array(buffer, 0, 8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let slice = 0; slice < 8; slice++) {
      for (let bit = 0; bit < 8; bit++) {
        crc = (crc & 1n) === 1n ? (crc >> 1n) ^ CRC64NVME_POLYNOMIAL : crc >> 1n;
      }
      table[slice * 256 + byte] = BigInt.asIntN(64, crc);
    }
  }
  started = { bytes: new Uint8Array(buffer), table, update: exports.update };
  return started;
}

export function crc64nvme() {
  const { bytes, table, update } = engine();
  let crc = -1n;
  return {
    update: (chunk: Uint8Array): void => {
      const whole = chunk.length - (chunk.length % 8);
      for (let at = 0; at < whole; at += INPUT_BYTES) {
        const piece = chunk.subarray(at, Math.min(whole, at + INPUT_BYTES));
        bytes.set(piece, INPUT_AT);
        crc = update(INPUT_AT, INPUT_AT + piece.length, crc);
      }
      for (const byte of chunk.subarray(whole)) {
        const index = Number((crc ^ BigInt(byte)) & 255n);
        crc = (BigInt.asUintN(64, crc) >> 8n) ^ BigInt.asUintN(64, table[index] ?? 0n);
      }
    },
    /** Big endian. */
    digest: (): Uint8Array => {
      const digest = new Uint8Array(8);
      new DataView(digest.buffer).setBigUint64(0, BigInt.asUintN(64, ~crc));
      return digest;
    },
  };
}

const [FROM, TO, CRC, LOW, HIGH] = [0, 1, 2, 3, 4];
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const I32 = 0x7f;
const I64 = 0x7e;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
const I64_LOAD = 0x29;
const I64_XOR = 0x85;
const I32_WRAP = 0xa7;
const END = 0x0b;

/** `update` alone, with its memory: the binary form of WebAssembly, section by section. */
function moduleBytes(): Uint8Array {
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const code = functionBody();
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([
    ...header,
    ...section(1, [1, 0x60, 3, I32, I32, I64, 1, I64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 2]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("update"), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

const section = (id: number, content: readonly number[]) => [
  id,
  ...leb(content.length),
  ...content,
];

/** For each block: crc ^= block, then the exclusive or of what the tables say to its eight bytes. */
function functionBody(): number[] {
  const lookups = [LOW, HIGH].flatMap((half, word) =>
    [0, 8, 16, 24].flatMap((shift, byte) => {
      const position = word * 4 + byte;
      return [...lookup(half, shift, 7 - position), ...(position === 0 ? [] : [I64_XOR])];
    }),
  );
  return [
    [1, 2, I32],
    [0x03, 0x40],
    [GET, CRC, GET, FROM, I64_LOAD, 3, 0, I64_XOR, TEE, CRC, I32_WRAP, SET, LOW],
    [GET, CRC, I64_CONST, 32, 0x88, I32_WRAP, SET, HIGH],
    [...lookups, SET, CRC],
    [GET, FROM, I32_CONST, 8, 0x6a, TEE, FROM, GET, TO, 0x49, 0x0d, 0],
    [END, GET, CRC, END],
  ].flat();
}

/** The entry of a table for one byte of a word: load(((word >>> shift) & 255) << 3). */
function lookup(word: number, shift: number, table: number): number[] {
  const shifted = shift === 0 ? [] : [I32_CONST, shift, 0x76];
  const masked = shift === 24 ? [] : [I32_CONST, 0xff, 0x01, 0x71];
  const scaled = [I32_CONST, 3, 0x74];
  return [GET, word, ...shifted, ...masked, ...scaled, I64_LOAD, 3, ...leb(table * TABLE_BYTES)];
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

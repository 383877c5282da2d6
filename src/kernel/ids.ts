/**
 * The one source of chance: ids, keys, tokens. Secure on a served cloud; seeded in tests, so that a
 * run can be repeated.
 * A request draws through `Draws`, which gives the same bytes again when its handler has to run
 * again.
 */
import { randomFillSync } from "node:crypto";

/** Gives `count` fresh bytes. */
export type Chance = (count: number) => Uint8Array;

const POOL_BYTES = 8192;

export function secureChance(): Chance {
  let pool = Buffer.alloc(0);
  let used = 0;
  return (count) => {
    if (count > POOL_BYTES) return randomFillSync(Buffer.alloc(count));
    if (used + count > pool.length) {
      // A fresh pool each time: slices already handed out stay untouched.
      pool = randomFillSync(Buffer.allocUnsafeSlow(POOL_BYTES));
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}

/**
 * The same seed gives the same bytes. For tests: nothing drawn from it is secret. Generator: sfc32
 * (C. Doty-Humphrey).
 */
export function seededChance(seed: number): Chance {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return (count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) bytes[at] = next() & 0xff;
    return bytes;
  };
}

export interface Ids {
  bytes(count: number): Uint8Array;
  /** Lower-case hexadecimal, `length` characters. */
  hex(length: number): string;
  /** RFC 9562 version 4. */
  uuid(): string;
  /**
   * `length` characters of an alphabet of at most 256 (bias below 1 in 2^8 per character is
   * accepted).
   */
  text(alphabet: string, length: number): string;
}

/** The draws of one request. `rewindTo` gives the same bytes over again. */
export class Draws implements Ids {
  readonly #chance: Chance;
  readonly #drawn: Uint8Array[] = [];
  #position = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Where the draws stand, to come back to with `rewindTo`. */
  mark(): number {
    return this.#position;
  }

  rewindTo(mark: number): void {
    this.#position = mark;
  }

  bytes(count: number): Uint8Array {
    const again = this.#drawn[this.#position];
    if (again !== undefined && again.length === count) {
      this.#position += 1;
      return again;
    }
    const fresh = this.#chance(count);
    // Setting the length costs more than the draw.
    if (this.#drawn.length > this.#position) this.#drawn.length = this.#position;
    this.#drawn.push(fresh);
    this.#position += 1;
    return fresh;
  }

  hex(length: number): string {
    const bytes = this.bytes(Math.ceil(length / 2));
    const text = toBuffer(bytes).toString("hex");
    return text.length === length ? text : text.slice(0, length);
  }

  uuid(): string {
    return uuidOf(this.bytes(16));
  }

  text(alphabet: string, length: number): string {
    let out = "";
    for (const byte of this.bytes(length)) out += alphabet.charAt(byte % alphabet.length);
    return out;
  }
}

/**
 * RFC 9562 version 4, of sixteen bytes. Every request has one: written digit by digit into a text
 * that is already there.
 */
export function uuidOf(bytes: Uint8Array): string {
  let at = 0;
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) at += 1;
    let value = bytes[byte] ?? 0;
    if (byte === 6) value = (value & 0x0f) | 0x40;
    else if (byte === 8) value = (value & 0x3f) | 0x80;
    uuidText[at++] = HEX.charCodeAt(value >>> 4);
    uuidText[at++] = HEX.charCodeAt(value & 15);
  }
  return uuidText.toString("latin1");
}

const HEX = "0123456789abcdef";
const uuidText = Buffer.alloc(36, "-");

const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

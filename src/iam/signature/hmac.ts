/**
 * HMAC-SHA256 (RFC 2104) of many short texts with one key. Node's own sets out anew for every text,
 * and costs twice as much: here the key's blocks are laid out once, with room for the text.
 */
import { createHmac, hash } from "node:crypto";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** A string to sign has about 150. */
const ROOM_BYTES = 512;

export class HmacKey {
  readonly #key: Buffer;
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** At most a block (64 bytes). */
  constructor(key: Buffer) {
    if (key.length > BLOCK_BYTES) throw new RangeError("an HMAC key of more than one block");
    this.#key = key;
    this.#inner = padded(key, 0x36, ROOM_BYTES);
    this.#outer = padded(key, 0x5c, DIGEST_BYTES);
  }

  /** Of the text's UTF-8 bytes, hexadecimal. */
  sign(text: string): string {
    // A UTF-16 unit has at most three bytes in UTF-8.
    if (text.length * 3 > ROOM_BYTES) {
      return createHmac("sha256", this.#key).update(text).digest("hex");
    }
    const sizeBytes = this.#inner.write(text, BLOCK_BYTES, "utf8");
    const inner = hash("sha256", this.#inner.subarray(0, BLOCK_BYTES + sizeBytes), "binary");
    this.#outer.write(inner, BLOCK_BYTES, "latin1");
    return hash("sha256", this.#outer, "hex");
  }
}

function padded(key: Buffer, pad: number, roomBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + roomBytes, 0);
  for (let at = 0; at < BLOCK_BYTES; at++) block[at] = (key[at] ?? 0) ^ pad;
  return block;
}

/** The names of objects. */
import { keyTooLong } from "./errors.ts";

const KEY_BYTES_MAX = 1024;

/** Throws KeyTooLongError. */
export function checkKey(key: string): void {
  if (key.length * 3 <= KEY_BYTES_MAX) return;
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > KEY_BYTES_MAX) throw keyTooLong(sizeBytes);
}

/**
 * Sealed messages: what a denial says to those who may ask for it. Encrypted with a key of this
 * cloud's own, so that a token needs no row, and nobody else's token opens.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Iam } from "./api.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes the key, once. Whoever issues credentials calls this: nobody is denied before there are
 * credentials, and a denial itself, which undoes its transaction, cannot keep a key.
 */
export function ensureSealingKey(iam: Iam): void {
  if (iam.sealingKeys.has("key")) return;
  iam.sealingKeys.insert({ name: "key", bytes: iam.ids.bytes(KEY_BYTES) });
}

/** Undefined in a cloud that never issued credentials. */
export function seal(iam: Iam, accountId: string, text: string): string | undefined {
  const key = iam.sealingKeys.get("key")?.bytes;
  if (key === undefined) return undefined;
  const nonce = iam.ids.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(accountId));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Undefined when it was not sealed here, for this account. */
export function unseal(iam: Iam, accountId: string, token: string): string | undefined {
  const key = iam.sealingKeys.get("key")?.bytes;
  const bytes = Buffer.from(token, "base64url");
  if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(accountId));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

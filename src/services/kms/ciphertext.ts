/**
 * What symmetric keys encrypt to: AES-256-GCM in an envelope that names the key and the version of
 * its material, so that decrypting needs nothing but the bytes. The envelope and the encryption
 * context are authenticated with the text.
 *
 *   4  format (as AWS's begins: base64 "AQICA…")
 *   6  account, as a number
 *   1  whether it is a multi-region key
 *  16  key id
 *  32  key material id
 *  12  nonce
 *   …  text
 *  16  tag
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { EncryptionContext } from "./state.ts";

const FORMAT = Buffer.from([1, 2, 2, 0]);
const AT = { account: 4, family: 10, key: 11, material: 27, nonce: 59, text: 71 } as const;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";

/** Which key made it, and which version of its material. */
export interface Origin {
  readonly accountId: string;
  readonly keyId: string;
  readonly materialId: string;
}

export interface Opening {
  readonly secret: Uint8Array;
  readonly context: EncryptionContext | undefined;
}

export function seal(
  plaintext: Uint8Array,
  origin: Origin,
  { secret, context, nonce }: Opening & { readonly nonce: Uint8Array },
): Uint8Array {
  const header = Buffer.concat([FORMAT, Buffer.alloc(AT.nonce - AT.account), nonce]);
  header.writeUIntBE(Number(origin.accountId), AT.account, 6);
  header.writeUInt8(origin.keyId.startsWith("mrk-") ? 1 : 0, AT.family);
  header.write(origin.keyId.replace("mrk-", "").replaceAll("-", ""), AT.key, "hex");
  header.write(origin.materialId, AT.material, "hex");
  const cipher = createCipheriv(CIPHER, secret, nonce);
  cipher.setAAD(authenticated(header, context));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, text, cipher.getAuthTag()]);
}

/** Undefined when the bytes are not from here at all. */
export function originOf(ciphertext: Uint8Array): Origin | undefined {
  const bytes = Buffer.from(ciphertext.buffer, ciphertext.byteOffset, ciphertext.length);
  if (bytes.length < AT.text + TAG_BYTES || !bytes.subarray(0, 4).equals(FORMAT)) return undefined;
  const hex = bytes.toString("hex", AT.key, AT.material);
  const family = bytes.readUInt8(AT.family) === 1;
  return {
    accountId: String(bytes.readUIntBE(AT.account, 6)).padStart(12, "0"),
    keyId: family ? `mrk-${hex}` : toUuid(hex),
    materialId: bytes.toString("hex", AT.material, AT.nonce),
  };
}

const toUuid = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    "-",
  );

/** Undefined when a byte, the key or the context is not what it was. */
export function open(ciphertext: Uint8Array, { secret, context }: Opening): Uint8Array | undefined {
  const header = ciphertext.subarray(0, AT.text);
  const decipher = createDecipheriv(CIPHER, secret, ciphertext.subarray(AT.nonce, AT.text), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(authenticated(header, context));
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(ciphertext.subarray(AT.text, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The order of the pairs means nothing; an empty context is none. */
function authenticated(header: Uint8Array, context: EncryptionContext | undefined): Buffer {
  const pairs = Object.entries(context ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}

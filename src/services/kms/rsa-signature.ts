/**
 * RSA signatures over a digest that the caller has made (RFC 8017). Node signs messages and hashes
 * them itself, so the padding stands here; the arithmetic is OpenSSL's.
 */
import {
  constants,
  hash,
  privateEncrypt,
  publicDecrypt,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";

export type HashName = "sha256" | "sha384" | "sha512";

/** DigestInfo up to the digest: which hash it is, in DER. */
const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

export function signPkcs1(digest: Uint8Array, name: HashName, key: KeyObject): Uint8Array {
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(digest, name));
}

export function verifyPkcs1(
  digest: Uint8Array,
  signature: Uint8Array,
  name: HashName,
  key: KeyObject,
): boolean {
  try {
    const signed = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return signed.equals(digestInfo(digest, name));
  } catch {
    return false;
  }
}

const digestInfo = (digest: Uint8Array, name: HashName): Buffer =>
  Buffer.concat([Buffer.from(DIGEST_INFO[name], "hex"), digest]);

/** With a salt as long as the digest, as AWS does it. */
export function signPss(
  digest: Uint8Array,
  salt: Uint8Array,
  name: HashName,
  key: KeyObject,
): Uint8Array {
  const { bytes, bits } = sizeOf(key);
  const check = saltedHash(digest, salt, name);
  const block = Buffer.alloc(bytes - check.length - 1);
  block.set(salt, block.length - salt.length);
  block[block.length - salt.length - 1] = 1;
  const masked = xor(block, mask(check, block.length, name));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * bytes - bits + 1));
  const encoded = Buffer.concat([masked, check, Buffer.from([0xbc])]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

export function verifyPss(
  digest: Uint8Array,
  signature: Uint8Array,
  name: HashName,
  key: KeyObject,
): boolean {
  const { bytes, bits } = sizeOf(key);
  if (signature.length !== bytes) return false;
  const encoded = openBlock(signature, key);
  if (encoded === undefined || encoded.at(-1) !== 0xbc) return false;
  const length = digest.length;
  const masked = encoded.subarray(0, bytes - length - 1);
  const check = encoded.subarray(masked.length, -1);
  const unused = 0xff >> (8 * bytes - bits + 1);
  if (((masked[0] ?? 0) & ~unused) !== 0) return false;
  const block = xor(masked, mask(check, masked.length, name));
  block[0] = (block[0] ?? 0) & unused;
  const padding = block.subarray(0, block.length - length);
  const wanted = Buffer.alloc(padding.length);
  wanted[wanted.length - 1] = 1;
  if (!padding.equals(wanted)) return false;
  return timingSafeEqual(check, saltedHash(digest, block.subarray(-length), name));
}

function openBlock(signature: Uint8Array, key: KeyObject): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    return undefined; // a number beyond the modulus
  }
}

function sizeOf(key: KeyObject): { bytes: number; bits: number } {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return { bytes: Math.ceil(bits / 8), bits };
}

const saltedHash = (digest: Uint8Array, salt: Uint8Array, name: HashName): Buffer =>
  hash(name, Buffer.concat([Buffer.alloc(8), digest, salt]), "buffer");

/** MGF1. */
function mask(seed: Uint8Array, length: number, name: HashName): Buffer {
  const parts: Buffer[] = [];
  for (let made = 0, counter = 0; made < length; counter += 1) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const part = hash(name, Buffer.concat([seed, count]), "buffer");
    parts.push(part);
    made += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}

const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));

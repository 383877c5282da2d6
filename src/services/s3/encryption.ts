/**
 * Encryption of what is stored. SSE-S3 is answered as AWS does and leaves the bytes as they are
 * (`Differs:` in the README);
 * with a customer's key (SSE-C) they are encrypted with AES-256 in counter mode, which can be
 * read from any place.
 */
import { createCipheriv, hash } from "node:crypto";
import {
  accessDenied,
  invalidArgument,
  invalidEncryptionAlgorithm,
  invalidRequest,
  notBuilt,
} from "./errors.ts";
import type { Description } from "./state.ts";

/** The customer's key of one request. */
export interface CustomerKey {
  readonly key: Buffer;
  /** Base64. */
  readonly md5: string;
}

export interface CustomerKeyMembers {
  readonly algorithm?: string | undefined;
  readonly key?: string | undefined;
  readonly md5?: string | undefined;
}

const HEADER = { ArgumentName: "x-amz-server-side-encryption" };

/** Undefined when the request brings none. */
export function customerKey(
  { algorithm, key, md5 }: CustomerKeyMembers,
  serverSideEncryption?: string,
): CustomerKey | undefined {
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (serverSideEncryption !== undefined) {
    throw invalidArgument(
      "Server Side Encryption with Customer provided key is incompatible with the encryption " +
        "method specified",
      { ...HEADER, ArgumentValue: serverSideEncryption },
    );
  }
  if (algorithm === undefined) {
    throw invalidArgument(`${PROVIDED} a valid encryption algorithm.`, HEADER);
  }
  if (algorithm !== "AES256") throw invalidEncryptionAlgorithm(algorithm);
  if (key === undefined) {
    throw invalidArgument(`${PROVIDED} an appropriate secret key.`, HEADER);
  }
  const bytes = Buffer.from(key, "base64");
  if (bytes.length !== 32) {
    throw invalidArgument("The secret key was invalid for the specified algorithm.", HEADER);
  }
  if (md5 === undefined) {
    throw invalidArgument(`${PROVIDED} the client calculated MD5 of the secret key.`, HEADER);
  }
  if (hash("md5", bytes, "base64") !== md5) {
    throw invalidArgument(
      "The calculated MD5 hash of the key did not match the hash that was provided.",
      HEADER,
    );
  }
  return { key: bytes, md5 };
}

const PROVIDED =
  "Requests specifying Server Side Encryption with Customer provided keys must provide";

/** Of `x-amz-server-side-encryption` only what S3 does by default anyway is built. */
export function checkServerSideEncryption(asked: string | undefined): void {
  if (asked === undefined || asked === "AES256") return;
  if (asked === "aws:kms") return;
  if (asked === "aws:kms:dsse") throw notBuilt(`encryption with ${asked}`);
  throw invalidArgument("The encryption method specified is not supported", {
    ...HEADER,
    ArgumentValue: asked,
  });
}

/**
 * Reading what was encrypted with a customer's key needs that key; reading anything else must
 * bring none.
 */
export function checkKeyToRead(stored: string | undefined, given: CustomerKey | undefined): void {
  if (stored === given?.md5) return;
  if (stored === undefined) {
    throw invalidRequest("The encryption parameters are not applicable to this object.");
  }
  if (given === undefined) {
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters " +
        "must be provided to retrieve the object.",
    );
  }
  throw accessDenied(
    "Requests specifying Server Side Encryption with Customer provided keys must provide the " +
      "correct secret key.",
  );
}

/** How outputs speak of it. */
export function encryptionMembers({ customerKeyMd5, kms }: Description) {
  if (customerKeyMd5 !== undefined) {
    return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: customerKeyMd5 };
  }
  if (kms === undefined) return { ServerSideEncryption: "AES256" as const };
  return {
    ServerSideEncryption: "aws:kms" as const,
    SSEKMSKeyId: kms.keyArn,
    ...(kms.bucketKey ? { BucketKeyEnabled: true } : {}),
  };
}

/**
 * Encrypts or decrypts (it is the same) bytes that begin `offset` bytes behind the start of their
 * piece.
 */
export function counterCipher(key: Buffer, counter: Uint8Array, offset = 0) {
  const blocks = Math.floor(offset / 16);
  const cipher = createCipheriv("aes-256-ctr", key, advanced(counter, blocks));
  const within = offset % 16;
  if (within > 0) cipher.update(Buffer.alloc(within));
  return (chunk: Uint8Array): Uint8Array => cipher.update(chunk);
}

function advanced(counter: Uint8Array, blocks: number): Buffer {
  const start = BigInt(`0x${Buffer.from(counter).toString("hex")}`);
  const at = BigInt.asUintN(128, start + BigInt(blocks));
  return Buffer.from(at.toString(16).padStart(32, "0"), "hex");
}

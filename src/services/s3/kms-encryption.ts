/**
 * SSE-KMS: each object has a data key from KMS; the bytes are encrypted with it, and only its sealed
 * form is kept. Whoever reads needs the right to have it opened.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { S3 } from "./api.ts";
import { bucketArn } from "./buckets.ts";
import { accessDenied, invalidArgument } from "./errors.ts";
import type { Bucket, KmsSeal } from "./state.ts";

export interface KmsRequest {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

/** A fresh data key, open and sealed. */
export interface FreshSeal {
  readonly seal: KmsSeal;
  readonly key: Buffer;
}

const MANAGED_KEY = "alias/aws/s3";

/** The seal of an object to be written, by the request or by the bucket's default. */
export function sealFor(
  input: KmsRequest,
  bucket: Bucket,
  objectKey: string,
  s3: S3,
): FreshSeal | undefined {
  const asked = input.ServerSideEncryption;
  if (asked === "aws:kms") {
    const keyId = input.SSEKMSKeyId ?? MANAGED_KEY;
    const bucketKey =
      input.BucketKeyEnabled ?? bucket.encryption?.bucketKey ?? bucket.bucketKey ?? false;
    return freshSeal(
      { keyId, bucketKey, context: input.SSEKMSEncryptionContext },
      bucket,
      objectKey,
      s3,
    );
  }
  if (!takesDefault(input) || bucket.encryption === undefined) return undefined;
  const { keyId = MANAGED_KEY, bucketKey } = bucket.encryption;
  return freshSeal({ keyId, bucketKey, context: undefined }, bucket, objectKey, s3);
}

/** The request says nothing of its own: the bucket decides. */
export const takesDefault = (input: KmsRequest): boolean =>
  input.ServerSideEncryption === undefined && input.SSECustomerAlgorithm === undefined;

interface SealAsked {
  readonly keyId: string;
  readonly bucketKey: boolean;
  readonly context: string | undefined;
}

function freshSeal(asked: SealAsked, bucket: Bucket, objectKey: string, s3: S3): FreshSeal {
  const { keyId, bucketKey, context } = asked;
  const answer = callKms("GenerateDataKey", s3, {
    KeyId: keyId,
    KeySpec: "AES_256",
    EncryptionContext: contextFor({ bucketKey, context }, bucket.name, objectKey),
  });
  return {
    seal: {
      keyArn: textOf(answer, "KeyId"),
      dataKey: bytesOf(answer, "CiphertextBlob"),
      bucketKey,
      ...(context === undefined ? {} : { context }),
    },
    key: Buffer.from(bytesOf(answer, "Plaintext")),
  };
}

/** Has the data key of an object opened, as whoever reads it. */
export function openSeal(
  seal: KmsSeal,
  place: { readonly bucket: string; readonly key: string },
  s3: S3,
): Buffer {
  const answer = callKms("Decrypt", s3, {
    CiphertextBlob: seal.dataKey,
    KeyId: seal.keyArn,
    EncryptionContext: contextFor(seal, place.bucket, place.key),
  });
  return Buffer.from(bytesOf(answer, "Plaintext"));
}

function contextFor(
  { bucketKey, context }: { readonly bucketKey: boolean; readonly context?: string | undefined },
  bucket: string,
  key: string,
): Record<string, string> {
  const arn = bucketKey ? bucketArn(bucket) : `${bucketArn(bucket)}/${key}`;
  return { ...(context === undefined ? {} : readContext(context)), "aws:s3:arn": arn };
}

/** Base64 of a JSON object of strings. */
function readContext(header: string): Record<string, string> {
  const found: Record<string, string> = {};
  try {
    const document: unknown = JSON.parse(Buffer.from(header, "base64").toString("utf8"));
    for (const [name, value] of Object.entries(Object(document))) found[name] = String(value);
    return found;
  } catch {
    throw invalidArgument(
      "The header 'x-amz-server-side-encryption-context' is not valid JSON in base64.",
      {
        ArgumentName: "x-amz-server-side-encryption-context",
        ArgumentValue: header,
      },
    );
  }
}

/** What KMS refuses comes back under S3's own codes. */
function callKms(operation: string, s3: S3, input: object): unknown {
  try {
    return s3.call("kms", operation, input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "AccessDeniedException") throw accessDenied(error.message);
    throw new AwsError(`KMS.${error.code}`, error.message, { status: 400 });
  }
}

function textOf(answer: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(answer), name);
  if (typeof value !== "string") throw new Error(`KMS gave no ${name}`);
  return value;
}

function bytesOf(answer: unknown, name: string): Uint8Array {
  const value: unknown = Reflect.get(Object(answer), name);
  if (!(value instanceof Uint8Array)) throw new Error(`KMS gave no ${name}`);
  return value;
}

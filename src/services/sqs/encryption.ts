/**
 * SSE-KMS: body and attributes of a message are encrypted under a data key that the sender gets
 * from KMS, and decrypted with what KMS gives the receiver. Both need their rights on the key, as
 * on AWS. A data key is used again by the same sender for the queue's reuse period.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { AwsError } from "../../kernel/errors.ts";
import type { Sqs } from "./api.ts";
import { numberOf } from "./attribute-rules.ts";
import {
  KmsAccessDenied,
  KmsDisabled,
  KmsInvalidKeyUsage,
  KmsInvalidState,
  KmsNotFound,
} from "./errors.ts";
import { queueArn, type OpenQueue } from "./queue-url.ts";
import type { AttributeValues, DataKey, Message } from "./state.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Content = Pick<Message, "body" | "attributes" | "sealed">;

/** The content as it is stored: as it is, or encrypted when the queue names a key. */
export function seal(
  open: OpenQueue,
  body: string,
  attributes: AttributeValues | undefined,
): Content {
  const keyId = open.queue.attributes["KmsMasterKeyId"];
  if (keyId === undefined) return attributes === undefined ? { body } : { body, attributes };
  const { plaintext, ciphertext } = dataKey(open, keyId);
  const nonce = open.sqs.ids.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, plaintext, nonce);
  const text = JSON.stringify({ body, attributes: toJson(attributes) });
  const bytes = Buffer.concat([
    nonce,
    cipher.update(text, "utf8"),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const arn = queueArn(open.queue.name, open.sqs);
  return { body: "", sealed: { bytes, dataKey: ciphertext, arn } };
}

/** The content in clear, for a receiver who may decrypt it. */
export function unseal(message: Message, sqs: Sqs): Pick<Message, "body" | "attributes"> {
  const { sealed } = message;
  if (sealed === undefined) return message;
  const answer = callKms(sqs, "Decrypt", {
    CiphertextBlob: sealed.dataKey,
    EncryptionContext: { "aws:sqs:arn": sealed.arn },
  }) as { Plaintext: Uint8Array };
  const bytes = Buffer.from(sealed.bytes);
  const decipher = createDecipheriv(CIPHER, answer.Plaintext, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text =
    decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") +
    decipher.final("utf8");
  const { body, attributes } = JSON.parse(text) as { body: string; attributes?: JsonValues };
  return attributes === undefined ? { body } : { body, attributes: fromJson(attributes) };
}

function dataKey(
  { queue, sqs }: OpenQueue,
  keyId: string,
): Pick<DataKey, "plaintext" | "ciphertext"> {
  const principal = sqs.caller.arn;
  const known = sqs.dataKeys.get(queue.id, principal, keyId);
  if (known !== undefined) return known;
  const made = callKms(sqs, "GenerateDataKey", {
    KeyId: keyId,
    KeySpec: "AES_256",
    EncryptionContext: { "aws:sqs:arn": queueArn(queue.name, sqs) },
  }) as { Plaintext: Uint8Array; CiphertextBlob: Uint8Array };
  return sqs.dataKeys.put({
    queue: queue.id,
    principal,
    keyId,
    plaintext: made.Plaintext,
    ciphertext: made.CiphertextBlob,
    expiresAt: sqs.now + numberOf(queue, "KmsDataKeyReusePeriodSeconds") * 1000,
  });
}

function callKms(sqs: Sqs, operation: string, input: unknown): unknown {
  try {
    return sqs.call("kms", operation, input);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    const error = KMS_ERRORS[thrown.code];
    throw error === undefined ? thrown : error(thrown.message);
  }
}

const KMS_ERRORS: Readonly<Record<string, (sentence: string) => AwsError>> = {
  AccessDeniedException: KmsAccessDenied,
  DisabledException: KmsDisabled,
  InvalidKeyUsageException: KmsInvalidKeyUsage,
  KMSInvalidStateException: KmsInvalidState,
  NotFoundException: KmsNotFound,
};

type JsonValues = Record<string, { DataType: string; StringValue?: string; base64?: string }>;

function toJson(attributes: AttributeValues | undefined): JsonValues | undefined {
  if (attributes === undefined) return undefined;
  const entries = Object.entries(attributes).map(([name, { BinaryValue, ...value }]) => {
    const binary =
      BinaryValue === undefined ? {} : { base64: Buffer.from(BinaryValue).toString("base64") };
    return [name, { ...value, ...binary }] as const;
  });
  return Object.fromEntries(entries);
}

function fromJson(values: JsonValues): AttributeValues {
  const entries = Object.entries(values).map(([name, { base64, ...value }]) => {
    const binary =
      base64 === undefined ? {} : { BinaryValue: Uint8Array.from(Buffer.from(base64, "base64")) };
    return [name, { ...value, ...binary }] as const;
  });
  return Object.fromEntries(entries);
}

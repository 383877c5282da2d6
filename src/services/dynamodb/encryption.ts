/**
 * The key that protects a table: asked for by name, looked up in KMS, kept and told. The store
 * itself is not encrypted with it.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Dynamodb, Input } from "./api.ts";
import { invalidValues, KmsAccessDenied, ValidationException } from "./errors.ts";
import type { Encryption, TableRow } from "./state.ts";

type Specification = NonNullable<Input<"CreateTable">["SSESpecification"]>;

const OWN_KEY = "alias/aws/dynamodb";

/** Undefined: AWS's own key, of which no table tells. */
export function readEncryption(asked: Specification, ddb: Dynamodb): Encryption | undefined {
  refuseSpecification(asked);
  const { Enabled: enabled, SSEType: type, KMSMasterKeyId: keyId } = asked;
  if (enabled === false || (enabled === undefined && type === undefined)) return undefined;
  return { keyArn: usableKeyArn(keyId ?? OWN_KEY, ddb) };
}

function refuseSpecification(asked: Specification): void {
  const { Enabled: enabled, SSEType: type, KMSMasterKeyId: keyId } = asked;
  if (enabled === false) {
    const named = type !== undefined ? "SSEType" : keyId !== undefined ? "KMSMasterKeyId" : "";
    if (named !== "") throw invalidValues(`${named} can not be specified if Enabled is false`);
  }
  if (type === "AES256") throw invalidValues("SSEType AES256 is not supported");
  if (keyId !== undefined && type === undefined) {
    throw invalidValues("SSEType KMS is required if KMSMasterKeyId is specified");
  }
}

/** AWS: the ARN of the key that is there already is refused; the same key by another name is not. */
export function readOtherEncryption(
  asked: Specification,
  { encryption: now }: TableRow,
  ddb: Dynamodb,
): Encryption | undefined {
  refuseSpecification(asked);
  if (now !== undefined && asked.KMSMasterKeyId === now.keyArn) {
    throw invalidValues(
      "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you " +
        "want to change Master Key",
    );
  }
  const next = readEncryption(asked, ddb);
  if (next === undefined && now === undefined) {
    throw invalidValues("Table is already encrypted by default");
  }
  return next;
}

interface KeyMetadata {
  readonly Arn: string;
  readonly KeyState: string;
  readonly KeySpec: string;
}

function usableKeyArn(keyId: string, ddb: Dynamodb): string {
  const { Arn, KeyState, KeySpec } = keyMetadata(keyId, ddb);
  // AWS: answers a failure of its own (500), where the caller's key is to blame.
  if (KeySpec !== "SYMMETRIC_DEFAULT") {
    throw invalidKey("InvalidKeyUsageException", `${Arn} is not a symmetric encryption key.`, ddb);
  }
  if (KeyState === "Enabled") return Arn;
  if (KeyState === "Disabled") {
    throw ValidationException(
      `KMS key disabled error: ${kmsFailure("DisabledException", `${Arn} is disabled.`, ddb)}`,
    );
  }
  const state = KeyState === "PendingDeletion" ? "pending deletion" : KeyState;
  throw invalidKey("KMSInvalidStateException", `${Arn} is ${state}.`, ddb);
}

function keyMetadata(KeyId: string, ddb: Dynamodb): KeyMetadata {
  try {
    const answer = ddb.call("kms", "DescribeKey", { KeyId }) as { KeyMetadata: KeyMetadata };
    return answer.KeyMetadata;
  } catch (refused) {
    if (!(refused instanceof AwsError)) throw refused;
    if (refused.code !== "AccessDeniedException") {
      throw invalidKey(refused.code, refused.message, ddb);
    }
    throw KmsAccessDenied(
      `KMS key access denied error: ${kmsFailure("AWSKMSException", refused.message, ddb)}`,
    );
  }
}

const invalidKey = (code: string, sentence: string, ddb: Dynamodb) =>
  ValidationException(`KMS validation error: ${kmsFailure(code, sentence, ddb)}`);

/** AWS: what its own client of KMS says of an error, from the first word to the last. */
function kmsFailure(code: string, sentence: string, ddb: Dynamodb): string {
  const errorCode = code === "AWSKMSException" ? "AccessDeniedException" : code;
  return (
    `com.amazonaws.services.kms.model.${code}: ${sentence} (Service: AWSKMS; Status Code: 400; ` +
    `Error Code: ${errorCode}; Request ID: ${ddb.newId()}; Proxy: null)`
  );
}

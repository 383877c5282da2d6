import { defineErrors } from "../../kernel/errors.ts";
import type { Caller } from "../../kernel/service.ts";
import type { Sdk } from "./api.ts";

const said = (sentence: string) => sentence;
const INCORRECT_KEY =
  "The key ID in the request does not identify a CMK that can perform this operation.";
const INCORRECT_MATERIAL =
  "The key material in the request is, expired, invalid, or is not the same key material that " +
  "was previously imported into this KMS key.";

/**
 * Wording only. Wire codes, HTTP statuses and fault sides come from the model. AWS leaves some
 * without a word.
 */
export const {
  AccessDeniedException,
  AlreadyExistsException,
  CustomKeyStoreNotFoundException,
  DisabledException,
  DryRunOperationException,
  ExpiredImportTokenException,
  IncorrectKeyException,
  IncorrectKeyMaterialException,
  InvalidArnException,
  InvalidCiphertextException,
  InvalidGrantIdException,
  InvalidGrantTokenException,
  InvalidImportTokenException,
  InvalidKeyUsageException,
  InvalidMarkerException,
  KMSInvalidMacException,
  KMSInvalidSignatureException,
  KMSInvalidStateException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NotAuthorizedException,
  NotFoundException,
  NotImplementedBySnowglobe,
  TagException,
  UnsupportedOperationException,
  ValidationException,
} = defineErrors<Sdk>()(
  {
    AlreadyExistsException: said,
    CustomKeyStoreNotFoundException: "",
    DisabledException: (arn: string) => `${arn} is disabled.`,
    DryRunOperationException: "The request would have succeeded, but the DryRun option is set.",
    ExpiredImportTokenException: "",
    IncorrectKeyException: INCORRECT_KEY,
    IncorrectKeyMaterialException: INCORRECT_MATERIAL,
    InvalidArnException: said,
    InvalidCiphertextException: "",
    InvalidGrantIdException: said,
    InvalidGrantTokenException: "",
    InvalidImportTokenException: "",
    InvalidKeyUsageException: said,
    InvalidMarkerException: "",
    KMSInvalidMacException: "",
    KMSInvalidSignatureException: "",
    KMSInvalidStateException: said,
    LimitExceededException: said,
    MalformedPolicyDocumentException: said,
    NotFoundException: said,
    TagException: said,
    UnsupportedOperationException: said,
  },
  {
    AccessDeniedException: { status: 400, wording: said },
    NotAuthorizedException: { status: 400, wording: "" },
    NotImplementedBySnowglobe: {
      status: 501,
      wording: (what: string) => `Snowglobe's KMS does not have ${what}.`,
    },
    ValidationException: { status: 400, wording: said },
  },
);

/** AWS does not tell strangers whether there is such a key. */
export const HIDDEN =
  "because the resource does not exist in this Region, no resource-based policies allow access, " +
  "or a resource-based policy explicitly denies access";

export const ciphertextDenied = (action: string, caller: Caller) =>
  AccessDeniedException(
    `User: ${caller.arn} is not authorized to perform: ${action} on the resource ` +
      `associated with this ciphertext ${HIDDEN}`,
  );

/** Who may do it, and only asks whether they may, gets an error that says so. */
export function checkNotDryRun(dryRun: boolean | undefined): void {
  if (dryRun === true) throw DryRunOperationException();
}

/** Nothing here runs in an enclave: an answer that only an enclave could read would help nobody. */
export function checkNoRecipient(recipient: unknown): void {
  if (recipient !== undefined) throw NotImplementedBySnowglobe("Recipient (Nitro Enclaves)");
}

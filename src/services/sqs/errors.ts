import { AwsError, defineErrors } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

/** Wording only. Wire codes, HTTP statuses and fault sides come from the model. */
export const {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  EmptyBatchRequest,
  InvalidAddress,
  InvalidAttributeName,
  InvalidAttributeValue,
  InvalidBatchEntryId,
  InvalidMessageContents,
  KmsAccessDenied,
  KmsDisabled,
  KmsInvalidKeyUsage,
  KmsInvalidState,
  KmsNotFound,
  OverLimit,
  PurgeQueueInProgress,
  QueueDeletedRecently,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ResourceNotFoundException,
  TooManyEntriesInBatchRequest,
  UnsupportedOperation,
  AccessDenied,
  InvalidParameterValue,
  MissingParameter,
} = defineErrors<Sdk>()(
  {
    BatchEntryIdsNotDistinct: (id: string) => `Id ${id} repeated.`,
    BatchRequestTooLong: (limitBytes: number, sentBytes: number) =>
      `Batch requests cannot be longer than ${limitBytes} bytes. You have sent ${sentBytes} bytes.`,
    EmptyBatchRequest: (entry: string) => `There should be at least one ${entry} in the request.`,
    InvalidAddress: (url: string) => `The address ${url} is not valid for this endpoint.`,
    InvalidAttributeName: (sentence: string) => sentence,
    InvalidAttributeValue: (parameter: string, reason?: string) =>
      `Invalid value for the parameter ${parameter}.${reason === undefined ? "" : ` Reason: ${reason}`}`,
    InvalidBatchEntryId:
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. " +
      "It can be at most 80 letters long.",
    InvalidMessageContents: (character: string) =>
      `Invalid binary character '${character}' was found in the message body, the set of allowed characters is ` +
      "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].",
    KmsAccessDenied: (sentence: string) => sentence,
    KmsDisabled: (sentence: string) => sentence,
    KmsInvalidKeyUsage: (sentence: string) => sentence,
    KmsInvalidState: (sentence: string) => sentence,
    KmsNotFound: (sentence: string) => sentence,
    OverLimit: (sentence: string) => sentence,
    PurgeQueueInProgress: (queue: string) =>
      `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`,
    QueueDeletedRecently:
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    QueueNameExists: (attribute: string) =>
      `A queue already exists with the same name and a different value for attribute ${attribute}`,
    ReceiptHandleIsInvalid: (sentence: string) => sentence,
    ResourceNotFoundException: (sentence: string) => sentence,
    TooManyEntriesInBatchRequest: (count: number) =>
      `Maximum number of entries per request are 10. You have sent ${count}.`,
    UnsupportedOperation: (sentence: string) => sentence,
  },
  {
    AccessDenied: { status: 403, wording: (sentence: string) => sentence },
    InvalidParameterValue: { status: 400, wording: (sentence: string) => sentence },
    MissingParameter: {
      status: 400,
      wording: (parameter: string) => `The request must contain the parameter ${parameter}.`,
    },
  },
);

/** AWS: query clients are told of a "wsdl version", JSON clients are not. */
export const QueueDoesNotExist = (protocol: string): AwsError =>
  new AwsError(
    "QueueDoesNotExist",
    protocol === "query"
      ? "The specified queue does not exist for this wsdl version."
      : "The specified queue does not exist.",
  );

/** AWS: for those who ask for the URL of another account's queue without its leave. */
export const QueueHidden = (): AwsError =>
  new AwsError(
    "QueueDoesNotExist",
    "The specified queue does not exist or you do not have access to it.",
  );

/** "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …" */
export const invalidValue = (value: unknown, parameter: string, reason: string): AwsError =>
  InvalidParameterValue(
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

export const unknownAttribute = (name: string): AwsError =>
  InvalidAttributeName(`Unknown Attribute ${name}.`);

/** Ids that callers choose: of groups, of deduplication, of attempts. */
export function checkToken(parameter: string, value: string): void {
  if (/^[\x21-\x7e]{1,128}$/.test(value)) return;
  throw invalidValue(
    value,
    parameter,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

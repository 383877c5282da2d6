import type { XmlNamespace } from "../../src/model/model.ts";
import type { BotocoreModel, BotocoreReference, BotocoreShape } from "./botocore-types.ts";

/**
 * SQS spoke the query protocol until 2023 and still answers it; its model since tells only what
 * JSON needs. These are the names that query clients use, from the SQS API reference. None of them
 * is read by the JSON codec.
 */
export const SQS_NAMESPACE: XmlNamespace = { uri: "http://queue.amazonaws.com/doc/2012-11-05/" };

/** List shape: the name of an element (`QueueUrl.1`, `<QueueUrl>`). */
const ELEMENTS: Readonly<Record<string, string>> = {
  AWSAccountIdList: "AWSAccountId",
  ActionNameList: "ActionName",
  AttributeNameList: "AttributeName",
  BatchResultErrorEntryList: "BatchResultErrorEntry",
  BinaryList: "BinaryListValue",
  ChangeMessageVisibilityBatchRequestEntryList: "ChangeMessageVisibilityBatchRequestEntry",
  ChangeMessageVisibilityBatchResultEntryList: "ChangeMessageVisibilityBatchResultEntry",
  DeleteMessageBatchRequestEntryList: "DeleteMessageBatchRequestEntry",
  DeleteMessageBatchResultEntryList: "DeleteMessageBatchResultEntry",
  ListMessageMoveTasksResultEntryList: "ListMessageMoveTasksResultEntry",
  MessageAttributeNameList: "MessageAttributeName",
  MessageList: "Message",
  MessageSystemAttributeList: "MessageSystemAttributeName",
  QueueUrlList: "QueueUrl",
  SendMessageBatchRequestEntryList: "SendMessageBatchRequestEntry",
  SendMessageBatchResultEntryList: "SendMessageBatchResultEntry",
  StringList: "StringListValue",
  TagKeyList: "TagKey",
};

/** Map shape: the name of an entry, of its key and of its value (`Attribute.1.Name`). */
const ENTRIES: Readonly<Record<string, readonly [entry: string, key: string, value: string]>> = {
  MessageBodyAttributeMap: ["MessageAttribute", "Name", "Value"],
  MessageBodySystemAttributeMap: ["MessageSystemAttribute", "Name", "Value"],
  MessageSystemAttributeMap: ["Attribute", "Name", "Value"],
  QueueAttributeMap: ["Attribute", "Name", "Value"],
  TagMap: ["Tag", "Key", "Value"],
};

const SERVICE = "AWS.SimpleQueueService";

/**
 * Error shape: its code for query clients, and the status, which the model no longer tells either.
 */
const ERRORS: Readonly<Record<string, readonly [code: string, status: number]>> = {
  BatchEntryIdsNotDistinct: [`${SERVICE}.BatchEntryIdsNotDistinct`, 400],
  BatchRequestTooLong: [`${SERVICE}.BatchRequestTooLong`, 400],
  EmptyBatchRequest: [`${SERVICE}.EmptyBatchRequest`, 400],
  InvalidAddress: ["InvalidAddress", 404],
  InvalidBatchEntryId: [`${SERVICE}.InvalidBatchEntryId`, 400],
  InvalidSecurity: ["InvalidSecurity", 403],
  KmsAccessDenied: ["KMS.AccessDeniedException", 400],
  KmsDisabled: ["KMS.DisabledException", 400],
  KmsInvalidKeyUsage: ["KMS.InvalidKeyUsageException", 400],
  KmsInvalidState: ["KMS.InvalidStateException", 400],
  KmsNotFound: ["KMS.NotFoundException", 400],
  KmsOptInRequired: ["KMS.OptInRequired", 403],
  KmsThrottled: ["KMS.ThrottlingException", 400],
  MessageNotInflight: [`${SERVICE}.MessageNotInflight`, 400],
  OverLimit: ["OverLimit", 403],
  PurgeQueueInProgress: [`${SERVICE}.PurgeQueueInProgress`, 403],
  QueueDeletedRecently: [`${SERVICE}.QueueDeletedRecently`, 400],
  QueueDoesNotExist: [`${SERVICE}.NonExistentQueue`, 400],
  QueueNameExists: ["QueueAlreadyExists", 400],
  ReceiptHandleIsInvalid: ["ReceiptHandleIsInvalid", 404],
  RequestThrottled: ["RequestThrottled", 403],
  ResourceNotFoundException: ["ResourceNotFoundException", 404],
  TooManyEntriesInBatchRequest: [`${SERVICE}.TooManyEntriesInBatchRequest`, 400],
  UnsupportedOperation: [`${SERVICE}.UnsupportedOperation`, 400],
};

export function withSqsQueryNames(model: BotocoreModel): BotocoreModel {
  return {
    ...model,
    metadata: { ...model.metadata, xmlNamespace: SQS_NAMESPACE },
    shapes: mapped(model.shapes, named),
  };
}

function named(shape: BotocoreShape, name: string): BotocoreShape {
  const element = ELEMENTS[name];
  const entry = ENTRIES[name];
  const error = ERRORS[name];
  if (element !== undefined && shape.member !== undefined) {
    return { ...shape, flattened: true, member: { ...shape.member, locationName: element } };
  }
  if (entry !== undefined && shape.key !== undefined && shape.value !== undefined) {
    const key = { ...shape.key, locationName: entry[1] };
    return { ...shape, key, value: { ...shape.value, locationName: entry[2] } };
  }
  if (error !== undefined) {
    const [code, httpStatusCode] = error;
    return { ...shape, error: { code, httpStatusCode, senderFault: true, ...shape.error } };
  }
  if (shape.members === undefined) return shape;
  return { ...shape, members: mapped(shape.members, entryNamed) };
}

function entryNamed(use: BotocoreReference): BotocoreReference {
  const queryName = ENTRIES[use.shape]?.[0];
  return queryName === undefined ? use : { ...use, queryName };
}

function mapped<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => T,
): Record<string, T> {
  const entries = Object.entries(record).map(([key, value]) => [key, change(value, key)] as const);
  return Object.fromEntries(entries);
}

/** Queue attributes: which there are, what they may hold, and in which form they are told. */
import { parsePolicy } from "../../iam/policy/document.ts";
import { AwsError } from "../../kernel/errors.ts";
import {
  InvalidAttributeName,
  InvalidAttributeValue,
  OverLimit,
  unknownAttribute,
} from "./errors.ts";
import type { Queue } from "./state.ts";

export type Attributes = Readonly<Record<string, string>>;

/** What a queue has that was never told otherwise. */
const DEFAULTS: Attributes = {
  DelaySeconds: "0",
  KmsDataKeyReusePeriodSeconds: "300",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  VisibilityTimeout: "30",
  SqsManagedSseEnabled: "true",
};

const FIFO_DEFAULTS: Attributes = {
  ...DEFAULTS,
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoQueue: "true",
  FifoThroughputLimit: "perQueue",
};

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};

const FIFO_ONLY: ReadonlySet<string> = new Set(["ContentBasedDeduplication", "FifoQueue"]);

const FIFO_CHOICES: Readonly<Record<string, readonly string[]>> = {
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};

const BOOLEANS: ReadonlySet<string> = new Set([
  "ContentBasedDeduplication",
  "FifoQueue",
  "SqsManagedSseEnabled",
]);

/** Of a queue's policy. */
export const STATEMENTS_MAX = 20;

/** Attributes that an empty text takes away. */
const REMOVABLE: ReadonlySet<string> = new Set([
  "KmsMasterKeyId",
  "Policy",
  "RedriveAllowPolicy",
  "RedrivePolicy",
]);

/** What a queue has, its defaults included. */
export function attributeOf(queue: Queue, name: string): string {
  return queue.attributes[name] ?? (queue.fifo ? FIFO_DEFAULTS : DEFAULTS)[name] ?? "";
}

export const numberOf = (queue: Queue, name: string): number => Number(attributeOf(queue, name));

/** Everything that was set or has a default, in no order. */
export function allAttributes(queue: Queue): Record<string, string> {
  const all = { ...(queue.fifo ? FIFO_DEFAULTS : DEFAULTS), ...queue.attributes };
  if (all["KmsMasterKeyId"] === undefined) delete all["KmsDataKeyReusePeriodSeconds"];
  return all;
}

/**
 * Checks what a caller asks for and puts it in the form in which it is told. Redrive policies are
 * left to those who know the other queues. An empty text stays: it takes the attribute away.
 */
export function checkedAttributes(asked: Attributes, fifo: boolean): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked))
    checked[name] = checkedValue(name, value, fifo);
  return checked;
}

function checkedValue(name: string, value: string, fifo: boolean): string {
  if (!fifo) refuseFifoOnly(name);
  if (REMOVABLE.has(name)) return name === "Policy" ? checkedPolicy(value) : value;
  const range = RANGES[name];
  if (range !== undefined) return checkedNumber(name, value, range);
  if (BOOLEANS.has(name)) return checkedBoolean(name, value);
  const choices = FIFO_CHOICES[name];
  if (choices === undefined) throw unknownAttribute(name);
  if (!choices.includes(value)) throw InvalidAttributeValue(name);
  return value;
}

function refuseFifoOnly(name: string): void {
  if (FIFO_ONLY.has(name)) throw unknownAttribute(name);
  if (FIFO_CHOICES[name] === undefined) return;
  throw InvalidAttributeName(`You can specify the ${name} only when FifoQueue is set to true.`);
}

function checkedNumber(
  name: string,
  value: string,
  [least, most]: readonly [number, number],
): string {
  const number = Number(value);
  if (!/^\d{1,9}$/.test(value) || number < least || number > most)
    throw InvalidAttributeValue(name);
  return String(number);
}

/** AWS: "True" is taken, and told as "true". */
function checkedBoolean(name: string, value: string): string {
  const lower = value.toLowerCase();
  if (lower !== "true" && lower !== "false") throw InvalidAttributeValue(name);
  return lower;
}

function checkedPolicy(text: string): string {
  if (text === "") return text;
  try {
    parsePolicy(text, { kind: "resource", resourceOptional: true });
  } catch (thrown) {
    if (thrown instanceof AwsError) throw InvalidAttributeValue("Policy");
    throw thrown;
  }
  const { Statement } = JSON.parse(text) as { readonly Statement: unknown };
  if (Array.isArray(Statement) && Statement.length > STATEMENTS_MAX) {
    throw OverLimit(
      `${Statement.length} statements were found in the submitted policy, max allowed is ${STATEMENTS_MAX}`,
    );
  }
  return text;
}

/**
 * What a queue has after a change: empty texts take away, and one kind of encryption switches the
 * other off.
 */
export function mergedAttributes(before: Attributes, change: Attributes): Attributes {
  const merged: Record<string, string> = { ...before };
  for (const [name, value] of Object.entries(change)) {
    if (value === "" && REMOVABLE.has(name)) delete merged[name];
    else merged[name] = value;
  }
  const key = change["KmsMasterKeyId"];
  if (key !== undefined && key !== "") {
    if (change["SqsManagedSseEnabled"] === "true") throw bothEncryptions();
    merged["SqsManagedSseEnabled"] = "false";
  } else if (change["SqsManagedSseEnabled"] === "true" && merged["KmsMasterKeyId"] !== undefined) {
    throw bothEncryptions();
  }
  checkThroughput(merged);
  return merged;
}

function checkThroughput(attributes: Attributes): void {
  const { FifoThroughputLimit: limit, DeduplicationScope: scope } = attributes;
  if (limit !== "perMessageGroupId" || scope === "messageGroup") return;
  throw InvalidAttributeValue(
    "FifoThroughputLimit",
    "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
  );
}

const bothEncryptions = () =>
  InvalidAttributeName(
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
  );

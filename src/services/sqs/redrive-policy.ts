/** Redrive policies: where a queue's dead letters go, and whose dead letters a queue takes. */
import type { Operation, Sqs } from "./api.ts";
import { InvalidAttributeValue, invalidValue } from "./errors.ts";
import { page } from "./page.ts";
import {
  openQueue,
  parseQueueArn,
  queueArn,
  queueByArn,
  queueUrl,
  type OpenQueue,
} from "./queue-url.ts";
import type { Queue } from "./state.ts";

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

const RECEIVES_MAX = 1000;
const SOURCES_MAX = 10;

/** The policy of a queue; undefined when it has none. What is stored was checked. */
export function redrivePolicyOf(queue: Queue): RedrivePolicy | undefined {
  const text = queue.attributes["RedrivePolicy"];
  return text === undefined ? undefined : (JSON.parse(text) as RedrivePolicy);
}

/**
 * Checks a redrive policy that a caller sets, and gives it as it is told. Empty: it is taken away.
 */
export function checkedRedrivePolicy(
  text: string,
  source: { readonly name: string; readonly fifo: boolean },
  sqs: Sqs,
): string {
  if (text === "") return text;
  const refused = (reason: string) => invalidValue(text, "RedrivePolicy", reason);
  const policy = parsedMap(text);
  if (policy === undefined) {
    throw InvalidAttributeValue("RedrivePolicy", "Redrive policy is not a valid JSON map.");
  }
  const { maxReceiveCount: count, deadLetterTargetArn: arn, ...others } = policy;
  for (const [name, value] of Object.entries({
    maxReceiveCount: count,
    deadLetterTargetArn: arn,
  })) {
    if (value === undefined)
      throw refused(`Redrive policy does not contain mandatory attribute: ${name}.`);
  }
  if (Object.keys(others).length > 0) {
    throw refused(
      "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].",
    );
  }
  const receives = Number(count);
  if (!Number.isInteger(receives) || receives < 1 || receives > RECEIVES_MAX) {
    throw refused(
      `Invalid value for maxReceiveCount: ${String(count)}, valid values are from 1 to ${RECEIVES_MAX} both inclusive.`,
    );
  }
  const target = deadLetterTarget(String(arn), source.fifo, refused, sqs);
  if (!takesLettersOf(target, queueArn(source.name, sqs))) {
    throw refused("Queue does not have permission to redrive to the dead letter target.");
  }
  return JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: receives });
}

/** The queue that a redrive policy names. AWS: the end of its name tells its kind, before all else. */
function deadLetterTarget(
  arn: string,
  fifo: boolean,
  refused: (reason: string) => Error,
  sqs: Sqs,
): Queue {
  const address = parseQueueArn(arn);
  if (address === undefined) {
    throw refused(
      /^arn:[^:]+:[^:]+:[^:]*:[^:]*:[^:]+$/.test(arn)
        ? "Only SQS queues are valid resources for deadLetterTargetArn."
        : "Dead-letter target ARN should be fully qualified ARN.",
    );
  }
  if (address.region !== sqs.region) {
    throw refused("Dead-letter target must be in same region as the source.");
  }
  if (address.accountId !== sqs.accountId) {
    throw refused("Dead-letter target owner should be same as the source.");
  }
  if (address.name.endsWith(".fifo") !== fifo) {
    // AWS: with two full stops.
    throw refused("Dead-letter queue must be same type of queue as the source..");
  }
  const target = openDeadLetterQueue(arn, sqs);
  if (target === undefined) throw refused("Dead letter target does not exist.");
  return target.queue;
}

/** AWS: a dead-letter queue is in the account and region of its sources. */
export function openDeadLetterQueue(arn: string, sqs: Sqs): OpenQueue | undefined {
  const address = parseQueueArn(arn);
  if (address?.accountId !== sqs.accountId || address.region !== sqs.region) return undefined;
  return queueByArn(arn, sqs);
}

export function checkedRedriveAllowPolicy(text: string): string {
  if (text === "") return text;
  const refused = (reason: string) =>
    invalidValue(text, "RedriveAllowPolicy", `${NO_ALLOW_POLICY}. ${reason}`);
  const policy = parsedMap(text) ?? {};
  const { redrivePermission: permission, sourceQueueArns: sources = [], ...others } = policy;
  if (!isPermission(permission) || !isTexts(sources) || Object.keys(others).length > 0) {
    throw InvalidAttributeValue(
      "RedriveAllowPolicy",
      `${NO_ALLOW_POLICY}, as it’s in an unsupported format.`,
    );
  }
  if (permission !== "byQueue") {
    if (sources.length === 0) return text;
    throw refused(
      "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.",
    );
  }
  if (sources.length === 0) {
    throw refused(
      "When you specify the byQueue permission type, you must also specify one or more " +
        "sourceQueueArns values.",
    );
  }
  if (sources.length > SOURCES_MAX) {
    throw refused(`The maximum number of source queue ARNs you can specify is ${SOURCES_MAX}.`);
  }
  return text;
}

const NO_ALLOW_POLICY = "Amazon SQS can't create the redrive allow policy";

const isPermission = (value: unknown) =>
  value === "allowAll" || value === "denyAll" || value === "byQueue";

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");

export function takesLettersOf(target: Queue, sourceArn: string): boolean {
  const policy = parsedMap(target.attributes["RedriveAllowPolicy"] ?? "");
  if (policy === undefined || policy["redrivePermission"] === "allowAll") return true;
  const { sourceQueueArns: sources } = policy;
  return Array.isArray(sources) && sources.includes(sourceArn);
}

function parsedMap(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    return isMap ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const ListDeadLetterSourceQueues: Operation<"ListDeadLetterSourceQueues"> = (
  input,
  context,
) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  const sources = sqs.queues
    .range("byDeadLetter", [queueArn(queue.name, sqs)])
    .map((source) => queueUrl(source.name, sqs));
  const { items, NextToken } = page(sources, input);
  return { queueUrls: items, NextToken };
};

/** Redrive policies: where a queue's dead letters go, and whose dead letters a queue takes. */
import type { Operation, Sqs } from "./api.ts";
import { invalidValue } from "./errors.ts";
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
  if (policy === undefined) throw refused("Redrive policy is not a valid JSON map.");
  const { deadLetterTargetArn: arn, maxReceiveCount: count } = policy;
  for (const [name, value] of Object.entries({
    deadLetterTargetArn: arn,
    maxReceiveCount: count,
  })) {
    if (value === undefined)
      throw refused(`Redrive policy does not contain mandatory attribute: ${name}.`);
  }
  const receives = Number(count);
  if (!Number.isInteger(receives) || receives < 1 || receives > RECEIVES_MAX) {
    throw refused(
      `Invalid value for maxReceiveCount: ${String(count)}, valid values are from 1 to ${RECEIVES_MAX} both inclusive.`,
    );
  }
  const target = typeof arn === "string" ? openDeadLetterQueue(arn, sqs) : undefined;
  if (target === undefined) throw refused("Dead letter target does not exist.");
  if (target.queue.fifo !== source.fifo) {
    throw refused("Dead-letter queue must be same type of queue as the source.");
  }
  if (!takesLettersOf(target.queue, queueArn(source.name, sqs))) {
    throw refused("Queue does not have permission to redrive to the dead letter target.");
  }
  return JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: receives });
}

/** AWS: a dead-letter queue is in the account and region of its sources. */
export function openDeadLetterQueue(arn: string, sqs: Sqs): OpenQueue | undefined {
  const address = parseQueueArn(arn);
  if (address?.accountId !== sqs.accountId || address.region !== sqs.region) return undefined;
  return queueByArn(arn, sqs);
}

export function checkedRedriveAllowPolicy(text: string): string {
  if (text === "") return text;
  const refused = (reason: string) => invalidValue(text, "RedriveAllowPolicy", reason);
  const policy = parsedMap(text);
  if (policy === undefined) throw refused("Redrive allow policy is not a valid JSON map.");
  const { redrivePermission: permission, sourceQueueArns: sources } = policy;
  if (permission !== "allowAll" && permission !== "denyAll" && permission !== "byQueue") {
    throw refused(
      "Amazon SQS can't create the redrive allow policy. The redrivePermission is not valid.",
    );
  }
  const arns: unknown[] | undefined = Array.isArray(sources) ? sources : undefined;
  if (permission === "byQueue") {
    if (arns === undefined || arns.length === 0 || arns.length > SOURCES_MAX) {
      throw refused(
        `sourceQueueArns must name between 1 and ${SOURCES_MAX} queues when redrivePermission is byQueue.`,
      );
    }
    if (arns.some((arn) => typeof arn !== "string" || parseQueueArn(arn) === undefined)) {
      throw refused("sourceQueueArns must be ARNs of queues.");
    }
  } else if (sources !== undefined) {
    throw refused("sourceQueueArns is allowed only when redrivePermission is byQueue.");
  }
  return text;
}

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

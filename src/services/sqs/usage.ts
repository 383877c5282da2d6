/**
 * What AWS bills: every action is a request, and one for each 64 KiB of what it carries.
 *
 * AWS: https://aws.amazon.com/sqs/pricing/. In us-east-1 the price list calls requests by another
 * name. The owner of a queue pays for all that is asked of it.
 */
import { inRegion } from "../../kernel/billing-region.ts";
import type { Measure, MeteredRequest, Metering } from "../../kernel/metering.ts";
import type { Place } from "../../kernel/table.ts";
import type { Billed } from "../../kernel/usage.ts";
import { attributesSize } from "./message-attributes.ts";
import * as handlers from "./operations.ts";
import { parseQueueArn, parseQueueUrl } from "./queue-url.ts";
import type { AttributeValues } from "./state.ts";

const CHUNK_BYTES = 64 * 1024;
/** Of a UTF-16 unit in UTF-8, at most. */
const UNIT_BYTES_MAX = 3;

const named = (kind: "" | "FIFO-") => {
  const elsewhere = inRegion(`Requests-${kind}Tier1`);
  return (region: string) => (region === "us-east-1" ? `Requests-${kind}RBP` : elsewhere(region));
};

const STANDARD = named("");
const FIFO = named("FIFO-");

function measuresOf(operation: string) {
  const quantity = CARRIED[operation];
  const measure = (usageType: Measure["usageType"]): readonly Measure[] => [
    {
      service: "sqs",
      operation,
      usageType,
      unit: "Requests",
      billed,
      ...(quantity === undefined ? {} : { quantity }),
    },
  ];
  const [standard, fifo] = [measure(STANDARD), measure(FIFO)];
  return (request: MeteredRequest) => (queueOf(request).endsWith(".fifo") ? fifo : standard);
}

/** Operations that carry messages. Mostly it is seen at once that all of them are one chunk. */
const CARRIED: Readonly<Record<string, (request: MeteredRequest) => number>> = {
  SendMessage: (request) => (isSmall(request) ? 1 : chunks(bytesOf(request.input))),
  SendMessageBatch: (request) =>
    isSmall(request) ? 1 : chunks(sum(request.input["Entries"] as readonly Carried[])),
  ReceiveMessage({ output, response }) {
    const body = response?.body;
    if (typeof body === "string" && body.length * UNIT_BYTES_MAX <= CHUNK_BYTES) return 1;
    return chunks(sum((output as { Messages?: readonly Carried[] } | undefined)?.Messages ?? []));
  },
};

const isSmall = ({ body }: MeteredRequest) => body !== undefined && body.length <= CHUNK_BYTES;

/** A message as it is sent, or as it is received. */
interface Carried {
  readonly MessageBody?: string;
  readonly Body?: string;
  readonly MessageAttributes?: AttributeValues;
}

const bytesOf = ({ MessageBody, Body, MessageAttributes }: Carried): number =>
  Buffer.byteLength(MessageBody ?? Body ?? "") + attributesSize(MessageAttributes);

const sum = (messages: readonly Carried[]) =>
  messages.reduce((bytes, message) => bytes + bytesOf(message), 0);

const chunks = (bytes: number) => Math.max(1, Math.ceil(bytes / CHUNK_BYTES));

/** Its URL, its name or its ARN. */
function queueOf({ input }: MeteredRequest): string {
  const { QueueUrl, QueueName, QueueOwnerAWSAccountId: owner, SourceArn } = input;
  if (typeof QueueUrl === "string") return QueueUrl;
  if (typeof QueueName !== "string") return typeof SourceArn === "string" ? SourceArn : "";
  return typeof owner === "string" ? `${owner}/${QueueName}` : QueueName;
}

function billed(queue: string, place: Place): Billed {
  if (queue === "") return { resource: "" };
  const { accountId = place.accountId, name } = parseQueueArn(queue) ?? parseQueueUrl(queue);
  return { resource: `arn:aws:sqs:${place.region}:${accountId}:${name}`, accountId };
}

export const usage: Metering = {
  operations: Object.fromEntries(Object.keys(handlers).map((name) => [name, measuresOf(name)])),
  named: queueOf,
};

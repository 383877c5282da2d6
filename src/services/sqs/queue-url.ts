/** Queue URLs: what we give out, and every form that people send us. */
import { remembered } from "../../kernel/remembered.ts";
import type { Sqs } from "./api.ts";
import { InvalidAddress, QueueDoesNotExist } from "./errors.ts";
import type { Queue } from "./state.ts";

export interface QueueAddress {
  /** Undefined: the caller's own. */
  readonly accountId: string | undefined;
  readonly name: string;
}

/** A queue, and the context of the account that owns it. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly sqs: Sqs;
}

/** Works for the caller that asked: built from the address at which it reached us. */
export function queueUrl(name: string, sqs: Sqs): string {
  return `${sqs.request.endpoint}/${sqs.accountId}/${name}`;
}

/**
 * Only the last two segments of the path count, so that a URL survives another host, port or prefix
 * ("http://sqs.us-east-1.localhost:4566/000000000000/orders", "…/queue/us-
 * east-1/000000000000/orders"). A bare name works, too.
 */
export const parseQueueUrl = remembered(1000, (url: string): QueueAddress => {
  let end = url.length;
  while (end > 0 && url[end - 1] === "/") end -= 1;
  const last = url.lastIndexOf("/", end - 1);
  const name = url.slice(last + 1, end);
  const before = last < 0 ? -1 : url.lastIndexOf("/", last - 1);
  const account = last < 0 ? "" : url.slice(before + 1, last);
  return { accountId: /^\d{12}$/.test(account) ? account : undefined, name };
});

/** The context of the account that an address names: the tables of that account. */
export function ownerOf(address: QueueAddress, sqs: Sqs): Sqs {
  const { accountId } = address;
  return accountId === undefined || accountId === sqs.accountId ? sqs : sqs.at({ accountId });
}

/** Throws QueueDoesNotExist. */
export function openQueue(url: string, sqs: Sqs): OpenQueue {
  if (url === "") throw InvalidAddress(url);
  const address = parseQueueUrl(url);
  const owner = ownerOf(address, sqs);
  const queue = owner.queues.get(address.name);
  if (queue === undefined) throw QueueDoesNotExist(sqs.request.protocol);
  return { queue, sqs: owner };
}

/** "arn:aws:sqs:us-east-1:000000000000:orders". The context is the owner's. */
export const queueArn = (name: string, owner: Sqs): string => owner.arn("sqs", name);

export interface ArnAddress {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** Undefined: no ARN of a queue. */
export function parseQueueArn(arn: string): ArnAddress | undefined {
  const [prefix, , service, region, accountId, name, ...more] = arn.split(":");
  if (prefix !== "arn" || service !== "sqs" || more.length > 0) return undefined;
  if (region === undefined || accountId === undefined || name === undefined) return undefined;
  return { accountId, region, name };
}

/** A queue by its ARN, of this account or another; undefined when there is none. */
export function queueByArn(arn: string, sqs: Sqs): OpenQueue | undefined {
  const address = parseQueueArn(arn);
  if (address === undefined) return undefined;
  const { accountId, region } = address;
  const owner = sqs.at({ accountId, region });
  const queue = owner.queues.get(address.name);
  return queue === undefined ? undefined : { queue, sqs: owner };
}

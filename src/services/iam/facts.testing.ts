/** For tests: IAM's tables without a pipeline, as a handler sees them. */
import type { Caller } from "../../kernel/service.ts";
import { temporaryBlobs } from "../../kernel/blobs/temporary.ts";
import { frozenClock } from "../../kernel/clock.ts";
import { bindService, type Exchange, type Run } from "../../kernel/context.ts";
import { Draws, seededChance } from "../../kernel/ids.ts";
import { Kernel } from "../../kernel/kernel.ts";
import { memoryStore } from "../../kernel/store/memory.ts";
import type { Iam } from "./api.ts";
import { iam as service } from "./service.ts";

export const ACCOUNT = "000000000000";

const ROOT: Caller = {
  kind: "root",
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  userId: ACCOUNT,
};

/** Runs a step in a transaction of a new world. */
export async function inIam<T>(step: (iam: Iam, attempt: Run) => T): Promise<T> {
  const chance = seededChance(1);
  const clock = frozenClock(0);
  const kernel = new Kernel({ store: memoryStore(), clock, chance, blobs: temporaryBlobs() });
  const bound = bindService(service);
  const iamIn = (attempt: Run) =>
    bound.context(attempt, { accountId: ACCOUNT, region: "us-east-1" }) as unknown as Iam;
  const exchange = {
    kernel,
    caller: ROOT,
    draws: new Draws(chance),
    links: { identities: (attempt: Run) => service.identities?.(iamIn(attempt) as never) },
  } as unknown as Exchange;
  return kernel.transact((transaction) => {
    const attempt = { exchange, transaction, now: 0 };
    return step(iamIn(attempt), attempt);
  });
}

/** What is done to many messages at once is done in several steps. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQS } from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const directory = mkdtempSync(join(tmpdir(), "snowglobe-sqs-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function sendMany(sqs: SQS, QueueUrl: string, count: number, fifo = false) {
  for (let sent = 0; sent < count; sent += 10) {
    const Entries = Array.from({ length: 10 }, (_, at) => ({
      Id: String(at),
      MessageBody: `letter ${sent + at}`,
      ...(fifo ? { MessageGroupId: `group-${sent + at}` } : {}),
    }));
    await sqs.sendMessageBatch({ QueueUrl, Entries });
  }
}

test.each([false, true])(
  "a shorter retention period holds for all that is there (FIFO: %s)",
  async (fifo) => {
    const cloud = await startCloud();
    const sqs = new SQS(cloud.config());
    const { QueueUrl = "" } = await sqs.createQueue(
      fifo
        ? {
            QueueName: "orders.fifo",
            Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" },
          }
        : { QueueName: "orders" },
    );
    await sendMany(sqs, QueueUrl, 1210, fifo);
    for (let taken = 0; taken < 550; taken += 10) {
      await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 });
    }
    await sqs.setQueueAttributes({ QueueUrl, Attributes: { MessageRetentionPeriod: "60" } });
    await cloud.idle();
    const counts = async () => {
      const AttributeNames = [
        "ApproximateNumberOfMessages" as const,
        "ApproximateNumberOfMessagesNotVisible" as const,
      ];
      const asked = await sqs.getQueueAttributes({ QueueUrl, AttributeNames });
      return Object.values(asked.Attributes ?? {});
    };
    await cloud.clock.advance({ seconds: 59 });
    expect(await counts()).toEqual(["660", "550"]);
    await cloud.clock.advance({ seconds: 1 });
    expect(await counts()).toEqual(["0", "0"]);
  },
);

test.each([
  ["purged", 510],
  ["deleted", 2010],
])(
  "nothing of a %s queue's messages is kept, of which %i were received",
  async (what, received) => {
    const cloud = await startCloud();
    const sqs = new SQS(cloud.config());
    const { QueueUrl = "" } = await sqs.createQueue({ QueueName: "orders" });
    const file = join(directory, what);
    const letters = async () => {
      await cloud.save(file);
      return readFileSync(file, "latin1").match(/letter \d+/g)?.length ?? 0;
    };
    await sendMany(sqs, QueueUrl, 2710);
    for (let taken = 0; taken < received; taken += 10) {
      await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    }
    expect(await letters()).toBe(2710);
    await (what === "purged" ? sqs.purgeQueue({ QueueUrl }) : sqs.deleteQueue({ QueueUrl }));
    await cloud.idle();
    expect(await letters()).toBe(0);
  },
);

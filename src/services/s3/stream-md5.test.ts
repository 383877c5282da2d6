import { createHash, randomFillSync } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { streamMd5, THREAD_BYTES_MIN, threadedMd5, type StreamMd5 } from "./stream-md5.ts";

const content = randomFillSync(Buffer.alloc(9_000_001));
const expected = createHash("md5").update(content).digest("hex");

async function digestOf(md5: StreamMd5, stepBytes: number): Promise<string> {
  // One buffer for all: what was hashed may change once the promise has resolved.
  const chunk = Buffer.alloc(stepBytes);
  for (let at = 0; at < content.length; at += stepBytes) {
    const copied = content.copy(chunk, 0, at);
    await md5.update(chunk.subarray(0, copied));
  }
  const digest = await md5.digest();
  await md5.close();
  return digest;
}

test.for([777, 65_536, 262_144, 5_000_000, content.length])(
  "on a thread, chunks of %i bytes give the same digest",
  async (stepBytes) => {
    expect(await digestOf(threadedMd5(), stepBytes)).toBe(expected);
  },
);

test("of nothing", async () => {
  const md5 = threadedMd5();
  expect(await md5.digest()).toBe("d41d8cd98f00b204e9800998ecf8427e");
  await md5.close();
});

async function threadsDuring(work: () => Promise<void>): Promise<Worker[]> {
  const started: Worker[] = [];
  const onStart = (thread: Worker) => started.push(thread);
  process.on("worker", onStart);
  await work();
  process.off("worker", onStart);
  return started;
}

test("short, long and unknown lengths; more long ones at once than there are processors", async () => {
  const sizes = [undefined, 0, content.length, ...Array(6).fill(THREAD_BYTES_MIN)];
  const threads = await threadsDuring(async () => {
    const digests = await Promise.all(sizes.map((size) => digestOf(streamMd5(size), 100_000)));
    expect(new Set(digests)).toEqual(new Set([expected]));
  });
  expect(threads.length).toBe(Math.min(4, availableParallelism() - 1));
});

test.skipIf(availableParallelism() === 1)(
  "a long stream that breaks off leaves no thread",
  async () => {
    const threads = await threadsDuring(async () => {
      for (let round = 0; round < 3; round++) {
        const md5 = streamMd5(THREAD_BYTES_MIN);
        await md5.update(content);
        await md5.close();
      }
    });
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1, -1]);
  },
);

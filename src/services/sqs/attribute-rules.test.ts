import { expect, test } from "vitest";
import { checkedAttributes, mergedAttributes } from "./attribute-rules.ts";

test("numbers and truth values are told in one form", () => {
  const asked = { VisibilityTimeout: "007", ContentBasedDeduplication: "TRUE", Policy: "" };
  expect(checkedAttributes(asked, true)).toEqual({
    VisibilityTimeout: "7",
    ContentBasedDeduplication: "true",
    Policy: "",
  });
});

test("a queue is encrypted by KMS or by SQS, not by both", () => {
  const both = { KmsMasterKeyId: "key", SqsManagedSseEnabled: "true" };
  const sentence =
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.";
  expect(() => mergedAttributes({}, both)).toThrow(sentence);
  expect(() =>
    mergedAttributes({ KmsMasterKeyId: "key" }, { SqsManagedSseEnabled: "true" }),
  ).toThrow(sentence);
  expect(mergedAttributes({ SqsManagedSseEnabled: "true" }, { KmsMasterKeyId: "key" })).toEqual({
    KmsMasterKeyId: "key",
    SqsManagedSseEnabled: "false",
  });
});

test("throughput per group needs deduplication per group", () => {
  const limit = { FifoThroughputLimit: "perMessageGroupId" };
  expect(() => mergedAttributes({}, limit)).toThrow(
    "Invalid value for the parameter FifoThroughputLimit. Reason: The perMessageGroupId value is allowed only " +
      "when the value for DeduplicationScope is messageGroup.",
  );
  expect(mergedAttributes({ DeduplicationScope: "messageGroup" }, limit)).toEqual({
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
  });
});

/** A service of the cloud puts metrics of its own: SQS's place is taken by one that does. */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test, vi } from "vitest";
import { defineService } from "../../kernel/service.ts";
import { startCloud } from "../../testing/cloud.ts";

const publisher = defineService<typeof import("@aws-sdk/client-sqs")>()({
  name: "sqs",
  state: {},
  access: { actions: { ListQueues: false } },
  operations: {
    ListQueues: (_input, sqs) => {
      const input = { Namespace: "AWS/SQS", MetricData: [{ MetricName: "Lists", Value: 1 }] };
      const as = { kind: "service", principal: "sqs.amazonaws.com" } as const;
      sqs.call("cloudwatch", "PutMetricData", input, as);
      return {};
    },
  },
});

vi.mock(import("../registry.ts"), async (original) => {
  const { REGISTRY } = await original();
  return { REGISTRY: { ...REGISTRY, sqs: { load: () => Promise.resolve(publisher) } } };
});

test("a service publishes in its own namespace, for the account and region of the call", async () => {
  const cloud = await startCloud();
  const caller = cloud.config({ accountId: "111111111111", region: "eu-west-1" });
  await new SQS(caller).listQueues({});
  expect((await new CloudWatch(caller).listMetrics({})).Metrics).toEqual([
    { Namespace: "AWS/SQS", MetricName: "Lists", Dimensions: [] },
  ]);
  expect((await new CloudWatch(cloud.config()).listMetrics({})).Metrics).toEqual([]);
});

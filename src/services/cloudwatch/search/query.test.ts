import { expect, test } from "vitest";
import type { Metric } from "../state.ts";
import { toMetricTest } from "./query.ts";

function metric(namespace: string, name: string, dimensions: Record<string, string> = {}): Metric {
  const pairs = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { namespace, name, series: "", dimensions: pairs, receivedAt: 0, expiresAt: 1 };
}

const METRICS: Readonly<Record<string, Metric>> = {
  custom: metric("MyNamespace", "CustomCount1"),
  failure: metric("MyNamespace", "SDBFailure", { Table: "orders" }),
  network: metric("My Space", "Network-Errors-2", { "Dimension@Name": "x" }),
  joined: metric("My Space", "NetworkErrors2"),
  france: metric("My Space", String.raw`Europe\France Traffic(Network)`),
  cpu: metric("AWS/EC2", "CPUUtilization", { InstanceId: "i-0abc" }),
  micro: metric("AWS/EC2", "CPUUtilization", { InstanceType: "t2.micro" }),
  errors: metric("AWS/Lambda", "Errors", { FunctionName: "ProjectA-till" }),
  invocations: metric("AWS/Lambda", "Invocations", { FunctionName: "ProjectA-till" }),
};

function found(query: string): readonly string[] {
  const matches = toMetricTest(query);
  return Object.entries(METRICS).flatMap(([key, value]) => (matches(value) ? [key] : []));
}

test.for<readonly [string, readonly string[]]>([
  ["count", ["custom"]],
  ["COUNT", ["custom"]],
  ["couNT", []],
  ["CustomCount", ["custom"]],
  ["Count1", ["custom"]],
  ["customcount", []],
  ["count1", []],
  ["customcount1", []],
  ["sdbfailure", ["failure"]],
  ["sdb", ["failure"]],
  ["network/errors", ["network", "joined"]],
  ["Network_Errors", ["network", "joined"]],
  ['"CustomCount1"', ["custom"]],
  ['"customcount1"', []],
  ['"Custom"', []],
  ['"Network-Errors-2"', ["network"]],
  [String.raw`"Europe\\France Traffic\(Network\)"`, ["france"]],
  ["{AWS/EC2}", ["cpu", "micro"]],
  ["{AWS/EC2, InstanceId}", ["cpu"]],
  ['{"My Space", "Dimension@Name"}', ["network"]],
  ['{AWS/EC2,InstanceId} MetricName="CPUUtilization"', ["cpu"]],
  ['{MyNamespace}, "CustomCount1"', ["custom"]],
  ["InstanceType=micro", ["micro"]],
  ['InstanceType="t2.micro" Namespace="AWS/EC2"', ["micro"]],
  ["NOT Namespace=AWS", ["custom", "failure", "network", "joined", "france"]],
  ["(EC2 OR Lambda) AND MetricName=Errors", ["errors"]],
  [
    '{AWS/Lambda,FunctionName} MetricName="Errors" OR (MetricName="Invocations" AND (ProjectA OR ProjectB))',
    ["errors", "invocations"],
  ],
  ['{AWS/EC2} NOT "i-0abc" NOT "ProjectB"', ["micro"]],
])("%s", ([query, keys]) => {
  expect(found(query)).toEqual(keys);
});

test.for<readonly [string, string]>([
  ["", "A search must have a schema or a term"],
  ["(a", "A bracket is open in a search"],
  ["a)", "A search has a bracket too many"],
  ["a AND", "A search ends where a term should be"],
  ["a".repeat(1025), "A search must not be longer than 1024 characters"],
])("'%s' makes no sense", ([query, message]) => {
  expect(() => toMetricTest(query)).toThrow(message);
});

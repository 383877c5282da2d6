import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function asAna(...Statement: object[]) {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ana" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "p", PolicyDocument });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const cloudwatch = new CloudWatch(cloud.config({ credentials }));
  const put = (Namespace: string) =>
    outcome(
      cloudwatch.putMetricData({ Namespace, MetricData: [{ MetricName: "sales", Value: 1 }] }),
    );
  return { cloudwatch, put };
}

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "allowed",
    // The protocol decides which of its two spellings it has.
    (error: Error) => error.name.replace(/Exception$/, ""),
  );

test("a policy may name the namespaces that data are put into", async () => {
  const { put } = await asAna({
    Effect: "Allow",
    Action: "cloudwatch:PutMetricData",
    Resource: "*",
    Condition: { StringEquals: { "cloudwatch:namespace": "shop" } },
  });
  expect(await put("shop")).toBe("allowed");
  expect(await put("bank")).toBe("AccessDenied");
});

test("reading is allowed for all metrics or none", async () => {
  const statement = { Effect: "Allow", Action: "cloudwatch:ListMetrics" };
  const all = await asAna({ ...statement, Resource: "*" });
  expect(await outcome(all.cloudwatch.listMetrics({}))).toBe("allowed");
  const one = await asAna({
    ...statement,
    Resource: "arn:aws:cloudwatch:us-east-1:000000000000:m",
  });
  expect(await outcome(one.cloudwatch.listMetrics({}))).toBe("AccessDenied");
});

const ALARM = {
  Namespace: "shop",
  MetricName: "errors",
  Period: 60,
  EvaluationPeriods: 1,
  Statistic: "Sum",
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
} as const;
const ARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-*";

test("a policy may name alarms", async () => {
  const { cloudwatch } = await asAna({ Effect: "Allow", Action: "cloudwatch:*", Resource: ARN });
  const put = (AlarmName: string) => outcome(cloudwatch.putMetricAlarm({ ...ALARM, AlarmName }));
  expect(await put("shop-errors")).toBe("allowed");
  expect(await put("bank-errors")).toBe("AccessDenied");
  const both = { AlarmNames: ["shop-errors", "bank-errors"] };
  expect(await outcome(cloudwatch.disableAlarmActions(both))).toBe("AccessDenied");
  const to = { StateValue: "OK", StateReason: "a test" } as const;
  const set = (AlarmName: string) => outcome(cloudwatch.setAlarmState({ ...to, AlarmName }));
  expect(await set("shop-errors")).toBe("allowed");
  expect(await set("bank-errors")).toBe("AccessDenied");
  expect(await outcome(cloudwatch.describeAlarms({}))).toBe("AccessDenied");
});

test("tags on a new alarm need leave to tag, and decide over the alarm later", async () => {
  const { cloudwatch } = await asAna(
    { Effect: "Allow", Action: "cloudwatch:PutMetricAlarm", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["cloudwatch:TagResource", "cloudwatch:DeleteAlarms"],
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/team": "red" } },
    },
    {
      Effect: "Allow",
      Action: "cloudwatch:TagResource",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestTag/team": "red" } },
    },
  );
  const put = (AlarmName: string, team?: string) => {
    const Tags = team === undefined ? undefined : [{ Key: "team", Value: team }];
    return outcome(cloudwatch.putMetricAlarm({ ...ALARM, AlarmName, Tags }));
  };
  expect(await put("a", "blue")).toBe("AccessDenied");
  expect(await put("a", "red")).toBe("allowed");
  expect(await put("b")).toBe("allowed");
  const remove = (name: string) => outcome(cloudwatch.deleteAlarms({ AlarmNames: [name] }));
  expect(await remove("b")).toBe("AccessDenied");
  expect(await remove("a")).toBe("allowed");
});

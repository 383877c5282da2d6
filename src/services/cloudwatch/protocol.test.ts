/** One service in three protocols: the SDK speaks CBOR; older clients send forms, others JSON. */
import { createHash, createHmac } from "node:crypto";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const HOST = "localhost:4566";
const NAMESPACE = 'xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"';

function signed(body: string): Record<string, string> {
  const date = "20300101T000000Z";
  const scope = "20300101/us-east-1/monitoring/aws4_request";
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const canonical = `POST\n/\n\nhost:${HOST}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sha256(body)}`;
  let key: string | Buffer = "AWS4test";
  for (const part of scope.split("/")) key = hmac(key, part);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`);
  return {
    host: HOST,
    "x-amz-date": date,
    authorization:
      `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host;x-amz-date, ` +
      `Signature=${signature.toString("hex")}`,
  };
}

async function post(cloud: TestCloud, headers: Record<string, string>, body: string) {
  const { response } = await cloud.config().requestHandler.handle({
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    port: 4566,
    path: "/",
    headers: { ...signed(body), ...headers },
    body,
  });
  const answer = response as {
    statusCode: number;
    headers: Record<string, string>;
    body: AsyncIterable<Buffer>;
  };
  let text = "";
  for await (const chunk of answer.body) text += chunk.toString();
  return { status: answer.statusCode, headers: answer.headers, text };
}

async function form(cloud: TestCloud, parameters: Record<string, string>) {
  const body = new URLSearchParams({ Version: "2010-08-01", ...parameters }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const { status, text } = await post(cloud, headers, body);
  return { status, text: text.replaceAll(/<RequestId>[^<]*</g, "<RequestId>ID<") };
}

async function json(cloud: TestCloud, operation: string, input: object) {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
  };
  const answer = await post(cloud, headers, JSON.stringify(input));
  const body: unknown = answer.text === "" ? "" : JSON.parse(answer.text);
  return { status: answer.status, headers: answer.headers, body };
}

const METADATA = "<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata>";

test("what a form puts, JSON and CBOR read", async () => {
  const cloud = await startCloud();
  const put = await form(cloud, {
    Action: "PutMetricData",
    Namespace: "shop",
    "MetricData.member.1.MetricName": "sales",
    "MetricData.member.1.Unit": "Count",
    "MetricData.member.1.Timestamp": "2030-01-01T00:00:10Z",
    "MetricData.member.1.Values.member.1": "1.5",
    "MetricData.member.1.Values.member.2": "2",
    "MetricData.member.1.Counts.member.1": "3",
    "MetricData.member.1.Counts.member.2": "1",
    "MetricData.member.1.Dimensions.member.1.Name": "City",
    "MetricData.member.1.Dimensions.member.1.Value": "Bern",
  });
  expect(put).toEqual({
    status: 200,
    text: `<PutMetricDataResponse ${NAMESPACE}>${METADATA}</PutMetricDataResponse>`,
  });
  const Dimensions = [{ Name: "City", Value: "Bern" }];
  expect((await json(cloud, "ListMetrics", { Namespace: "shop" })).body).toEqual({
    Metrics: [{ Namespace: "shop", MetricName: "sales", Dimensions }],
  });
  const statistics = await json(cloud, "GetMetricStatistics", {
    Namespace: "shop",
    MetricName: "sales",
    Dimensions,
    StartTime: 1_893_456_000,
    EndTime: 1_893_456_060,
    Period: 60,
    Statistics: ["Sum", "SampleCount"],
  });
  expect(statistics.body).toEqual({
    Label: "sales",
    Datapoints: [{ Timestamp: 1_893_456_000, Sum: 6.5, SampleCount: 4, Unit: "Count" }],
  });
  const cbor = await new CloudWatch(cloud.config()).listMetrics({});
  expect(cbor.Metrics).toEqual([{ Namespace: "shop", MetricName: "sales", Dimensions }]);
});

test("what CBOR and JSON put, a form reads", async () => {
  const cloud = await startCloud();
  const datum = (Value: number) => ({
    Namespace: "shop",
    MetricData: [{ MetricName: "sales", Value }],
  });
  await new CloudWatch(cloud.config()).putMetricData(datum(1));
  expect((await json(cloud, "PutMetricData", datum(2))).status).toBe(200);
  const answer = await form(cloud, {
    Action: "GetMetricData",
    StartTime: "2030-01-01T00:00:00Z",
    EndTime: "2030-01-01T00:05:00Z",
    "MetricDataQueries.member.1.Id": "m1",
    "MetricDataQueries.member.1.MetricStat.Metric.Namespace": "shop",
    "MetricDataQueries.member.1.MetricStat.Metric.MetricName": "sales",
    "MetricDataQueries.member.1.MetricStat.Period": "60",
    "MetricDataQueries.member.1.MetricStat.Stat": "Average",
  });
  expect(answer).toEqual({
    status: 200,
    text:
      `<GetMetricDataResponse ${NAMESPACE}><GetMetricDataResult><MetricDataResults><member>` +
      "<Id>m1</Id><Label>sales</Label>" +
      "<Timestamps><member>2030-01-01T00:00:00Z</member></Timestamps>" +
      "<Values><member>1.5</member></Values><StatusCode>Complete</StatusCode>" +
      "</member></MetricDataResults><Messages/></GetMetricDataResult>" +
      `${METADATA}</GetMetricDataResponse>`,
  });
});

const SENTENCE =
  "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive " +
  "and you have specified both.";

test("an error has its old code in forms", async () => {
  const answer = await form(await startCloud(), {
    Action: "PutMetricData",
    Namespace: "shop",
    "MetricData.member.1.MetricName": "sales",
    "MetricData.member.1.Value": "1",
    "MetricData.member.1.Values.member.1": "1",
  });
  expect(answer).toEqual({
    status: 400,
    text:
      `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type>` +
      `<Code>InvalidParameterCombination</Code><Message>${SENTENCE}</Message></Error>` +
      "<RequestId>ID</RequestId></ErrorResponse>",
  });
});

test("in JSON an error has the name of its shape, and the old code in a header", async () => {
  const { status, headers, body } = await json(await startCloud(), "PutMetricData", {
    Namespace: "shop",
    MetricData: [{ MetricName: "sales", Value: 1, Values: [1] }],
  });
  expect({ status, body, code: headers["x-amzn-query-error"] }).toEqual({
    status: 400,
    body: {
      __type: "com.amazonaws.cloudwatch.v2010_08_01#InvalidParameterCombinationException",
      message: SENTENCE,
    },
    code: "InvalidParameterCombination;Sender",
  });
});

test("a request of more than a megabyte is refused", async () => {
  const name = "m".repeat(255);
  const MetricData = Array.from({ length: 1000 }, (_, at) => ({
    MetricName: name,
    Value: 1,
    Dimensions: [{ Name: `${name.slice(4)}${at}`, Value: "v".repeat(1000) }],
  }));
  const body = JSON.stringify({ Namespace: "shop", MetricData });
  const cloud = await startCloud();
  const answer = await post(
    cloud,
    {
      "content-type": "application/x-amz-json-1.0",
      "content-length": String(body.length),
      "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
    },
    body,
  );
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    413,
    {
      __type: "com.amazonaws.cloudwatch.v2010_08_01#RequestEntityTooLarge",
      message: "Request size exceeds the limit of 1 MB.",
    },
  ]);
});

test("an alarm is put and described in forms", async () => {
  const cloud = await startCloud();
  const put = await form(cloud, {
    Action: "PutMetricAlarm",
    AlarmName: "errors",
    Namespace: "shop",
    MetricName: "errors",
    "Dimensions.member.1.Name": "zone",
    "Dimensions.member.1.Value": "a",
    Statistic: "Sum",
    Period: "60",
    EvaluationPeriods: "1",
    Threshold: "5",
    ComparisonOperator: "GreaterThanThreshold",
  });
  expect(put).toEqual({
    status: 200,
    text:
      `<PutMetricAlarmResponse ${NAMESPACE}><ResponseMetadata>` +
      "<RequestId>ID</RequestId></ResponseMetadata></PutMetricAlarmResponse>",
  });
  const { text } = await form(cloud, { Action: "DescribeAlarms", "AlarmNames.member.1": "errors" });
  expect(text).toBe(
    `<DescribeAlarmsResponse ${NAMESPACE}><DescribeAlarmsResult><CompositeAlarms/>` +
      "<MetricAlarms><member><AlarmName>errors</AlarmName>" +
      "<AlarmArn>arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors</AlarmArn>" +
      "<AlarmConfigurationUpdatedTimestamp>2030-01-01T00:00:00Z</AlarmConfigurationUpdatedTimestamp>" +
      "<ActionsEnabled>true</ActionsEnabled><OKActions/><AlarmActions/>" +
      "<InsufficientDataActions/>" +
      "<StateValue>INSUFFICIENT_DATA</StateValue>" +
      "<StateReason>Unchecked: Initial alarm creation</StateReason>" +
      "<StateUpdatedTimestamp>2030-01-01T00:00:00Z</StateUpdatedTimestamp>" +
      "<MetricName>errors</MetricName><Namespace>shop</Namespace><Statistic>Sum</Statistic>" +
      "<Dimensions><member><Name>zone</Name><Value>a</Value></member></Dimensions>" +
      "<Period>60</Period><EvaluationPeriods>1</EvaluationPeriods><Threshold>5.0</Threshold>" +
      "<ComparisonOperator>GreaterThanThreshold</ComparisonOperator>" +
      "<StateTransitionedTimestamp>2030-01-01T00:00:00Z</StateTransitionedTimestamp>" +
      "</member></MetricAlarms></DescribeAlarmsResult><ResponseMetadata>" +
      "<RequestId>ID</RequestId></ResponseMetadata></DescribeAlarmsResponse>",
  );
});

/** Requests that the official clients here do not write themselves: other protocols, forms, chunks, event streams. */
import { encodeFrame } from "../../src/protocol/event-stream/frames.ts";
import type { Recorded } from "./corpus.ts";

const HOST = "localhost:4566";
export const FORM = "application/x-www-form-urlencoded; charset=utf-8";
const SIGNATURE = "0".repeat(64);
const STAMP = "20300101T000000Z";

export function rawRequests(): Recorded[] {
  return [
    ...forms(),
    ...functions(),
    ...uploads(),
    ...strange(),
    {
      ...post("/service/GraniteServiceVersion20100801/operation/PutMetricData", "monitoring"),
      headers: {
        ...headersFor("monitoring"),
        "content-type": "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
      },
      body: metricCbor(),
    },
    {
      ...post("/bots/B/botAliases/A/botLocales/en_US/sessions/sess/conversation", "lex"),
      headers: {
        ...headersFor("lex"),
        "content-type": "application/vnd.amazon.eventstream",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-EVENTS",
      },
      body: eventFrames(),
    },
  ];
}

const form = (service: string, fields: Record<string, string>): Recorded => ({
  ...post("/", service),
  headers: { ...headersFor(service), "content-type": FORM },
  body: Buffer.from(new URLSearchParams(fields).toString()),
});

const forms = () => [
  form("sqs", {
    Action: "SendMessage",
    Version: "2012-11-05",
    QueueUrl: `http://${HOST}/000000000000/robust`,
    MessageBody: "form",
    "MessageAttribute.1.Name": "a",
    "MessageAttribute.1.Value.DataType": "String",
    "MessageAttribute.1.Value.StringValue": "b",
  }),
  form("sqs", { Action: "ReceiveMessage", QueueUrl: `http://${HOST}/000000000000/robust` }),
  form("monitoring", {
    Action: "PutMetricData",
    Version: "2010-08-01",
    Namespace: "robust",
    "MetricData.member.1.MetricName": "m",
    "MetricData.member.1.Value": "1e3",
  }),
  form("ec2", {
    Action: "DescribeRegions",
    Version: "2016-11-15",
    "Filter.1.Name": "opt-in-status",
    "Filter.1.Value.1": "opted-in",
    DryRun: "false",
  }),
  form("ec2", { Action: "RunInstances", Version: "2016-11-15", MinCount: "1", MaxCount: "1" }),
  form("iam", { Action: "ListUsers", Version: "2010-05-08", MaxItems: "1" }),
];

const functions = () => [
  {
    ...post("/2015-03-31/functions", "lambda"),
    headers: { ...headersFor("lambda"), "content-type": "application/json" },
    body: Buffer.from(
      JSON.stringify({
        FunctionName: "f",
        Role: "arn:aws:iam::000000000000:role/r",
        Code: { ZipFile: "UEsDBA==" },
        Environment: { Variables: { A: "b" } },
      }),
    ),
  },
  {
    ...post("/", "athena"),
    headers: {
      ...headersFor("athena"),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonAthena.ListDataCatalogs",
    },
    body: Buffer.from('{"MaxResults":2}'),
  },
];

function uploads(): Recorded[] {
  const boundary = "xxFormBoundary";
  const fields = { key: "posted/${filename}", policy: "e30=", "x-amz-meta-a": "b" };
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--${boundary}--\r\n`;
  const chunk = `5;chunk-signature=${SIGNATURE}\r\nhello\r\n0;chunk-signature=${SIGNATURE}\r\n\r\n`;
  const trailing = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  return [
    {
      ...post("/robust-bucket", "s3"),
      headers: { host: HOST, "content-type": `multipart/form-data; boundary=${boundary}` },
      body: Buffer.from(parts.join("") + file),
    },
    put("/robust-bucket/chunked", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", chunk, {}),
    put("/robust-bucket/trailing", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", trailing, {
      "x-amz-trailer": "x-amz-checksum-crc32",
    }),
  ];
}

const put = (
  path: string,
  sha256: string,
  body: string,
  more: Readonly<Record<string, string>>,
): Recorded => ({
  ...post(path, "s3"),
  method: "PUT",
  headers: {
    ...headersFor("s3"),
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": sha256,
    "x-amz-decoded-content-length": "5",
    "content-length": String(body.length),
    ...more,
  },
  body: Buffer.from(body),
});

function strange(): Recorded[] {
  const presigned = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "000000000000/20300101/us-east-1/s3/aws4_request",
    "X-Amz-Date": STAMP,
    "X-Amz-Expires": "600",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": SIGNATURE,
    "response-content-type": "text/plain",
  });
  const get = { method: "GET", headers: { host: HOST }, body: new Uint8Array() };
  return [
    { ...get, path: "/robust-bucket/sum", query: presigned.toString() },
    { ...get, path: "/robust-bucket/sum", query: "" },
    { ...get, path: "/", query: "Action=GetCallerIdentity&Version=2011-06-15" },
    {
      ...get,
      method: "OPTIONS",
      path: "/robust-bucket/sum",
      query: "",
      headers: {
        host: "robust-bucket.s3.amazonaws.com",
        origin: "https://example.com",
        "access-control-request-method": "PUT",
      },
    },
    { ...post("/robust-bucket/sum", "s3"), query: "select&select-type=2", body: SELECT },
  ];
}

const SELECT = Buffer.from(
  "<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression>" +
    "<ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization>" +
    "<OutputSerialization><JSON/></OutputSerialization></SelectObjectContentRequest>",
);

export const post = (path: string, service: string): Recorded => ({
  method: "POST",
  path,
  query: "",
  headers: headersFor(service),
  body: new Uint8Array(),
});

const headersFor = (service: string): Readonly<Record<string, string>> => ({
  host: HOST,
  "x-amz-date": STAMP,
  authorization:
    `AWS4-HMAC-SHA256 Credential=000000000000/20300101/us-east-1/${service}/aws4_request, ` +
    `SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`,
});

/** `{"Namespace": "robust", "MetricData": [{"MetricName": "m", "Value": 1.5}]}`, by hand. */
function metricCbor(): Uint8Array {
  const text = (value: string) =>
    Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
  const double = Buffer.alloc(9);
  double.writeUInt8(0xfb, 0);
  double.writeDoubleBE(1.5, 1);
  const datum = [Buffer.from([0xa2]), text("MetricName"), text("m"), text("Value"), double];
  const list = [Buffer.from([0x81]), ...datum];
  return Buffer.concat([
    Buffer.from([0xa2]),
    text("Namespace"),
    text("robust"),
    text("MetricData"),
    ...list,
  ]);
}

function eventFrames(): Uint8Array {
  const event = (type: string, payload: string) =>
    encodeFrame({
      headers: {
        ":message-type": "event",
        ":event-type": type,
        ":content-type": "application/json",
      },
      payload: Buffer.from(payload),
    });
  const frames = [
    event("ConfigurationEvent", '{"responseContentType":"text/plain"}'),
    event("TextInputEvent", '{"text":"hello"}'),
  ];
  const signed = frames.map((frame) =>
    encodeFrame({
      headers: { ":date": new Date("2030-01-01T00:00:00Z"), ":chunk-signature": Buffer.alloc(32) },
      payload: frame,
    }),
  );
  return Buffer.concat([...frames, ...signed]);
}

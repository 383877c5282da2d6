import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { inProcessHandler } from "../../src/testing/handler.ts";
import { servedCommand } from "./served-command.ts";

const served = servedCommand("usage", { SNOWGLOBE_FREEZE_AT: "2030-01-01T10:20:00Z" });
const usage = (...words: readonly string[]) => served.run(...words);

async function shop() {
  const config = {
    endpoint: "http://localhost:4566",
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: inProcessHandler(served.cloud),
  };
  const s3 = new S3(config);
  await s3.createBucket({ Bucket: "photos" });
  await s3.putObject({ Bucket: "photos", Key: "snow", Body: "white" });
  const sqs = new SQS(config);
  await sqs.createQueue({ QueueName: "orders" });
  await sqs.listQueues({});
}

test("lines are shown by the hour", async () => {
  await shop();
  expect(await usage()).toEqual([
    0,
    [
      "2030-01-01T10h  000000000000  us-east-1  s3   DataTransfer-In-Bytes  PutObject     5 Bytes     photos",
      "2030-01-01T10h  000000000000  us-east-1  s3   Requests-Tier1         CreateBucket  1 Requests  photos",
      "2030-01-01T10h  000000000000  us-east-1  s3   Requests-Tier1         PutObject     1 Requests  photos",
      "2030-01-01T10h  000000000000  us-east-1  sqs  Requests-RBP           CreateQueue   1 Requests  arn:aws:sqs:us-east-1:000000000000:orders",
      "2030-01-01T10h  000000000000  us-east-1  sqs  Requests-RBP           ListQueues    1 Requests",
      "",
    ].join("\n"),
  ]);
});

test.for([
  ["service", ["s3   5 Bytes", "s3   2 Requests", "sqs  2 Requests"]],
  [
    "usage-type",
    [
      "DataTransfer-In-Bytes  5 Bytes",
      "Requests-RBP           2 Requests",
      "Requests-Tier1         2 Requests",
    ],
  ],
  [
    "resource",
    [
      "(none)                                     1 Requests",
      "arn:aws:sqs:us-east-1:000000000000:orders  1 Requests",
      "photos                                     5 Bytes",
      "photos                                     2 Requests",
    ],
  ],
  ["account", ["000000000000  5 Bytes", "000000000000  4 Requests"]],
] as const)("they are summed by %s, each unit for itself", async ([field, lines]) => {
  await shop();
  expect(await usage("--by", field)).toEqual([0, `${lines.join("\n")}\n`]);
});

test("for programs the lines are JSON, and so are the sums", async () => {
  await shop();
  const [, lines] = await usage("--json", "--from", "2030-01-01T10:00:00Z");
  expect(JSON.parse(lines)).toEqual({ lines: await served.cloud.usage() });
  const [, sums] = await usage("--by", "region", "--json");
  expect(JSON.parse(sums)).toEqual({
    by: "region",
    sums: [
      { name: "us-east-1", unit: "Bytes", quantity: 5 },
      { name: "us-east-1", unit: "Requests", quantity: 4 },
    ],
  });
});

test("where nothing was used, it says so", async () => {
  const nothing = [0, "Nothing was used that AWS would bill.\n"];
  expect([await usage(), await usage("--by", "service")]).toEqual([nothing, nothing]);
  await shop();
  expect(await usage("--from", "2030-01-01T11:00:00Z")).toEqual(nothing);
  expect(await usage("--to", "2030-01-01T10:00:00Z")).toEqual(nothing);
});

test.for<[readonly string[], readonly [number, string]]>([
  [
    ["--by", "price"],
    [2, "--by takes one of: account, region, service, usage-type, operation, resource.\n"],
  ],
  [
    ["--from", "soon"],
    [2, '"soon" is no instant; give 2030-01-01T00:00:00Z.\n'],
  ],
])("%o is refused with its reason", async ([given, said]) => {
  expect(await usage(...given)).toEqual(said);
});

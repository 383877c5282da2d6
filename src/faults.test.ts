import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import type { FaultRule } from "./fault-rule.ts";
import { Faults } from "./faults.ts";
import { seededChance } from "./kernel/ids.ts";
import { startCloud, type TestCloud } from "./testing/cloud.ts";

/** What came of a call, and of the SDK's attempts at it. */
async function outcome(call: Promise<{ readonly $metadata: object }>): Promise<unknown> {
  return call.then(
    ({ $metadata }) => $metadata,
    ({ name, message, $metadata, $fault, $retryable }: Record<string, unknown>) => ({
      name,
      message,
      $metadata,
      $fault,
      $retryable,
    }),
  );
}

const record = (cloud: TestCloud) =>
  cloud.calls().map(({ operation, status, error, injected, changes }) => ({
    operation,
    status,
    code: error?.code,
    injected,
    changes,
  }));

const once = { maxAttempts: 1 };

test("a throttled call is tried again by the SDK, and then succeeds", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  cloud.faults.add({ service: "sqs", operation: "CreateQueue", throttle: true, count: 2 });

  const { $metadata } = await sqs.createQueue({ QueueName: "orders" });

  expect([$metadata.attempts, $metadata.httpStatusCode]).toEqual([3, 200]);
  const throttled = {
    operation: "CreateQueue",
    status: 403,
    code: "RequestThrottled",
    injected: ["fault-1"],
    changes: 0,
  };
  expect(record(cloud)).toEqual([
    throttled,
    throttled,
    { operation: "CreateQueue", status: 200, code: undefined, injected: undefined, changes: 1 },
  ]);
  expect(cloud.faults.list()).toEqual([]);
});

test("an error strikes as often as it was asked to, after those that it lets pass", async () => {
  const cloud = await startCloud();
  const kms = new KMS({ ...cloud.config(), ...once });
  cloud.faults.add({
    id: "third-and-fourth",
    service: "kms",
    skip: 2,
    count: 2,
    error: { code: "KMSInternalException", message: "The vault is stuck." },
  });

  const statuses: unknown[] = [];
  for (let call = 0; call < 5; call++) {
    statuses.push(
      await kms.listKeys({}).then(
        ({ $metadata }) => $metadata.httpStatusCode,
        ({ name, message }: Error) => `${name}: ${message}`,
      ),
    );
  }

  const failed = "KMSInternalException: The vault is stuck.";
  expect(statuses).toEqual([200, 200, failed, failed, 200]);
  expect(cloud.calls().map(({ injected }) => injected)).toEqual([
    undefined,
    undefined,
    ["third-and-fourth"],
    ["third-and-fourth"],
    undefined,
  ]);
});

test("an injected error takes status and side from the rule, and changes nothing", async () => {
  const cloud = await startCloud();
  const iam = new IAM({ ...cloud.config(), ...once });
  cloud.faults.add({
    operation: "CreateUser",
    error: { code: "InternalFailure", status: 502, fault: "server" },
    count: 1,
  });

  expect(await outcome(iam.createUser({ UserName: "ana" }))).toMatchObject({
    name: "InternalFailure",
    message: "Injected by the fault rule fault-1.",
    $fault: "server",
    $metadata: { httpStatusCode: 502 },
  });
  expect((await iam.listUsers({})).Users).toEqual([]);
});

test("each service has its own words for too many requests", async () => {
  const cloud = await startCloud();
  const config = { ...cloud.config(), ...once };
  const dynamodb = new DynamoDB(config);
  cloud.faults.add({ throttle: true });
  const said = (call: Promise<{ readonly $metadata: object }>) =>
    call.then(
      () => "",
      ({ name, message, $metadata }) => `${$metadata.httpStatusCode} ${name}: ${message}`,
    );

  expect([
    await said(dynamodb.getItem({ TableName: "orders", Key: { id: { S: "1" } } })),
    await said(dynamodb.listTables({})),
    await said(new S3(config).listBuckets({})),
    await said(new EC2(config).describeRegions({})),
    await said(new SQS(config).listQueues({})),
    await said(new KMS(config).listKeys({})),
    await said(new IAM(config).listUsers({})),
    await said(new STS(config).getCallerIdentity({})),
    await said(new CloudWatch(config).listMetrics({})),
  ]).toEqual([
    "400 ProvisionedThroughputExceededException: The level of configured provisioned throughput for " +
      "the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
    "400 ThrottlingException: Rate of requests exceeds the allowed throughput.",
    "503 SlowDown: Please reduce your request rate.",
    "503 RequestLimitExceeded: Request limit exceeded.",
    "403 RequestThrottled: Rate exceeded",
    "400 ThrottlingException: You have exceeded the rate at which you may call KMS. " +
      "Reduce the frequency of your calls.",
    "400 Throttling: Rate exceeded",
    "400 Throttling: Rate exceeded",
    "400 ThrottlingException: Rate exceeded",
  ]);
});

test("a region that is down answers 503, and the others are up", async () => {
  const cloud = await startCloud();
  cloud.faults.add({ region: "eu-*", unavailable: true });
  const inIreland = new SQS({ ...cloud.config({ region: "eu-west-1" }), ...once });

  expect(await outcome(inIreland.listQueues({}))).toMatchObject({
    name: "ServiceUnavailable",
    message: "The request has failed due to a temporary failure of the server.",
    $metadata: { httpStatusCode: 503 },
  });
  expect(await new SQS(cloud.config()).listQueues({})).toMatchObject({
    $metadata: { httpStatusCode: 200, attempts: 1 },
  });
});

test("an account's rule leaves other accounts alone", async () => {
  const cloud = await startCloud();
  cloud.faults.add({ accountId: "111122223333", throttle: true });
  const other = new SQS({ ...cloud.config({ accountId: "111122223333" }), ...once });

  await expect(other.listQueues({})).rejects.toMatchObject({ name: "RequestThrottled" });
  expect((await new SQS(cloud.config()).listQueues({})).$metadata.httpStatusCode).toBe(200);
});

test("what is not built stays so: no rule makes it look as if it were", async () => {
  const cloud = await startCloud();
  cloud.faults.add({ throttle: true });
  const dynamodb = new DynamoDB({ ...cloud.config(), ...once });

  await expect(
    dynamodb.createBackup({ TableName: "notes", BackupName: "all" }),
  ).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    $metadata: { httpStatusCode: 501 },
  });
  expect(cloud.calls().map(({ injected }) => injected)).toEqual([undefined]);
});

test("what a service asks of another is not met: only what clients call", async () => {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket: "photos" });
  cloud.faults.add({ service: "kms", throttle: true });

  const { ServerSideEncryption } = await s3.putObject({
    Bucket: "photos",
    Key: "one.txt",
    Body: "white",
    ServerSideEncryption: "aws:kms",
  });

  expect(ServerSideEncryption).toBe("aws:kms");
  expect(cloud.faults.list().map(({ matched }) => matched)).toEqual([0]);
});

test("a form that a browser uploads is met like the operation that it stands for", async () => {
  const cloud = await startCloud();
  await new S3(cloud.config()).createBucket({ Bucket: "photos" });
  cloud.faults.add({ service: "s3", operation: "PutObject", throttle: true });
  const form = '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\none.txt\r\n';
  const file = '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nwhite\r\n--x--\r\n';
  const { requestHandler } = cloud.config();

  const { response } = await requestHandler.handle({
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    path: "/photos",
    headers: { "content-type": "multipart/form-data; boundary=x" },
    body: form + file,
  });

  expect((response as { readonly statusCode: number }).statusCode).toBe(503);
  expect(record(cloud).at(-1)).toEqual({
    operation: "PutObject",
    status: 503,
    code: "SlowDown",
    injected: ["fault-1"],
    changes: 0,
  });
});

test("a dropped call looks to the SDK like a broken connection, and is tried again", async () => {
  const cloud = await startCloud();
  cloud.faults.add({ service: "sqs", drop: true, count: 1 });

  const { $metadata } = await new SQS(cloud.config()).createQueue({ QueueName: "orders" });

  expect($metadata.attempts).toBe(2);
  expect(cloud.calls().map(({ status, injected }) => [status, injected])).toEqual([
    [0, ["fault-1"]],
    [200, undefined],
  ]);
  cloud.faults.add({ service: "sqs", drop: true });
  await expect(new SQS({ ...cloud.config(), ...once }).listQueues({})).rejects.toMatchObject({
    name: "TimeoutError",
    message: "socket hang up",
    code: "ECONNRESET",
  });
});

test("a delayed call waits in real time, while the cloud's clock stands still", async () => {
  const cloud = await startCloud();
  cloud.faults.add({ service: "sqs", latencyMs: 60 });
  cloud.faults.add({ service: "sqs", operation: "List*", latencyMs: 40 });
  const before = cloud.clock.now();

  await new SQS(cloud.config()).listQueues({});

  const [call] = cloud.calls();
  expect([call?.status, call?.injected]).toEqual([200, ["fault-1", "fault-2"]]);
  expect(call?.durationMs).toBeGreaterThan(95);
  expect(cloud.clock.now()).toEqual(before);
});

test("a delay ends when the client leaves, and the call does not happen", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  cloud.faults.add({ operation: "CreateQueue", latencyMs: 300_000 });
  const leaving = new AbortController();

  const call = sqs.createQueue({ QueueName: "orders" }, { abortSignal: leaving.signal });
  setTimeout(() => leaving.abort(), 30);

  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  await cloud.idle();
  expect(record(cloud)).toEqual([
    { operation: "CreateQueue", status: 0, code: undefined, injected: ["fault-1"], changes: 0 },
  ]);
  expect((await sqs.listQueues({})).QueueUrls).toBe(undefined);
});

test("faults come before the decision on access, and after the checks of the input", async () => {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ana" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const sqs = new SQS({ ...cloud.config({ credentials }), ...once });
  cloud.faults.add({ service: "sqs", throttle: true });

  await expect(sqs.createQueue({ QueueName: "orders" })).rejects.toMatchObject({
    name: "RequestThrottled",
  });
  await expect(sqs.createQueue({} as never)).rejects.not.toMatchObject({
    name: "RequestThrottled",
  });
});

test("the calls that a probability meets are the same in every run", async () => {
  const met = async (rule: FaultRule, seed?: number) => {
    const cloud = await startCloud(seed === undefined ? {} : { seed });
    cloud.faults.add({ service: "sqs", throttle: true, ...rule });
    const sqs = new SQS({ ...cloud.config(), ...once });
    for (let call = 0; call < 60; call++) await sqs.listQueues({}).catch(() => undefined);
    return cloud.calls().map(({ injected }) => (injected === undefined ? "." : "x"));
  };

  const first = await met({ probability: 0.3 });
  expect(await met({ probability: 0.3 })).toEqual(first);
  expect(await met({ probability: 0.3 }, 2)).not.toEqual(first);
  expect(await met({ probability: 0.3, seed: 5 }, 2)).toEqual(
    await met({ probability: 0.3, seed: 5 }, 3),
  );
  const count = first.filter((mark) => mark === "x").length;
  expect([count > 8, count < 30]).toEqual([true, true]);
  expect(new Set(await met({ probability: 0 }))).toEqual(new Set(["."]));
  expect(new Set(await met({ probability: 1 }))).toEqual(new Set(["x"]));
});

test("a reset takes the rules away; a fork, a saved world and another cloud have none", async () => {
  const cloud = await startCloud();
  const { id } = cloud.faults.add({ drop: true });
  expect([id, cloud.fork().faults.list()]).toEqual(["fault-1", []]);
  await cloud.reset();
  expect(cloud.faults.list()).toEqual([]);
  expect((await new SQS(cloud.config()).listQueues({})).$metadata.attempts).toBe(1);
});

test("rules are listed with what they did, removed one by one, and cleared", async () => {
  const cloud = await startCloud();
  cloud.faults.add({ id: "slow", latencyMs: 1 });
  cloud.faults.add({ service: "kms", drop: true });
  cloud.faults.add({ id: "rare", skip: 1, throttle: true });
  await new SQS(cloud.config()).listQueues({});

  expect(cloud.faults.list()).toEqual([
    { id: "slow", latencyMs: 1, matched: 1, injected: 1 },
    { id: "fault-1", service: "kms", drop: true, matched: 0, injected: 0 },
    { id: "rare", skip: 1, throttle: true, matched: 1, injected: 0 },
  ]);
  expect([cloud.faults.remove("rare"), cloud.faults.remove("rare")]).toEqual([true, false]);
  expect([cloud.faults.clear(), cloud.faults.list()]).toEqual([2, []]);
});

test.for<[FaultRule, string]>([
  [{}, "What is to happen? Give error, throttle, unavailable, drop or latencyMs."],
  [{ throttle: false }, "What is to happen? Give error, throttle, unavailable, drop or latencyMs."],
  [{ drop: true, throttle: true }, "A call ends in one way, not in throttle and drop."],
  [{ drop: true, probability: 2 }, '"probability" takes a number from 0 to 1.'],
  [{ drop: true, count: 0 }, '"count" takes a whole number from 1 to 1000000000.'],
  [{ latencyMs: 300_001 }, '"latencyMs" takes milliseconds from 0 to 300000.'],
  [{ latencyMs: Number.NaN }, '"latencyMs" takes milliseconds from 0 to 300000.'],
  [{ error: {} as never }, '"error" needs a "code".'],
  [{ error: { code: "A\r\nset-cookie: b" } }, '"code" takes an error code such as InternalError.'],
  [{ error: { code: "A", status: 200 } }, '"status" takes an HTTP status from 400 to 599.'],
  [
    { error: { code: "A", message: "x".repeat(4097) } },
    '"message" takes text of at most 4096 characters.',
  ],
  [{ id: "a b", drop: true }, '"id" takes letters, digits, ".", "_" and "-", 64 at most.'],
  [{ accountId: "123", drop: true }, '"accountId" takes twelve digits; * stands for any.'],
  [{ service: "sqz", drop: true }, 'There is no service "sqz"; services are named as by boto3.'],
  [{ service: "sqs", operation: "Send", drop: true }, 'sqs has no operation "Send".'],
  [
    { service: "sqs", operation: ["SendMessage", "GetItem"], drop: true },
    'sqs has no operation "GetItem".',
  ],
  [{ region: "eu-wst-1", drop: true }, 'There is no region "eu-wst-1".'],
  [
    { drop: true, often: 1 } as never,
    'A fault rule has no "often"; it has id, service, operation, accountId, region, probability, ' +
      "seed, skip, count, latencyMs, error, throttle, unavailable, drop.",
  ],
])("%o is no rule", async ([rule, message]) => {
  const cloud = await startCloud();
  expect(() => cloud.faults.add(rule)).toThrow(message);
  expect(cloud.faults.list()).toEqual([]);
});

const call = {
  service: "sqs",
  operation: "SendMessage",
  accountId: "000000000000",
  region: "eu-west-1",
};

test.for([
  ["*", true],
  ["Send*", true],
  ["*Message", true],
  ["S*d*e", true],
  ["SendMessage*", true],
  ["*SendMessage", true],
  ["**", true],
  ["SendMessage", true],
  ["Send", false],
  ["sendmessage", false],
  ["SendMessageBatch", false],
  ["SendMess*Message", false],
  ["*x*", false],
] as const)("the pattern %s matches SendMessage: %s", ([operation, expected]) => {
  const faults = new Faults(seededChance(1));
  faults.add({ operation, drop: true });
  expect(faults.meet(call).length === 1).toBe(expected);
});

test("a thousand rules are taken, and no more; a name only once", () => {
  const faults = new Faults(seededChance(1));
  for (let count = 0; count < 1000; count++) faults.add({ latencyMs: 1 });
  expect(() => faults.add({ latencyMs: 1 })).toThrow(
    "There are 1000 fault rules already; remove some first.",
  );
  faults.remove("fault-7");
  expect(() => faults.add({ id: "fault-8", drop: true })).toThrow(
    'There is a fault rule "fault-8" already.',
  );
});

test("rules of the start are there again after a reset", () => {
  const faults = new Faults(seededChance(1), [{ id: "standing", drop: true, count: 1 }]);
  faults.add({ throttle: true });
  expect(faults.meet(call).map(({ id }) => id)).toEqual(["standing"]);
  expect(faults.list().map(({ id }) => id)).toEqual(["fault-1"]);
  faults.reset();
  expect(faults.list().map(({ id }) => id)).toEqual(["standing"]);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { startCloud, type TestCloud } from "./cloud.ts";

const directory = mkdtempSync(join(tmpdir(), "snowglobe-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const userNames = async (cloud: TestCloud, accountId?: string) => {
  const iam = new IAM(cloud.config(accountId === undefined ? {} : { accountId }));
  return (await iam.listUsers({})).Users?.map(({ UserName }) => UserName);
};
const createUser = (cloud: TestCloud, UserName: string) =>
  new IAM(cloud.config()).createUser({ UserName });

test("each cloud is a world of its own", async () => {
  const one = await startCloud();
  const other = await startCloud();
  await createUser(one, "ana");
  expect(await userNames(one)).toEqual(["ana"]);
  expect(await userNames(other)).toEqual([]);
});

test("two accounts are two worlds", async () => {
  const cloud = await startCloud();
  await createUser(cloud, "ana");
  expect(await userNames(cloud, "111122223333")).toEqual([]);
});

test("the same seed gives the same ids", async () => {
  const ids = async () => (await createUser(await startCloud({ seed: 7 }), "ana")).User?.UserId;
  expect(await ids()).toBe(await ids());
});

test("a fork has all that was there, and goes its own way", async () => {
  const cloud = await startCloud();
  await createUser(cloud, "ana");
  const fork = cloud.fork();
  await createUser(fork, "ben");
  await createUser(cloud, "eva");
  expect(await userNames(cloud)).toEqual(["ana", "eva"]);
  expect(await userNames(fork)).toEqual(["ana", "ben"]);
});

const CLOSED =
  "This cloud is closed: nothing more can be asked of it. Start another, or close it later.";

test("a closed cloud refuses its clients and the test, and is closed twice without harm", async () => {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  await iam.listUsers({});
  await cloud.close();
  expect(cloud.calls().map(({ operation }) => operation)).toEqual(["ListUsers"]);
  await expect(iam.listUsers({})).rejects.toThrow(CLOSED);
  for (const asked of [
    () => cloud.config(),
    () => cloud.clock.now(),
    () => cloud.faults,
    () => cloud.fork(),
  ]) {
    expect(asked).toThrow(CLOSED);
  }
  for (const asked of [
    () => cloud.clock.advance({ days: 1 }),
    () => cloud.clock.advanceTo(new Date("2031-01-01")),
    () => cloud.clock.freeze(),
    () => cloud.clock.resume(),
    () => cloud.idle(),
    () => cloud.usage(),
    () => cloud.reset(),
    () => cloud.save(join(directory, "closed.snowglobe")),
    () => cloud.load(join(directory, "closed.snowglobe")),
  ]) {
    await expect(asked()).rejects.toThrow(CLOSED);
  }
  await cloud.close();
});

test("a fork outlives the cloud that it was made of, and the other way round", async () => {
  const cloud = await startCloud();
  const Body = "snow".repeat(200_000);
  await new S3(cloud.config()).createBucket({ Bucket: "photos" });
  await new S3(cloud.config()).putObject({ Bucket: "photos", Key: "large", Body });
  const [fork, other] = [cloud.fork(), cloud.fork()];
  const read = async (from: TestCloud) =>
    (await new S3(from.config()).getObject({ Bucket: "photos", Key: "large" })).Body;
  await other.close();
  expect(await (await read(cloud))?.transformToString()).toBe(Body);
  await cloud.close();
  expect(await (await read(fork))?.transformToString()).toBe(Body);
  await fork.close();
});

test("a saved world is the same world elsewhere", async () => {
  const file = join(directory, "world.snowglobe");
  const cloud = await startCloud();
  await createUser(cloud, "ana");
  await cloud.save(file);
  const other = await startCloud();
  await createUser(other, "gone");
  await other.load(file);
  expect(await userNames(other)).toEqual(["ana"]);
});

test("a directory keeps the world, and its clock", async () => {
  const place = join(directory, "state");
  const first = await startCloud({ directory: place });
  await createUser(first, "ana");
  await first.clock.advance({ days: 3 });
  await first.close();
  const second = await startCloud({ directory: place });
  expect(await userNames(second)).toEqual(["ana"]);
  expect(second.clock.now()).toEqual(new Date("2030-01-04T00:00:00Z"));
  await second.close();
});

test("calls are recorded in order, with who asked and what came of it", async () => {
  const cloud = await startCloud();
  await createUser(cloud, "ana");
  await expect(createUser(cloud, "ana")).rejects.toThrow();
  expect(
    cloud
      .calls()
      .map(({ service, operation, status, error }) => [service, operation, status, error?.code]),
  ).toEqual([
    ["iam", "CreateUser", 200, undefined],
    ["iam", "CreateUser", 409, "EntityAlreadyExistsException"],
  ]);
});

test("a call is recorded under the id that its caller was told", async () => {
  const cloud = await startCloud();
  const answers = [
    await new S3(cloud.config()).listBuckets({}),
    await new DynamoDB(cloud.config()).listTables({}),
    await new IAM(cloud.config()).listUsers({}),
  ];
  const told = answers.map(({ $metadata }) => $metadata.requestId);
  expect(cloud.calls().map(({ requestId }) => requestId)).toEqual(told);
  expect(told).toEqual([
    expect.stringMatching(/^[0-9A-F]{16}$/),
    expect.stringMatching(/^[0-9A-V]{52}$/),
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
});

test("a key that was issued may do what its user's policy allows, and is told what it may not", async () => {
  const cloud = await startCloud();
  const root = new IAM(cloud.config());
  await root.createUser({ UserName: "ana" });
  await root.putUserPolicy({
    UserName: "ana",
    PolicyName: "list",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iam:ListUsers", Resource: "*" }],
    }),
  });
  const { AccessKey } = await root.createAccessKey({ UserName: "ana" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const ana = new IAM(cloud.config({ credentials }));
  expect((await ana.listUsers({})).Users?.length).toBe(1);
  await expect(ana.createUser({ UserName: "ben" })).rejects.toMatchObject({
    name: "AccessDenied",
    message:
      "User: arn:aws:iam::000000000000:user/ana is not authorized to perform: iam:CreateUser on resource: " +
      "arn:aws:iam::000000000000:user/ben because no identity-based policy allows the iam:CreateUser action",
    $metadata: { httpStatusCode: 403 },
  });
  const { decision } = cloud.calls().at(-1) ?? {};
  expect(decision?.smallestPolicy).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iam:CreateUser",
        Resource: "arn:aws:iam::000000000000:user/ben",
      },
    ],
  });
  const forged = new IAM(
    cloud.config({ credentials: { ...credentials, secretAccessKey: "no".repeat(20) } }),
  );
  await expect(forged.listUsers({})).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
});

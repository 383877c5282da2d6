import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import type { RequestSigner } from "@smithy/types";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../testing/cloud.ts";

const ALLOW_NOTHING = { Effect: "Allow", Action: "iam:GetUser", Resource: "*" };

async function issuedKey(cloud: TestCloud, statement: object = ALLOW_NOTHING) {
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ana" });
  await iam.putUserPolicy({
    UserName: "ana",
    PolicyName: "own",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
}

test("a denial of EC2 carries a message that STS decodes", async () => {
  const cloud = await startCloud();
  const ec2 = new EC2(cloud.config({ credentials: await issuedKey(cloud) }));
  const denied = await ec2.describeRegions({}).catch((error: Error) => error);
  expect(denied).toMatchObject({ name: "UnauthorizedOperation" });
  const [sentence = "", EncodedMessage = ""] = (denied as Error).message.split(
    ". Encoded authorization failure message: ",
  );
  expect(sentence).toBe(
    "You are not authorized to perform this operation. User: arn:aws:iam::000000000000:user/ana is not " +
      "authorized to perform: ec2:DescribeRegions because no identity-based policy allows " +
      "the ec2:DescribeRegions action",
  );
  const sts = new STS(cloud.config());
  const { DecodedMessage } = await sts.decodeAuthorizationMessage({ EncodedMessage });
  const decoded = JSON.parse(DecodedMessage ?? "") as Decoded;
  expect(decoded).toEqual({
    allowed: false,
    explicitDeny: false,
    matchedStatements: { items: [] },
    failures: { items: [] },
    context: {
      principal: {
        id: expect.stringMatching(/^AIDA/),
        name: "ana",
        arn: "arn:aws:iam::000000000000:user/ana",
      },
      action: "ec2:DescribeRegions",
      resource: "*",
      conditions: { items: expect.any(Array) },
    },
  });
  const { items } = decoded.context.conditions;
  expect(items).toContainEqual({ key: "aws:username", values: { items: [{ value: "ana" }] } });
});

interface Decoded {
  readonly context: { readonly conditions: { readonly items: readonly unknown[] } };
}

test("the use of an issued key is noted", async () => {
  const cloud = await startCloud();
  const credentials = await issuedKey(cloud);
  const iam = new IAM(cloud.config());
  const lastUsed = async () =>
    (await iam.getAccessKeyLastUsed({ AccessKeyId: credentials.accessKeyId })).AccessKeyLastUsed;
  expect(await lastUsed()).toEqual({ ServiceName: "N/A", Region: "N/A" });
  await new STS(cloud.config({ credentials, region: "eu-west-1" })).getCallerIdentity({});
  expect(await lastUsed()).toEqual({
    LastUsedDate: new Date("2030-01-01T00:00:00Z"),
    ServiceName: "sts",
    Region: "eu-west-1",
  });
});

test("in soft mode a denial is recorded, and the call goes through", async () => {
  const cloud = await startCloud({ iam: "soft" });
  const ec2 = new EC2(cloud.config({ credentials: await issuedKey(cloud) }));
  expect((await ec2.describeRegions({})).Regions?.length).toBeGreaterThan(0);
  expect(cloud.calls().at(-1)?.decision).toMatchObject({
    allowed: false,
    action: "ec2:DescribeRegions",
  });
});

test("strict mode refuses a key that nobody issued", async () => {
  const cloud = await startCloud({ strict: true });
  const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "secret" };
  await expect(new STS(cloud.config({ credentials })).getCallerIdentity({})).rejects.toMatchObject({
    name: "InvalidClientTokenId",
    message: "The security token included in the request is invalid.",
  });
});

test("strict mode says of an old request that it is old, also with a key that nobody issued", async () => {
  const cloud = await startCloud({ strict: true });
  const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "secret" };
  // Only at the first try: the client sets its clock by the refusal.
  const config = {
    ...cloud.config({ credentials }),
    systemClockOffset: -3_600_000,
    maxAttempts: 1,
  };
  await expect(new DynamoDB(config).listTables({})).rejects.toMatchObject({
    name: "InvalidSignatureException",
    message: expect.stringMatching(/^Signature expired: /) as string,
  });
});

test("the conventional key with another secret is refused", async () => {
  const cloud = await startCloud();
  const credentials = { accessKeyId: "test", secretAccessKey: "wrong" };
  await expect(new STS(cloud.config({ credentials })).getCallerIdentity({})).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
    $metadata: { httpStatusCode: 403 },
  });
});

test("a key that has no session token is refused with one", async () => {
  const cloud = await startCloud();
  const credentials = { ...(await issuedKey(cloud)), sessionToken: "another's" };
  const config = cloud.config({ credentials });
  await expect(new STS(config).getCallerIdentity({})).rejects.toMatchObject({
    name: "InvalidClientTokenId",
    message: "The security token included in the request is invalid.",
  });
  await expect(new DynamoDB(config).listTables({})).rejects.toMatchObject({
    name: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
  });
  await expect(new S3(config).listBuckets({})).rejects.toMatchObject({
    name: "InvalidToken",
    message: "The provided token is malformed or otherwise invalid.",
  });
});

test("a signature for another service is refused", async () => {
  const cloud = await startCloud();
  const config = cloud.config();
  const { sha256 } = new STS(config).config;
  const { credentials, region } = config;
  const right = new SignatureV4({ service: "sts", region, credentials, sha256 });
  const signer: RequestSigner = {
    sign: (request, options) => right.sign(request, { ...options, signingService: "none" }),
  };
  await expect(new STS({ ...config, signer }).getCallerIdentity({})).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
    message: "Credential should be scoped to correct service: 'sts'. ",
  });
});

test("what is signed for the region of services without regions is done in us-east-1", async () => {
  const cloud = await startCloud({ region: "eu-west-1" });
  const global = cloud.config({ region: "aws-global" });
  await new IAM(global).createUser({ UserName: "ana" });
  expect((await new STS(global).getCallerIdentity({})).Account).toBe("000000000000");
  await new DynamoDB(global).listTables({});
  expect(cloud.calls().map(({ region }) => region)).toEqual([
    "us-east-1",
    "us-east-1",
    "us-east-1",
  ]);
});

test.for([
  ["us-east-9", "'us-east-9' is none"],
  ...["cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1"].map(
    elsewhere,
  ),
  elsewhere("eusc-de-east-1"),
] as const)("the region %s: %s", async ([region, why]) => {
  const sts = new STS((await startCloud()).config({ region }));
  await expect(sts.getCallerIdentity({})).rejects.toMatchObject({
    name: "SignatureDoesNotMatch",
    message: `Credential should be scoped to a valid region. ${why}; ALLOW_NONSTANDARD_REGIONS=1 accepts it.`,
  });
});

function elsewhere(region: string) {
  return [
    region,
    `'${region}' is in another partition; Snowglobe has the partition 'aws' only`,
  ] as const;
}

test("an operation that is not implemented says so by name", async () => {
  const cloud = await startCloud();
  const ec2 = new EC2(cloud.config());
  await expect(ec2.describeInstances({})).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    message: "EC2 DescribeInstances is not implemented.",
    $metadata: { httpStatusCode: 501 },
  });
  expect(cloud.calls().at(-1)).toMatchObject({
    operation: "DescribeInstances",
    fidelity: "absent",
  });
});

test("a body beyond sixteen megabytes is too large for DynamoDB", async () => {
  const ddb = new DynamoDB((await startCloud()).config());
  const around = JSON.stringify({ TableName: "notes", Item: { id: { S: "" } } }).length;
  const put = (bodyBytes: number) =>
    ddb
      .putItem({ TableName: "notes", Item: { id: { S: "x".repeat(bodyBytes - around) } } })
      .catch(({ name, $metadata }) => [name, $metadata.httpStatusCode]);
  expect(await put(16 * 1024 * 1024)).toEqual(["ValidationException", 400]);
  expect(await put(16 * 1024 * 1024 + 1)).toEqual(["RequestEntityTooLarge", 413]);
});

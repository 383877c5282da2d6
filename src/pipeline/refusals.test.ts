/** What is wrong with a signature is said in the words of the protocol in which the request came. */
import { EC2 } from "@aws-sdk/client-ec2";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import { openCloud } from "../cloud.ts";
import { inProcessHandler } from "../testing/handler.ts";
import { startCloud, type Credentials, type TestCloud } from "../testing/cloud.ts";

interface Asked {
  readonly service: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly method?: string;
  /** Signed as the AWS CLI does, without a header that says the hash of the body. */
  readonly unhashed?: true;
}

const form = (service: string, body: string): Asked => ({
  service,
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  body,
});

const target = (service: string, name: string): Asked => ({
  service,
  headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": name },
  body: "{}",
});

const ASKED = {
  "SQS by query": form("sqs", "Action=ListQueues&Version=2012-11-05"),
  "SQS by JSON": target("sqs", "AmazonSQS.ListQueues"),
  "CloudWatch by query": form("monitoring", "Action=ListMetrics&Version=2010-08-01"),
  "CloudWatch by JSON": target("monitoring", "GraniteServiceVersion20100801.ListMetrics"),
  "CloudWatch by CBOR": {
    service: "monitoring",
    path: "/service/GraniteServiceVersion20100801/operation/ListMetrics",
    headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
  },
  STS: form("sts", "Action=GetCallerIdentity&Version=2011-06-15"),
  EC2: form("ec2", "Action=DescribeRegions&Version=2016-11-15"),
  Lambda: { service: "lambda", method: "GET", path: "/2015-03-31/functions/" },
  "Route 53": { service: "route53", method: "GET", path: "/2013-04-01/hostedzone" },
  CloudFront: { service: "cloudfront", method: "GET", path: "/2020-05-31/distribution" },
} satisfies Readonly<Record<string, Asked>>;

type Name = keyof typeof ASKED;

const GOOD: Credentials = { accessKeyId: "test", secretAccessKey: "test" };
const WRONG_SECRET: Credentials = { accessKeyId: "test", secretAccessKey: "wrong" };
const UNKNOWN_KEY: Credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "secret" };

async function ask(cloud: TestCloud, asked: Asked, credentials: Credentials): Promise<string> {
  const config = cloud.config({ credentials });
  const { sha256 } = new SQS(config).config;
  const { service, headers, unhashed, ...rest } = asked;
  const signer = new SignatureV4({
    service,
    region: config.region,
    credentials,
    sha256,
    applyChecksum: unhashed === undefined,
  });
  const request = {
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    port: 4566,
    path: "/",
    ...rest,
    headers: { host: "localhost:4566", ...headers },
  };
  const signingDate = cloud.clock.now();
  await config.requestHandler.handle(await signer.sign(request, { signingDate }));
  const call = cloud.calls().at(-1);
  return `${call?.status} ${call?.error?.code}`;
}

test.for<[asked: Name, answered: string]>([
  ["SQS by query", "403 SignatureDoesNotMatch"],
  ["SQS by JSON", "400 InvalidSignatureException"],
  ["CloudWatch by query", "403 SignatureDoesNotMatch"],
  ["CloudWatch by JSON", "400 InvalidSignatureException"],
  ["CloudWatch by CBOR", "400 InvalidSignatureException"],
  ["STS", "403 SignatureDoesNotMatch"],
  ["EC2", "401 AuthFailure"],
  ["Lambda", "403 InvalidSignatureException"],
  ["Route 53", "403 SignatureDoesNotMatch"],
  ["CloudFront", "403 SignatureDoesNotMatch"],
])("%s with a wrong secret: %s", async ([asked, answered]) => {
  expect(await ask(await startCloud(), ASKED[asked], WRONG_SECRET)).toBe(answered);
});

test.for<[asked: Name, answered: string]>([
  ["SQS by query", "403 InvalidClientTokenId"],
  ["SQS by JSON", "400 UnrecognizedClientException"],
  ["CloudWatch by query", "403 InvalidClientTokenId"],
  ["CloudWatch by JSON", "400 UnrecognizedClientException"],
  ["CloudWatch by CBOR", "400 UnrecognizedClientException"],
  ["STS", "403 InvalidClientTokenId"],
  ["EC2", "401 AuthFailure"],
  ["Lambda", "403 UnrecognizedClientException"],
  ["Route 53", "403 InvalidClientTokenId"],
  ["CloudFront", "403 InvalidClientTokenId"],
])("%s with a key that nobody issued, in strict mode: %s", async ([asked, answered]) => {
  const cloud = await startCloud({ strict: true });
  expect(await ask(cloud, ASKED[asked], UNKNOWN_KEY)).toBe(answered);
});

test.for<[name: string, asked: Asked, answered: string]>([
  ["s3express", { service: "s3express", method: "GET" }, "501 NotImplementedBySnowglobe"],
  [
    "IngestionService",
    form("IngestionService", "Action=ListJobs&Version=2010-06-01"),
    "501 NotImplementedBySnowglobe",
  ],
])("a scope may say %s: %s", async ([, asked, answered]) => {
  const cloud = await startCloud();
  expect(await ask(cloud, asked, GOOD)).toBe(answered);
  expect(await ask(cloud, asked, WRONG_SECRET)).not.toBe(answered);
});

test("a scope may not name a service that the request is not for", async () => {
  const asked = target("sts", "AmazonSQS.ListQueues");
  expect(await ask(await startCloud(), asked, GOOD)).toBe("400 InvalidSignatureException");
});

test.for<[name: string, asked: Asked]>([
  [
    "Lambda InvokeAsync",
    { service: "lambda", path: "/2014-11-13/functions/a/invoke-async/", body: '{"a":1}' },
  ],
  [
    "CloudSearch UploadDocuments",
    {
      service: "cloudsearch",
      path: "/2013-01-01/documents/batch",
      query: { format: "sdk" },
      headers: { "content-type": "application/json" },
      body: "[]",
    },
  ],
])("%s signs a body that streams, with and without a header for its hash", async ([, asked]) => {
  const cloud = await startCloud();
  const answered = async (credentials: Credentials) => [
    await ask(cloud, asked, credentials),
    await ask(cloud, { ...asked, unhashed: true }, credentials),
  ];
  const absent = "501 NotImplementedBySnowglobe";
  const refused = "403 InvalidSignatureException";
  expect(await answered(GOOD)).toEqual([absent, absent]);
  expect(await answered(WRONG_SECRET)).toEqual([refused, refused]);
});

test("signatures may go unchecked in S3 alone, or everywhere", async () => {
  const refusals = async (signatures: "except S3" | false) => {
    const cloud = await openCloud({
      state: { kind: "memory" },
      accountId: "000000000000",
      region: "us-east-1",
      strict: true,
      iam: "enforce",
      anyRegion: false,
      clock: "flowing",
      signatures,
    });
    const config = {
      region: "us-east-1",
      endpoint: "http://localhost:4566",
      credentials: WRONG_SECRET,
      requestHandler: inProcessHandler(cloud),
    };
    const answers = await Promise.allSettled([
      new S3(config).listBuckets({}),
      new SQS(config).listQueues({}),
      new EC2(config).describeRegions({}),
    ]);
    await cloud.close();
    return answers.map((answer) =>
      answer.status === "fulfilled" ? "good" : (answer.reason as Error).name,
    );
  };
  expect(await refusals("except S3")).toEqual(["good", "InvalidSignatureException", "AuthFailure"]);
  expect(await refusals(false)).toEqual(["good", "good", "good"]);
});

/** What the client says of the first answer: it sets its clock by some refusals, and tries again. */
const refusalOfEc2 = (cloud: TestCloud, credentials: Credentials, more: object = {}) =>
  new EC2({ ...cloud.config({ credentials }), maxAttempts: 1, ...more })
    .describeRegions({})
    .catch(({ name, message, $metadata }) => [name, message, $metadata.httpStatusCode]);

test("EC2 does not say what is wrong with a signature, only that a session has ended", async () => {
  const cloud = await startCloud({ strict: true });
  const { Credentials: issued } = await new STS(cloud.config()).getSessionToken({});
  const session = {
    accessKeyId: issued?.AccessKeyId ?? "",
    secretAccessKey: issued?.SecretAccessKey ?? "",
    sessionToken: issued?.SessionToken ?? "",
  };
  const failure = [
    "AuthFailure",
    "AWS was not able to validate the provided access credentials",
    401,
  ];
  expect([
    await refusalOfEc2(cloud, WRONG_SECRET),
    await refusalOfEc2(cloud, UNKNOWN_KEY),
    await refusalOfEc2(cloud, { ...session, sessionToken: "another's" }),
    await refusalOfEc2(cloud, GOOD, { systemClockOffset: -3_600_000 }),
  ]).toEqual([failure, failure, failure, failure]);
  await cloud.clock.advance({ hours: 2 });
  expect(await refusalOfEc2(cloud, session)).toEqual([
    "RequestExpired",
    "Request has expired.",
    400,
  ]);
});

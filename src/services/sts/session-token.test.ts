import { IAM } from "@aws-sdk/client-iam";
import { SQS } from "@aws-sdk/client-sqs";
import { STS, type Credentials } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const policy = (Action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "allowed",
    (error: Error) => `${error.name}: ${error.message}`,
  );

async function world() {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  const { User } = await iam.createUser({ UserName: "ana" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const PolicyDocument = policy("*");
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "all", PolicyDocument });
  const sts = new STS(
    cloud.config({
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      },
    }),
  );
  return { cloud, sts, AccessKey, User };
}

const configOf = (cloud: TestCloud, credentials: Credentials | undefined) =>
  cloud.config({
    credentials: {
      accessKeyId: credentials?.AccessKeyId ?? "",
      secretAccessKey: credentials?.SecretAccessKey ?? "",
      sessionToken: credentials?.SessionToken ?? "",
    },
  });

test("a session token is for twelve hours, and for the same user", async () => {
  const { cloud, sts, User } = await world();
  const { Credentials } = await sts.getSessionToken({});
  expect(Credentials?.Expiration).toEqual(new Date("2030-01-01T12:00:00Z"));
  const config = configOf(cloud, Credentials);
  const { Arn, UserId } = await new STS(config).getCallerIdentity({});
  expect([Arn, UserId]).toEqual([User?.Arn, User?.UserId]);
});

test("a session without MFA may not speak to IAM, nor make further sessions", async () => {
  const { cloud, sts } = await world();
  const { Credentials } = await sts.getSessionToken({});
  const config = configOf(cloud, Credentials);
  expect(await outcome(new IAM(config).listUsers({}))).toBe(
    "InvalidClientTokenId: The security token included in the request is invalid",
  );
  expect(await outcome(new STS(config).getSessionToken({}))).toBe(
    "AccessDenied: Cannot call GetSessionToken with session credentials",
  );
  expect(await outcome(new STS(config).getFederationToken({ Name: "eve" }))).toBe(
    "AccessDenied: Cannot call GetFederationToken with session credentials",
  );
});

test("a federated user has its own name", async () => {
  const { cloud, sts } = await world();
  const token = await sts.getFederationToken({ Name: "eve", Policy: policy("sqs:*") });
  expect(token.FederatedUser).toEqual({
    FederatedUserId: "000000000000:eve",
    Arn: "arn:aws:sts::000000000000:federated-user/eve",
  });
  const me = await new STS(configOf(cloud, token.Credentials)).getCallerIdentity({});
  expect([me.Arn, me.UserId]).toEqual([
    "arn:aws:sts::000000000000:federated-user/eve",
    "000000000000:eve",
  ]);
});

test("a federated user may do what both the user and the session policy allow", async () => {
  const { cloud, sts } = await world();
  const as = async (...policies: string[]) => {
    const [Policy] = policies;
    const named = { Name: "eve", ...(Policy !== undefined && { Policy }) };
    const { Credentials } = await sts.getFederationToken(named);
    return new SQS(configOf(cloud, Credentials));
  };
  const sqs = await as(policy("sqs:ListQueues"));
  expect(await outcome(sqs.listQueues({}))).toBe("allowed");
  expect(await outcome(sqs.createQueue({ QueueName: "q" }))).toMatch(/no session policy allows/);
  expect(await outcome((await as()).listQueues({}))).toMatch(/no session policy allows/);
});

test("a federated user goes on with its user's rights when that is renamed, and a namesake has none", async () => {
  const { cloud, sts } = await world();
  const { Credentials } = await sts.getFederationToken({ Name: "eve", Policy: policy("sqs:*") });
  const sqs = new SQS(configOf(cloud, Credentials));
  const iam = new IAM(cloud.config());
  await iam.updateUser({ UserName: "ana", NewUserName: "anna" });
  expect(await outcome(sqs.listQueues({}))).toBe("allowed");
  await iam.deleteUserPolicy({ UserName: "anna", PolicyName: "all" });
  await iam.createUser({ UserName: "ana" });
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "all", PolicyDocument: policy("*") });
  expect(await outcome(sqs.listQueues({}))).toMatch(/no identity-based policy allows/);
});

test("whom the root user vouches for may do what the session policy allows", async () => {
  const { cloud } = await world();
  const root = new STS(cloud.config());
  const as = async (input: { Policy?: string }) => {
    const { Credentials } = await root.getFederationToken({ Name: "eve", ...input });
    return new SQS(configOf(cloud, Credentials));
  };
  const sqs = await as({ Policy: policy("sqs:ListQueues") });
  expect(await outcome(sqs.listQueues({}))).toBe("allowed");
  expect(await outcome(sqs.createQueue({ QueueName: "q" }))).toMatch(/no session policy allows/);
  expect(await outcome((await as({})).listQueues({}))).toMatch(/no session policy allows/);
});

test("a key tells its account, also when it is long gone", async () => {
  const { sts, AccessKey } = await world();
  const { AccessKeyId } = AccessKey ?? {};
  expect((await sts.getAccessKeyInfo({ AccessKeyId })).Account).toBe("000000000000");
  const strange = await sts.getAccessKeyInfo({ AccessKeyId: "ASIAY34FZKBOKMUTVV7A" });
  expect(strange.Account).toBe("609629065308");
});

test("root is its account", async () => {
  const { cloud } = await world();
  const { Account, Arn, UserId } = await new STS(cloud.config()).getCallerIdentity({});
  expect({ Account, Arn, UserId }).toEqual({
    Account: "000000000000",
    Arn: "arn:aws:iam::000000000000:root",
    UserId: "000000000000",
  });
});

test("a message that nobody sealed is not valid", async () => {
  const { sts } = await world();
  await expect(
    sts.decodeAuthorizationMessage({ EncodedMessage: "nonsense" }),
  ).rejects.toMatchObject({
    name: "InvalidAuthorizationMessageException",
    message: "Message is not valid",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a key names its account, and another unique id does not", async () => {
  const { sts, AccessKey, User } = await world();
  const accountOf = async (AccessKeyId = "") =>
    (await sts.getAccessKeyInfo({ AccessKeyId })).Account;
  expect(await accountOf(AccessKey?.AccessKeyId)).toBe("000000000000");
  expect(await outcome(accountOf(User?.UserId))).toBe(
    `ValidationError: Invalid access key id: ${User?.UserId}`,
  );
});

import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const UserName = "ana";
const ServiceName = "codecommit.amazonaws.com";

const NOTHING = { ServicePassword: undefined, ServiceSpecificCredentialId: undefined };

async function world() {
  const cloud = await startCloud();
  const iam = new IAM({ ...cloud.config(), maxAttempts: 1 });
  await iam.createUser({ UserName });
  return { cloud, iam };
}

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("a password is told when it is made, and when it is made anew", async () => {
  const { iam } = await world();
  const created = await iam.createServiceSpecificCredential({ UserName, ServiceName });
  const { ServicePassword, ...described } = created.ServiceSpecificCredential ?? NOTHING;
  expect(ServicePassword).toMatch(/^[\w+/]{43}=$/);
  expect(described).toEqual({
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    ServiceName,
    ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
    ServiceUserName: "ana-at-000000000000",
    Status: "Active",
    UserName,
  });
  const { ServiceSpecificCredentialId } = described;
  const update = { UserName, ServiceSpecificCredentialId, Status: "Inactive" as const };
  await iam.updateServiceSpecificCredential(update);
  const listed = await iam.listServiceSpecificCredentials({ UserName, ServiceName });
  expect(listed.ServiceSpecificCredentials).toEqual([{ ...described, Status: "Inactive" }]);
  const { ServiceSpecificCredential: anew } = await iam.resetServiceSpecificCredential({
    ServiceSpecificCredentialId,
    UserName,
  });
  expect(anew).toEqual({
    ...described,
    Status: "Inactive",
    ServicePassword: expect.stringMatching(/^[\w+/]{43}=$/),
  });
  expect(anew?.ServicePassword).not.toBe(ServicePassword);
});

test("an API key ends when it is old enough", async () => {
  const { cloud, iam } = await world();
  const asked = { UserName, ServiceName: "bedrock.amazonaws.com", CredentialAgeDays: 2 };
  const { ServiceSpecificCredential } = await iam.createServiceSpecificCredential(asked);
  expect(ServiceSpecificCredential).toMatchObject({
    ServiceCredentialAlias: "ana-at-000000000000",
    ServiceCredentialSecret: expect.stringMatching(/^[\w+/]{43}=$/),
    ExpirationDate: new Date("2030-01-03T00:00:00Z"),
  });
  const status = async () =>
    (await iam.listServiceSpecificCredentials({ AllUsers: true })).ServiceSpecificCredentials?.map(
      ({ Status }) => Status,
    );
  await cloud.clock.advance({ days: 2, seconds: -1 });
  expect(await status()).toEqual(["Active"]);
  await cloud.clock.advance({ seconds: 1 });
  expect(await status()).toEqual(["Expired"]);
});

test("unknown users, services and credentials are refused", async () => {
  const { iam } = await world();
  const create = (more: object) =>
    outcome(iam.createServiceSpecificCredential({ UserName, ServiceName, ...more }));
  expect(await create({ UserName: "bob", ServiceName: "lambda.amazonaws.com" })).toBe(
    "NoSuchEntityException: The user with name bob cannot be found.",
  );
  const unknown =
    "NoSuchEntityException: " +
    "No such service lambda.amazonaws.com is supported for Service Specific Credentials";
  expect(await create({ ServiceName: "lambda.amazonaws.com" })).toBe(unknown);
  const ofLambda = { UserName, ServiceName: "lambda.amazonaws.com" };
  expect(await outcome(iam.listServiceSpecificCredentials(ofLambda))).toBe(unknown);
  const ServiceSpecificCredentialId = "satisfiesregexbutstillinvalid";
  const which = { UserName, ServiceSpecificCredentialId };
  expect(await outcome(iam.deleteServiceSpecificCredential(which))).toBe(
    `NoSuchEntityException: No such credential ${ServiceSpecificCredentialId} exists`,
  );
});

test("a user has two for each service, and goes when they are gone", async () => {
  const { iam } = await world();
  const create = () => iam.createServiceSpecificCredential({ UserName, ServiceName });
  const { ServiceSpecificCredential: first } = await create();
  const { ServiceSpecificCredential: second } = await create();
  expect(second?.ServiceUserName).toBe("ana+1-at-000000000000");
  expect(await outcome(create())).toBe(
    "LimitExceededException: Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2",
  );
  expect(await outcome(iam.deleteUser({ UserName }))).toBe(
    "DeleteConflictException: Cannot delete entity, must remove referenced objects first.",
  );
  for (const one of [first, second]) {
    const { ServiceSpecificCredentialId } = one ?? {};
    await iam.deleteServiceSpecificCredential({ UserName, ServiceSpecificCredentialId });
  }
  expect(await outcome(iam.deleteUser({ UserName }))).toBe("done");
});

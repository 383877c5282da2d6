import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { oneTimeCode, stepAt } from "./one-time-code.ts";

const UserName = "ana";
const SerialNumber = "arn:aws:iam::000000000000:mfa/phone";
const START = Date.parse("2030-01-01T00:00:00Z");

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text: string): Uint8Array {
  const bits = text
    .split("")
    .map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0"));
  const octets = bits.join("").match(/.{8}/g) ?? [];
  return Uint8Array.from(octets, (octet) => Number.parseInt(octet, 2));
}

/** A user with a device that is not enabled yet, and what the device shows at a time. */
async function world() {
  const cloud = await startCloud();
  const iam = new IAM({ ...cloud.config(), maxAttempts: 1 });
  await iam.createUser({ UserName });
  const made = await iam.createVirtualMFADevice({ VirtualMFADeviceName: "phone" });
  const seedText = Buffer.from(made.VirtualMFADevice?.Base32StringSeed ?? []).toString("utf8");
  const seed = fromBase32(seedText);
  let now = START;
  const code = (steps = 0) => oneTimeCode(seed, stepAt(now) + steps);
  const two = (first = 0) => ({
    AuthenticationCode1: code(first),
    AuthenticationCode2: code(first + 1),
  });
  const wait = async (seconds: number) => {
    now += seconds * 1000;
    await cloud.clock.advance({ seconds });
  };
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const config = cloud.config({
    credentials: {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    },
  });
  const enable = () => iam.enableMFADevice({ UserName, SerialNumber, ...two(-1) });
  return { cloud, iam, made, seedText, code, two, wait, enable, sts: new STS(config) };
}

test("the root user has no device, and may ask", async () => {
  const { iam } = await world();
  expect((await iam.listMFADevices({})).MFADevices).toEqual([]);
  expect(await outcome(iam.getMFADevice({ SerialNumber }))).toBe(
    "NoSuchEntityException: MFA Device invalid for user.",
  );
});

test("a device is made with a seed, as text and as a picture", async () => {
  const { iam, made, seedText } = await world();
  expect(made.VirtualMFADevice?.SerialNumber).toBe(SerialNumber);
  expect(seedText).toMatch(/^[A-Z2-7]{64}$/);
  const picture = Buffer.from(made.VirtualMFADevice?.QRCodePNG ?? []);
  expect(picture.subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
  expect(await outcome(iam.createVirtualMFADevice({ VirtualMFADeviceName: "phone" }))).toBe(
    "EntityAlreadyExistsException: MFADevice entity at the same path and name already exists.",
  );
  const named = (VirtualMFADeviceName: string) =>
    outcome(iam.createVirtualMFADevice({ VirtualMFADeviceName }));
  expect(await named("+".repeat(226))).toBe("done");
  expect(await named("+".repeat(227))).toBe(
    "ValidationError: 1 validation error detected: Value at 'virtualMFADeviceName' failed to " +
      "satisfy constraint: Member must have length less than or equal to 226",
  );
});

test("a device is enabled with two codes in a row, and listed as its user's", async () => {
  const { iam, two, enable } = await world();
  const wrong = { ...two(), AuthenticationCode2: two().AuthenticationCode1 };
  await expect(iam.enableMFADevice({ UserName, SerialNumber, ...wrong })).rejects.toMatchObject({
    name: "InvalidAuthenticationCodeException",
    message: "Authentication code for device is not valid.",
    $metadata: { httpStatusCode: 403 },
  });
  const listed = async (AssignmentStatus: "Assigned" | "Unassigned") =>
    (await iam.listVirtualMFADevices({ AssignmentStatus })).VirtualMFADevices;
  expect([await listed("Assigned"), await listed("Unassigned")]).toEqual([[], [{ SerialNumber }]]);
  await enable();
  const EnableDate = new Date(START);
  const { User } = await iam.getUser({ UserName });
  expect([await listed("Assigned"), await listed("Unassigned")]).toEqual([
    [{ SerialNumber, User, EnableDate }],
    [],
  ]);
  expect((await iam.listMFADevices({ UserName })).MFADevices).toEqual([
    { UserName, SerialNumber, EnableDate },
  ]);
  expect(await iam.getMFADevice({ UserName, SerialNumber })).toMatchObject({
    UserName,
    SerialNumber,
    EnableDate,
  });
  const { SummaryMap } = await iam.getAccountSummary({});
  expect([SummaryMap?.MFADevices, SummaryMap?.MFADevicesInUse]).toEqual([1, 1]);
});

test("a device is deactivated before it is deleted, and both before its user", async () => {
  const { iam, enable } = await world();
  await enable();
  const { AccessKeyMetadata } = await iam.listAccessKeys({ UserName });
  const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId;
  await iam.deleteAccessKey({ UserName, AccessKeyId });
  expect(await outcome(iam.deleteUser({ UserName }))).toBe(
    "DeleteConflictException: Cannot delete entity, must delete MFA device first.",
  );
  expect(await outcome(iam.deleteVirtualMFADevice({ SerialNumber }))).toBe(
    "DeleteConflictException: MFA VirtualDevice in use. Must deactivate first.",
  );
  await iam.deactivateMFADevice({ UserName, SerialNumber });
  expect(await outcome(iam.deactivateMFADevice({ UserName, SerialNumber }))).toBe(
    "NoSuchEntityException: MFA Device invalid for user.",
  );
  await iam.deleteVirtualMFADevice({ SerialNumber });
  expect(await outcome(iam.deleteVirtualMFADevice({ SerialNumber }))).toBe(
    `NoSuchEntityException: VirtualMFADevice with serial number ${SerialNumber} doesn't exist.`,
  );
  expect(await outcome(iam.deleteUser({ UserName }))).toBe("done");
});

test("a device whose clock went wrong is synchronised anew", async () => {
  const { iam, sts, code, two, enable } = await world();
  await enable();
  const late = { SerialNumber, TokenCode: code(10) };
  expect(await outcome(sts.getSessionToken(late))).toBe(
    "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code.",
  );
  await iam.resyncMFADevice({ UserName, SerialNumber, ...two(8) });
  expect(await outcome(sts.getSessionToken(late))).toBe("done");
});

test("a session with a code may what takes a code, with each code once", async () => {
  const { cloud, iam, sts, code, wait, enable } = await world();
  const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
  const Statement = [{ Effect: "Allow", Action: "iam:ListUsers", Resource: "*", Condition }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.putUserPolicy({ UserName, PolicyName: "mfa", PolicyDocument });
  await enable();
  await wait(30);
  const asked = { SerialNumber, TokenCode: code() };
  const { Credentials } = await sts.getSessionToken(asked);
  expect(await outcome(sts.getSessionToken(asked))).toBe(
    "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code.",
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const session = new IAM(cloud.config({ credentials }));
  expect(await outcome(session.listUsers({}))).toBe("done");
  expect(await outcome(session.listRoles({}))).toMatch(/^AccessDenied/);
});

test("a role that takes a code is assumed with one", async () => {
  const { iam, sts, code, wait, enable } = await world();
  const trust = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::000000000000:user/ana" },
    Action: "sts:AssumeRole",
    Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  };
  await iam.createRole({
    RoleName: "app",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
  });
  await enable();
  await wait(30);
  const role = { RoleArn: "arn:aws:iam::000000000000:role/app", RoleSessionName: "ana" };
  expect(await outcome(sts.assumeRole(role))).toMatch(/^AccessDenied: User/);
  const shown = { SerialNumber, TokenCode: code() };
  expect(await outcome(sts.assumeRole({ ...role, ...shown }))).toBe("done");
  expect(await outcome(sts.assumeRole({ ...role, ...shown }))).toBe(
    "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code.",
  );
  expect(
    await outcome(sts.assumeRole({ ...role, ...shown, SerialNumber: `${SerialNumber}s` })),
  ).toBe(
    "AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  " +
      "Please verify your MFA serial number is valid and associated with this user.",
  );
});

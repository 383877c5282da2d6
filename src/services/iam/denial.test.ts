import { IAM } from "@aws-sdk/client-iam";
import { beforeAll, expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ACCOUNT = "arn:aws:iam::000000000000";
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});
const Tags = [{ Key: "team", Value: "blue" }];

let ana: IAM;
let root: IAM;

beforeAll(async () => {
  const cloud = await startCloud();
  root = new IAM(cloud.config());
  await root.createUser({ UserName: "ana" });
  const { AccessKey } = await root.createAccessKey({ UserName: "ana" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  ana = new IAM(cloud.config({ credentials }));
});

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "allowed",
    (error: Error) => error.message,
  );

const sentence = (operation: string, resource: string) =>
  `User: ${ACCOUNT}:user/ana is not authorized to perform: iam:${operation} on resource: ` +
  `${resource} because no identity-based policy allows the iam:${operation} action`;

type Case = [operation: string, resource: string, call: () => Promise<unknown>];

test.for<Case>([
  ["GetRole", "role app", () => ana.getRole({ RoleName: "app" })],
  ["GetUser", "user bob", () => ana.getUser({ UserName: "bob" })],
  ["GetUser", `${ACCOUNT}:user/ana`, () => ana.getUser({})],
  ["AddUserToGroup", "group eng", () => ana.addUserToGroup({ GroupName: "eng", UserName: "ana" })],
  [
    "GetInstanceProfile",
    "instance profile box",
    () => ana.getInstanceProfile({ InstanceProfileName: "box" }),
  ],
  [
    "GetPolicy",
    "policy arn:aws:iam::aws:policy/ReadOnlyAccess",
    () => ana.getPolicy({ PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
  ],
  [
    "CreatePolicy",
    "policy buckets",
    () => ana.createPolicy({ PolicyName: "buckets", PolicyDocument: POLICY }),
  ],
  ["ListPolicies", "policy path /", () => ana.listPolicies({})],
  ["GetAccountSummary", "*", () => ana.getAccountSummary({})],
  ["CreateUser", `${ACCOUNT}:user/bob`, () => ana.createUser({ UserName: "bob" })],
  ["TagUser", `${ACCOUNT}:user/ana`, () => ana.tagUser({ UserName: "ana", Tags })],
  ["ListUsers", `${ACCOUNT}:user/`, () => ana.listUsers({})],
  [
    "CreateVirtualMFADevice",
    `${ACCOUNT}:mfa/phone`,
    () => ana.createVirtualMFADevice({ VirtualMFADeviceName: "phone" }),
  ],
  [
    "CreateOpenIDConnectProvider",
    `${ACCOUNT}:oidc-provider/id.example.com`,
    () => ana.createOpenIDConnectProvider({ Url: "https://id.example.com" }),
  ],
])("who may not %s is told of %s", async ([operation, resource, call]) => {
  expect(await outcome(call())).toBe(sentence(operation, resource));
});

test("who creates with tags must be allowed to tag", async () => {
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iam:CreateUser", Resource: "*" }],
  });
  await root.putUserPolicy({ UserName: "ana", PolicyName: "may", PolicyDocument });
  expect(await outcome(ana.createUser({ UserName: "carl", Tags }))).toBe(
    sentence("TagUser", `${ACCOUNT}:user/carl`),
  );
  expect(await outcome(ana.createUser({ UserName: "carl" }))).toBe("allowed");
  await root.deleteUserPolicy({ UserName: "ana", PolicyName: "may" });
});

test("AWS's own policies may be changed by nobody", async () => {
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await expect(root.deletePolicy({ PolicyArn })).rejects.toMatchObject({
    name: "AccessDenied",
    message:
      `User: ${ACCOUNT}:root is not authorized to perform: iam:DeletePolicy ` +
      `on resource: policy ${PolicyArn}`,
  });
});

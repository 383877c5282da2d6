/** What each operation touches: ARNs, tags, and IAM's own condition keys. */
import type { Access, AccessTarget } from "../../kernel/service.ts";
import type { Iam } from "./api.ts";
import { worded } from "./denial.ts";
import { InvalidClientTokenId } from "./errors.ts";
import { getPolicy } from "./managed-policy.ts";
import { getGroup, getProfile, getRole, getServerCertificate, getUser, iamArn } from "./named.ts";
import { oidcArn } from "./oidc-provider.ts";
import { passwordPolicy } from "./password-policy.ts";
import { samlArn } from "./saml-provider.ts";
import { SERVICE_LINKED } from "./service-linked-services.ts";
import type { state } from "./state.ts";
import type { Named, Tags } from "./state.ts";
import { callingUser } from "./user.ts";

type Input = Readonly<Record<string, unknown>>;

export const access: Access<typeof state> = {
  targets: (operation, input, iam) => {
    refuseLesserSessions(iam);
    const target = targetOf(operation, input, iam);
    const conditions = { ...conditionsOf(operation, input, target), ...target.conditions };
    const requestTags = tagsIn(input["Tags"]);
    const asked = { ...target, conditions, ...(requestTags !== undefined && { requestTags }) };
    const own = { ...asked, ...worded(operation, input, target.resource) };
    if (operation === "AddRoleToInstanceProfile") return [own, passedRole(input, iam)];
    // Who makes something with tags must be allowed to tag it.
    const tagging = requestTags === undefined ? undefined : TAGGED_AT_BIRTH[operation];
    return tagging === undefined ? [own] : [own, { ...asked, action: tagging }];
  },
};

const TAGGED_AT_BIRTH: Readonly<Record<string, string>> = {
  CreateUser: "iam:TagUser",
  CreateRole: "iam:TagRole",
  CreatePolicy: "iam:TagPolicy",
  CreateInstanceProfile: "iam:TagInstanceProfile",
  CreateVirtualMFADevice: "iam:TagMFADevice",
  CreateOpenIDConnectProvider: "iam:TagOpenIDConnectProvider",
  CreateSAMLProvider: "iam:TagSAMLProvider",
  UploadServerCertificate: "iam:TagServerCertificate",
};

/**
 * AWS: sessions without a role and without MFA may not speak to IAM at all, nor may federated
 * users.
 */
function refuseLesserSessions(iam: Iam): void {
  const { accessKeyId, kind } = iam.caller;
  if (kind === "role-session" || accessKeyId?.startsWith("ASIA") !== true) return;
  const session = iam.sessions.get(accessKeyId)?.session;
  if (session === undefined || session.mfaAt !== undefined) return;
  throw InvalidClientTokenId("The security token included in the request is invalid");
}

function targetOf(operation: string, input: Input, iam: Iam): AccessTarget {
  const under = LISTS[operation];
  if (under !== undefined) return { resource: listArn(iam, under, input) };
  const whole = input["AllUsers"] === true ? "user/*" : WHOLE_LISTS[operation];
  if (whole !== undefined) return { resource: iam.arn("iam", whole, { region: "" }) };
  if (WITHOUT_RESOURCE.has(operation)) return { resource: "*" };
  if (operation === "CreateServiceLinkedRole") return serviceLinkedRole(input, iam);
  if (operation === "GetAccessKeyLastUsed") return accessKeyOwner(input, iam);
  const things = thingOf(operation, input, iam);
  if (things !== undefined) return things;
  const { UserName, GroupName, RoleName, InstanceProfileName, PolicyArn, PolicyName } = input;
  if (typeof InstanceProfileName === "string") {
    const row = getProfile(iam, InstanceProfileName);
    return entity(iam, "instance-profile", row, InstanceProfileName, input);
  }
  // A user is put into a group: the group is what changes.
  if (typeof GroupName === "string") {
    return entity(iam, "group", getGroup(iam, GroupName), GroupName, input);
  }
  if (typeof RoleName === "string") {
    return entity(iam, "role", getRole(iam, RoleName), RoleName, input);
  }
  if (typeof UserName === "string") {
    return entity(iam, "user", getUser(iam, UserName), UserName, input);
  }
  if (typeof PolicyArn === "string") {
    const tags = getPolicy(iam, PolicyArn)?.tags;
    return { resource: PolicyArn, ...tagged(tags) };
  }
  if (operation === "CreatePolicy" && typeof PolicyName === "string") {
    return entity(iam, "policy", undefined, PolicyName, input);
  }
  if (typeof input["PolicySourceArn"] === "string") return { resource: input["PolicySourceArn"] };
  return caller(operation, input, iam);
}

const MFA_DEVICES: ReadonlySet<string> = new Set([
  "DeleteVirtualMFADevice",
  "TagMFADevice",
  "UntagMFADevice",
  "ListMFADeviceTags",
]);

/** Things of the account with an ARN of their own, whoever uses them. */
function thingOf(operation: string, input: Input, iam: Iam): AccessTarget | undefined {
  const text = (name: string) => String(input[name]);
  const known = (resource: string, row: { readonly tags: Tags } | undefined) => ({
    resource,
    ...tagged(row?.tags),
  });
  if (input["ServerCertificateName"] !== undefined) {
    const name = text("ServerCertificateName");
    return entity(iam, "server-certificate", getServerCertificate(iam, name), name, input);
  }
  if (operation === "CreateVirtualMFADevice") {
    return entity(iam, "mfa", undefined, text("VirtualMFADeviceName"), input);
  }
  if (MFA_DEVICES.has(operation)) {
    return known(text("SerialNumber"), iam.mfaDevices.get(text("SerialNumber")));
  }
  if (operation === "CreateOpenIDConnectProvider") {
    return { resource: oidcArn(iam, text("Url").replace(/^https:\/\//, "")) };
  }
  if (operation === "CreateSAMLProvider") return { resource: samlArn(iam, text("Name")) };
  const { OpenIDConnectProviderArn: oidc, SAMLProviderArn: saml } = input;
  if (typeof oidc === "string") return known(oidc, iam.oidcProviders.get(oidc));
  return typeof saml === "string" ? known(saml, iam.samlProviders.get(saml)) : undefined;
}

/** Without a name, an operation is about the one who asks. */
function caller(operation: string, input: Input, iam: Iam): AccessTarget {
  const user = callingUser(iam);
  if (user === undefined) {
    return { resource: iam.caller.kind === "root" ? iam.arn("iam", "root", { region: "" }) : "*" };
  }
  const target = entity(iam, "user", user, user.name, input);
  const free = operation === "ChangePassword" && passwordPolicy(iam).usersMayChange;
  return free ? { ...target, grants: ownPassword(iam.caller.arn) } : target;
}

/** What the account's password policy grants when it lets users change their passwords. */
const ownPassword = (userArn: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: userArn },
        Action: "iam:ChangePassword",
        Resource: userArn,
      },
    ],
  });

const LISTS: Readonly<Record<string, string>> = {
  ListUsers: "user",
  ListGroups: "group",
  ListRoles: "role",
  ListInstanceProfiles: "instance-profile",
  ListServerCertificates: "server-certificate",
  ListVirtualMFADevices: "mfa",
};

const WITHOUT_RESOURCE: ReadonlySet<string> = new Set([
  "ListPolicies",
  "CreateAccountAlias",
  "DeleteAccountAlias",
  "ListAccountAliases",
  "GetAccountSummary",
  "SetSecurityTokenServicePreferences",
  "GetAccountAuthorizationDetails",
  "UpdateAccountPasswordPolicy",
  "GetAccountPasswordPolicy",
  "DeleteAccountPasswordPolicy",
  "SimulateCustomPolicy",
  "GetContextKeysForCustomPolicy",
  "GenerateCredentialReport",
  "GetCredentialReport",
]);

/** Lists that no path narrows. */
const WHOLE_LISTS: Readonly<Record<string, string>> = {
  ListOpenIDConnectProviders: "oidc-provider/*",
  ListSAMLProviders: "saml-provider/*",
};

const listArn = (iam: Iam, type: string, { PathPrefix }: Input) =>
  iam.arn("iam", `${type}${typeof PathPrefix === "string" ? PathPrefix : "/"}`, { region: "" });

/** The entity that is there, or the one that would be. */
function entity(
  iam: Iam,
  type: string,
  row: (Named & { readonly tags?: Tags; readonly boundary?: string }) | undefined,
  name: string,
  input: Input,
): AccessTarget {
  const path = typeof input["Path"] === "string" ? input["Path"] : "/";
  const boundary = row?.boundary;
  return {
    resource: iamArn(iam, type, row ?? { name, path }),
    ...tagged(row?.tags),
    ...(boundary !== undefined && { conditions: { "iam:PermissionsBoundary": boundary } }),
  };
}

function tagged(tags: Tags | undefined): Pick<AccessTarget, "resourceTags"> {
  return tags === undefined ? {} : { resourceTags: tags };
}

function conditionsOf(operation: string, input: Input, { resourceTags }: AccessTarget) {
  const conditions: Record<string, string | readonly string[]> = {};
  const { PolicyArn, PermissionsBoundary, TagKeys, AWSServiceName } = input;
  for (const [key, value] of Object.entries(resourceTags ?? {})) {
    conditions[`iam:ResourceTag/${key}`] = value;
  }
  if (/^(Attach|Detach)/.test(operation) && typeof PolicyArn === "string") {
    conditions["iam:PolicyARN"] = PolicyArn;
  }
  if (typeof PermissionsBoundary === "string") {
    conditions["iam:PermissionsBoundary"] = PermissionsBoundary;
  }
  if (Array.isArray(TagKeys)) conditions["aws:TagKeys"] = TagKeys.map(String);
  if (typeof AWSServiceName === "string") conditions["iam:AWSServiceName"] = AWSServiceName;
  return conditions;
}

function tagsIn(tags: unknown): Tags | undefined {
  if (!Array.isArray(tags) || tags.length === 0) return undefined;
  return Object.fromEntries(tags.map(({ Key, Value }: Input) => [String(Key), String(Value)]));
}

function serviceLinkedRole(input: Input, iam: Iam): AccessTarget {
  const service = String(input["AWSServiceName"]);
  const suffix = input["CustomSuffix"];
  const known = SERVICE_LINKED[service]?.role ?? "*";
  const name = typeof suffix === "string" ? `${known}_${suffix}` : known;
  return { resource: iamArn(iam, "role", { name, path: `/aws-service-role/${service}/` }) };
}

function accessKeyOwner(input: Input, iam: Iam): AccessTarget {
  const key = iam.accessKeys.get(String(input["AccessKeyId"]));
  const user = key?.accountId === iam.accountId ? iam.users.get(key.ownerId) : undefined;
  return { resource: user === undefined ? "*" : iamArn(iam, "user", user) };
}

/** Who puts a role into a profile hands it to EC2. */
function passedRole(input: Input, iam: Iam): AccessTarget {
  const name = String(input["RoleName"]);
  return {
    action: "iam:PassRole",
    resource: iamArn(iam, "role", getRole(iam, name) ?? { name, path: "/" }),
    conditions: { "iam:PassedToService": "ec2.amazonaws.com" },
  };
}

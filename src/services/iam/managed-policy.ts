/** Managed policies: the customer's own, and those that AWS publishes. */
import { parsePolicy, policySize } from "../../iam/policy/document.ts";
import type { Iam, Operation } from "./api.ts";
import { getAwsPolicy, isAwsPolicyArn, listAwsPolicies } from "./aws-policies.ts";
import {
  AccessDenied,
  DeleteConflictException,
  EntityAlreadyExistsException,
  policyNotFound,
  quotaExceeded,
  ValidationError,
} from "./errors.ts";
import { iamArn, newNamed, toNameKey, toSeconds } from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import type { ManagedPolicy } from "./state.ts";
import { tagsMember, toTagList, toTags } from "./tag.ts";

export const CreatePolicy: Operation<"CreatePolicy"> = (input, iam) => {
  if (iam.policies.has(toNameKey(input.PolicyName))) {
    throw EntityAlreadyExistsException(
      `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`,
    );
  }
  if (iam.policies.count(undefined, [], { limit: QUOTAS.policies }) >= QUOTAS.policies) {
    throw quotaExceeded("PoliciesPerAccount", QUOTAS.policies);
  }
  checkManagedDocument(input.PolicyDocument);
  const row = iam.policies.insert({
    ...newNamed(iam, "ANPA", input.PolicyName, input.Path),
    updatedAt: iam.now,
    tags: toTags(input.Tags),
    defaultVersion: "v1",
    lastVersion: 1,
    versions: [{ id: "v1", document: input.PolicyDocument, createdAt: iam.now }],
    ...(input.Description !== undefined && { description: input.Description }),
  });
  return { Policy: { ...toPolicy(iam, row), ...tagsMember(row.tags) } };
};

export const GetPolicy: Operation<"GetPolicy"> = (input, iam) => {
  const row = findPolicy(iam, input.PolicyArn);
  return {
    Policy: {
      ...toPolicy(iam, row),
      ...(row.description !== undefined && { Description: row.description }),
      Tags: toTagList(row.tags),
    },
  };
};

export const ListPolicies: Operation<"ListPolicies"> = (input, iam) => {
  const scope = input.Scope ?? "All";
  const own = scope === "AWS" ? [] : iam.policies.list();
  const published = scope === "Local" ? [] : listAwsPolicies();
  const wanted = [...own, ...published].filter(
    (row) =>
      row.path.startsWith(input.PathPrefix ?? "/") &&
      isUsed(iam, row, input.OnlyAttached === true, input.PolicyUsageFilter),
  );
  const { items, rest } = pageOf(wanted, input, (row) => `${row.nameKey} ${row.id}`);
  return { Policies: items.map((row) => toPolicy(iam, row)), ...rest };
};

function isUsed(
  iam: Iam,
  row: ManagedPolicy,
  onlyAttached: boolean,
  filter: "PermissionsPolicy" | "PermissionsBoundary" | undefined,
): boolean {
  if (!onlyAttached && filter === undefined) return true;
  const arn = policyArn(iam, row);
  const used = (use: "policy" | "boundary") =>
    iam.attachments.list([arn, use], { limit: 1 }).length > 0;
  if (filter === "PermissionsPolicy") return used("policy");
  if (filter === "PermissionsBoundary") return used("boundary");
  return used("policy");
}

export const DeletePolicy: Operation<"DeletePolicy"> = (input, iam) => {
  const row = findOwnPolicy(iam, input.PolicyArn, "DeletePolicy");
  if (iam.attachments.list([input.PolicyArn], { limit: 1 }).length > 0) {
    throw DeleteConflictException("Cannot delete a policy attached to entities.");
  }
  if (row.versions.length > 1) {
    throw DeleteConflictException(
      "This policy has more than one version. Before you delete a policy, " +
        "you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  iam.policies.remove(row);
  return {};
};

/** Refuses what is no policy, or too long for a managed one. */
export function checkManagedDocument(document: string): void {
  parsePolicy(document, { kind: "identity", keptAs: "managed" });
  if (policySize(document) > QUOTAS.managedPolicySize) {
    throw quotaExceeded("PolicySize", QUOTAS.managedPolicySize);
  }
}

const POLICY_ARN = /^arn:[^:]+:iam::(\d{12}|aws):policy(\/(?:[^/]+\/)*)([^/]+)$/;

export function checkPolicyArn(arn: string): void {
  if (!/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+/.test(arn)) {
    throw ValidationError("Invalid ARN:  Could not be parsed!");
  }
  if (!POLICY_ARN.test(arn)) throw ValidationError(`ARN ${arn} is not valid.`);
}

/** AWS's own or the account's; an account's policies are for its own entities alone. */
export function getPolicy(iam: Iam, arn: string): ManagedPolicy | undefined {
  if (isAwsPolicyArn(arn)) return getAwsPolicy(arn);
  const [, accountId, path, name] = POLICY_ARN.exec(arn) ?? [];
  if (accountId !== iam.accountId || name === undefined) return undefined;
  const row = iam.policies.get(toNameKey(name));
  return row?.name === name && row.path === path ? row : undefined;
}

export function findPolicy(iam: Iam, arn: string): ManagedPolicy {
  checkPolicyArn(arn);
  const row = getPolicy(iam, arn);
  if (row === undefined) throw policyNotFound(arn);
  return row;
}

/** A policy that the account may change. AWS: its own ones nobody may, not even the root user. */
export function findOwnPolicy(iam: Iam, arn: string, operation: string): ManagedPolicy {
  const row = findPolicy(iam, arn);
  if (isAwsPolicyArn(arn)) {
    throw AccessDenied(
      `User: ${iam.caller.arn} is not authorized to perform: iam:${operation} ` +
        `on resource: policy ${arn}`,
    );
  }
  return row;
}

export const policyArn = (iam: Iam, row: ManagedPolicy): string =>
  (row as { arn?: string }).arn ?? iamArn(iam, "policy", row);

export function defaultDocument(row: ManagedPolicy): string {
  return row.versions.find(({ id }) => id === row.defaultVersion)?.document ?? "";
}

export function toPolicy(iam: Iam, row: ManagedPolicy) {
  const arn = policyArn(iam, row);
  return {
    PolicyName: row.name,
    PolicyId: row.id,
    Arn: arn,
    Path: row.path,
    DefaultVersionId: row.defaultVersion,
    AttachmentCount: iam.attachments.count(undefined, [arn, "policy"]),
    PermissionsBoundaryUsageCount: iam.attachments.count(undefined, [arn, "boundary"]),
    IsAttachable: (row as { attachable?: boolean }).attachable ?? true,
    CreateDate: toSeconds(row.createdAt),
    UpdateDate: toSeconds(row.updatedAt),
  };
}

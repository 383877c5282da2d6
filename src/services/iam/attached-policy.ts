/** Managed policies attached to users, groups and roles, and who has a policy. */
import type { InputOf } from "../../kernel/types.ts";
import type { Iam, Operation, Sdk } from "./api.ts";
import {
  policyNotAttachable,
  policyNotFound,
  PolicyNotAttachableException,
  quotaExceeded,
} from "./errors.ts";
import { checkPolicyArn, findPolicy, getPolicy } from "./managed-policy.ts";
import { findGroup, findRole, findUser } from "./named.ts";
import { pageOf, type PageInput } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import { refuseServiceLinked } from "./role.ts";
import type { Attachment, Named, Principal, PrincipalKind } from "./state.ts";

export const AttachUserPolicy: Operation<"AttachUserPolicy"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { attached: attach(iam, "user", user, input.PolicyArn) });
  return {};
};

export const AttachGroupPolicy: Operation<"AttachGroupPolicy"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  iam.groups.update(group, { attached: attach(iam, "group", group, input.PolicyArn) });
  return {};
};

export const AttachRolePolicy: Operation<"AttachRolePolicy"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, { attached: attach(iam, "role", role, input.PolicyArn) });
  return {};
};

export const DetachUserPolicy: Operation<"DetachUserPolicy"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { attached: detach(iam, "user", user, input.PolicyArn) });
  return {};
};

export const DetachGroupPolicy: Operation<"DetachGroupPolicy"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  iam.groups.update(group, { attached: detach(iam, "group", group, input.PolicyArn) });
  return {};
};

export const DetachRolePolicy: Operation<"DetachRolePolicy"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, { attached: detach(iam, "role", role, input.PolicyArn) });
  return {};
};

export const ListAttachedUserPolicies: Operation<"ListAttachedUserPolicies"> = (input, iam) =>
  list(findUser(iam, input.UserName), input);

export const ListAttachedGroupPolicies: Operation<"ListAttachedGroupPolicies"> = (input, iam) =>
  list(findGroup(iam, input.GroupName), input);

export const ListAttachedRolePolicies: Operation<"ListAttachedRolePolicies"> = (input, iam) =>
  list(findRole(iam, input.RoleName), input);

/** Attaching twice is attaching once. */
export function attach(
  iam: Iam,
  kind: PrincipalKind,
  entity: Principal,
  policyArn: string,
): readonly string[] {
  checkPolicyArn(policyArn);
  const policy = getPolicy(iam, policyArn);
  if (policy === undefined) throw policyNotAttachable(policyArn);
  // AWS: policies of service-linked roles are for those roles alone.
  if (policy.path.startsWith("/aws-service-role/") && !isOwnService(entity)) {
    throw PolicyNotAttachableException(policyArn);
  }
  if (entity.attached.includes(policyArn)) return entity.attached;
  if (entity.attached.length >= QUOTAS.attachedPolicies) {
    throw quotaExceeded(QUOTA_NAMES[kind], QUOTAS.attachedPolicies);
  }
  iam.attachments.put({ policyArn, use: "policy", kind, entityId: entity.id });
  return [...entity.attached, policyArn];
}

const QUOTA_NAMES = {
  user: "PoliciesPerUser",
  group: "PoliciesPerGroup",
  role: "PoliciesPerRole",
} as const;

const isOwnService = (entity: Named) => entity.path.startsWith("/aws-service-role/");

export function detach(
  iam: Iam,
  kind: PrincipalKind,
  entity: Principal,
  policyArn: string,
): readonly string[] {
  checkPolicyArn(policyArn);
  if (!entity.attached.includes(policyArn)) throw policyNotFound(policyArn);
  iam.attachments.remove({ policyArn, use: "policy", kind, entityId: entity.id });
  return entity.attached.filter((arn) => arn !== policyArn);
}

function list(entity: Principal, input: PageInput & { readonly PathPrefix?: string | undefined }) {
  const wanted = entity.attached.filter((arn) => pathOf(arn).startsWith(input.PathPrefix ?? "/"));
  const { items, rest } = pageOf(wanted, input, (arn) => arn);
  return { AttachedPolicies: items.map(toAttached), ...rest };
}

const pathOf = (arn: string) => arn.slice(arn.indexOf(":policy/") + 7, arn.lastIndexOf("/") + 1);

export const toAttached = (arn: string) => ({
  PolicyName: arn.slice(arn.lastIndexOf("/") + 1),
  PolicyArn: arn,
});

export const ListEntitiesForPolicy: Operation<"ListEntitiesForPolicy"> = (input, iam) => {
  findPolicy(iam, input.PolicyArn);
  const uses = iam.attachments
    .list([input.PolicyArn])
    .filter(({ use, kind }) => isAsked(input, use, kind));
  const entities = uses
    .map((use) => ({ kind: use.kind, entity: entityOf(iam, use) }))
    .flatMap(({ kind, entity }) => (entity === undefined ? [] : [{ kind, entity }]))
    .filter(({ entity }) => entity.path.startsWith(input.PathPrefix ?? "/"))
    // Who has the policy both attached and as a boundary is named once.
    .filter(({ entity }, index, all) => all.findIndex((one) => one.entity === entity) === index);
  const { items, rest } = pageOf(entities, input, ({ kind, entity }) => kind + entity.nameKey);
  const of = (wanted: PrincipalKind) =>
    items.filter(({ kind }) => kind === wanted).map(({ entity }) => entity);
  return {
    PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...rest,
  };
};

function isAsked(
  { PolicyUsageFilter, EntityFilter }: InputOf<Sdk, "ListEntitiesForPolicy">,
  use: Attachment["use"],
  kind: PrincipalKind,
): boolean {
  const usage = use === "policy" ? "PermissionsPolicy" : "PermissionsBoundary";
  if (PolicyUsageFilter !== undefined && PolicyUsageFilter !== usage) return false;
  return EntityFilter === undefined || EntityFilter.toLowerCase() === kind;
}

function entityOf(iam: Iam, { kind, entityId }: Attachment): Principal | undefined {
  if (kind === "user") return iam.users.get(entityId);
  return kind === "group" ? iam.groups.get(entityId) : iam.roles.get(entityId);
}

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
import { pageOf, type PageInput } from "./page.ts";
import { findHolder, findOwnHolder, type HolderName } from "./policy-holder.ts";
import { QUOTAS } from "./quotas.ts";
import type { Attachment, Named, Principal, PrincipalKind } from "./state.ts";

type Attaching = HolderName & { readonly PolicyArn: string };

const attachTo = (input: Attaching, iam: Iam) => {
  const { kind, entity, change } = findOwnHolder(iam, input);
  change({ attached: attach(iam, kind, entity, input.PolicyArn) });
  return {};
};

export const AttachUserPolicy: Operation<"AttachUserPolicy"> = attachTo;
export const AttachGroupPolicy: Operation<"AttachGroupPolicy"> = attachTo;
export const AttachRolePolicy: Operation<"AttachRolePolicy"> = attachTo;

const detachFrom = (input: Attaching, iam: Iam) => {
  const { kind, entity, change } = findOwnHolder(iam, input);
  change({ attached: detach(iam, kind, entity, input.PolicyArn) });
  return {};
};

export const DetachUserPolicy: Operation<"DetachUserPolicy"> = detachFrom;
export const DetachGroupPolicy: Operation<"DetachGroupPolicy"> = detachFrom;
export const DetachRolePolicy: Operation<"DetachRolePolicy"> = detachFrom;

type Listing = HolderName & PageInput & { readonly PathPrefix?: string | undefined };

const listAttached = (input: Listing, iam: Iam) => {
  const { attached } = findHolder(iam, input).entity;
  const wanted = attached.filter((arn) => pathOf(arn).startsWith(input.PathPrefix ?? "/"));
  const { items, rest } = pageOf(wanted, input, (arn) => arn);
  return { AttachedPolicies: items.map(toAttached), ...rest };
};

export const ListAttachedUserPolicies: Operation<"ListAttachedUserPolicies"> = listAttached;
export const ListAttachedGroupPolicies: Operation<"ListAttachedGroupPolicies"> = listAttached;
export const ListAttachedRolePolicies: Operation<"ListAttachedRolePolicies"> = listAttached;

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

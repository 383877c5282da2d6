/** The account as a whole: counts and quotas, and everything that decides who may do what. */
import type { Iam, Operation } from "./api.ts";
import { toAttached } from "./attached-policy.ts";
import { listAwsPolicies } from "./aws-policies.ts";
import { boundaryMember } from "./boundary.ts";
import { toGroup } from "./group.ts";
import { toProfile } from "./instance-profile.ts";
import { policyArn, toPolicy } from "./managed-policy.ts";
import { encodeDocument } from "./named.ts";
import { pageOf } from "./page.ts";
import { toVersion } from "./policy-version.ts";
import { QUOTAS } from "./quotas.ts";
import { lastUsed, toRole } from "./role.ts";
import { tokenVersion } from "./token-version.ts";
import type { Group, ManagedPolicy, Principal, Role, User } from "./state.ts";
import { toTagList } from "./tag.ts";
import { toUser } from "./user.ts";

export const GetAccountSummary: Operation<"GetAccountSummary"> = (_input, iam) => {
  const policies = iam.policies.list();
  const versions = policies.reduce((sum, policy) => sum + policy.versions.length, 0);
  const rootKeys = iam.accessKeys.range("byOwner", [iam.accountId, iam.accountId]);
  const rootCertificates = iam.signingCertificates.list([iam.accountId], { limit: 1 });
  const mfaDevices = iam.mfaDevices.list();
  return {
    SummaryMap: {
      Users: iam.users.count(undefined),
      UsersQuota: QUOTAS.users,
      Groups: iam.groups.count(undefined),
      GroupsQuota: QUOTAS.groups,
      Roles: iam.roles.count(undefined),
      RolesQuota: QUOTAS.roles,
      InstanceProfiles: iam.profiles.count(undefined),
      InstanceProfilesQuota: QUOTAS.instanceProfiles,
      Policies: policies.length,
      PoliciesQuota: QUOTAS.policies,
      PolicySizeQuota: QUOTAS.managedPolicySize,
      PolicyVersionsInUse: versions,
      PolicyVersionsInUseQuota: 10_000,
      VersionsPerPolicyQuota: QUOTAS.versionsPerPolicy,
      AttachedPoliciesPerUserQuota: QUOTAS.attachedPolicies,
      AttachedPoliciesPerGroupQuota: QUOTAS.attachedPolicies,
      AttachedPoliciesPerRoleQuota: QUOTAS.attachedPolicies,
      UserPolicySizeQuota: QUOTAS.inlineSize.user,
      GroupPolicySizeQuota: QUOTAS.inlineSize.group,
      RolePolicySizeQuota: QUOTAS.inlineSize.role,
      AssumeRolePolicySizeQuota: QUOTAS.trustPolicySize,
      GroupsPerUserQuota: QUOTAS.groupsPerUser,
      AccessKeysPerUserQuota: QUOTAS.accessKeysPerUser,
      AccountAccessKeysPresent: rootKeys.length > 0 ? 1 : 0,
      // The root user's device and password belong to the console, which is not there.
      AccountMFAEnabled: 0,
      AccountPasswordPresent: 0,
      AccountSigningCertificatesPresent: rootCertificates.length > 0 ? 1 : 0,
      MFADevices: mfaDevices.length,
      MFADevicesInUse: mfaDevices.filter(({ userId }) => userId !== undefined).length,
      Providers: iam.oidcProviders.count(undefined) + iam.samlProviders.count(undefined),
      ServerCertificates: iam.serverCertificates.count(undefined),
      ServerCertificatesQuota: QUOTAS.serverCertificates,
      SigningCertificatesPerUserQuota: QUOTAS.signingCertificatesPerUser,
      GlobalEndpointTokenVersion: tokenVersion(iam),
    },
  };
};

type Item =
  | { readonly kind: "User"; readonly row: User }
  | { readonly kind: "Group"; readonly row: Group }
  | { readonly kind: "Role"; readonly row: Role }
  | { readonly kind: "LocalManagedPolicy" | "AWSManagedPolicy"; readonly row: ManagedPolicy };

/** One list, cut into pages: a page may hold the end of the users and the first groups. */
export const GetAccountAuthorizationDetails: Operation<"GetAccountAuthorizationDetails"> = (
  input,
  iam,
) => {
  const wanted = itemsOf(iam).filter(
    ({ kind }) => input.Filter === undefined || input.Filter.includes(kind),
  );
  const { items, rest } = pageOf(wanted, input, ({ kind, row }) => `${kind} ${row.id}`);
  return {
    UserDetailList: items.flatMap((item) =>
      item.kind === "User" ? userDetail(iam, item.row) : [],
    ),
    GroupDetailList: items.flatMap((item) =>
      item.kind === "Group" ? { ...toGroup(iam, item.row), ...policiesOf(item.row, "Group") } : [],
    ),
    RoleDetailList: items.flatMap((item) =>
      item.kind === "Role" ? roleDetail(iam, item.row) : [],
    ),
    Policies: items.flatMap((item) =>
      item.kind === "LocalManagedPolicy" || item.kind === "AWSManagedPolicy"
        ? policyDetail(iam, item.row)
        : [],
    ),
    ...rest,
  };
};

/** AWS: of its own policies only those that are in use. */
function itemsOf(iam: Iam): Item[] {
  const used = listAwsPolicies().filter(
    (policy) => iam.attachments.list([policy.arn], { limit: 1 }).length > 0,
  );
  return [
    ...iam.users.list().map((row) => ({ kind: "User" as const, row })),
    ...iam.groups.list().map((row) => ({ kind: "Group" as const, row })),
    ...iam.roles.list().map((row) => ({ kind: "Role" as const, row })),
    ...iam.policies.list().map((row) => ({ kind: "LocalManagedPolicy" as const, row })),
    ...used.map((row) => ({ kind: "AWSManagedPolicy" as const, row })),
  ];
}

function userDetail(iam: Iam, user: User) {
  return {
    ...toUser(iam, user),
    ...policiesOf(user, "User"),
    ...boundaryMember(user),
    GroupList: user.groups.flatMap((id) => iam.groups.get(id)?.name ?? []),
    Tags: toTagList(user.tags),
  };
}

function roleDetail(iam: Iam, role: Role) {
  const profiles = iam.profiles.range("byRole", [role.id]);
  return {
    ...toRole(iam, role),
    ...policiesOf(role, "Role"),
    ...boundaryMember(role),
    InstanceProfileList: profiles.map((profile) => toProfile(iam, profile)),
    Tags: toTagList(role.tags),
    RoleLastUsed: lastUsed(iam, role),
  };
}

/** AWS: a user without inline policies has no list of them; groups and roles have an empty one. */
function policiesOf(entity: Principal, kind: "User" | "Group" | "Role") {
  const inline = Object.entries(entity.inline).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(document),
  }));
  return {
    AttachedManagedPolicies: entity.attached.map(toAttached),
    ...((kind !== "User" || inline.length > 0) && { [`${kind}PolicyList`]: inline }),
  };
}

function policyDetail(iam: Iam, policy: ManagedPolicy) {
  return {
    ...toPolicy(iam, policy),
    Arn: policyArn(iam, policy),
    ...(policy.description !== undefined && { Description: policy.description }),
    PolicyVersionList: policy.versions.toReversed().map((version) => ({
      ...toVersion(policy, version),
      Document: encodeDocument(version.document),
    })),
  };
}

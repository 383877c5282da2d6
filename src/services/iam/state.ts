/**
 * What IAM keeps. Rows refer to one another by unique id (AIDA…, AROA…), never by name, so that a
 * new name costs one row and a recreated namesake inherits nothing. All that decides a call stands
 * in the rows of the caller and its groups.
 */
import type { Caller } from "../../kernel/service.ts";
import { table } from "../../kernel/table.ts";
import type { SessionFacts } from "../../iam/identities.ts";

export type Tags = Readonly<Record<string, string>>;

/** What users, groups, roles, instance profiles and managed policies have in common. */
export interface Named {
  readonly id: string;
  readonly name: string;
  /** The name without case: names differ by more than case. */
  readonly nameKey: string;
  readonly path: string;
  readonly createdAt: number;
}

/** What users, groups and roles have in common: policies. */
export interface Principal extends Named {
  /** ARNs of managed policies, in the order of their attachment. */
  readonly attached: readonly string[];
  /** Documents by name. */
  readonly inline: Readonly<Record<string, string>>;
}

export interface User extends Principal {
  readonly tags: Tags;
  /** ARN of a managed policy. */
  readonly boundary?: string;
  /** Unique ids. */
  readonly groups: readonly string[];
}

export type Group = Principal;

export interface Role extends Principal {
  readonly tags: Tags;
  readonly boundary?: string;
  readonly description?: string;
  readonly trustPolicy: string;
  /**
   * ARNs of users and roles that the trust policy names, with the unique ids that they stood for
   * when it was written.
   */
  readonly trusted: Readonly<Record<string, string>>;
  readonly maxSessionSeconds: number;
}

export interface Membership {
  readonly groupId: string;
  readonly userId: string;
}

export interface InstanceProfile extends Named {
  readonly tags: Tags;
  readonly roleId?: string;
}

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

export interface ManagedPolicy extends Named {
  readonly description?: string;
  readonly tags: Tags;
  readonly updatedAt: number;
  readonly defaultVersion: string;
  /** Numbers are never given twice. */
  readonly lastVersion: number;
  readonly versions: readonly PolicyVersion[];
}

/** A managed policy in use, as a permissions policy or as a boundary. */
export interface Attachment {
  readonly policyArn: string;
  readonly use: "policy" | "boundary";
  readonly kind: PrincipalKind;
  readonly entityId: string;
}

export type PrincipalKind = "user" | "group" | "role";

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly accountId: string;
  /** A user's unique id; the account's id for a key of the root user. */
  readonly ownerId: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: number;
}

/**
 * When a key (by key id) or a role (by unique id) was last used. Beside their rows, so that using
 * is not changing.
 */
export interface LastUse {
  readonly id: string;
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

export interface Session {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string;
  readonly caller: Caller;
  readonly session: SessionFacts;
  readonly expiresAt: number;
  /** Later than its end: until then the answer is ExpiredToken instead of InvalidClientTokenId. */
  readonly forgottenAt: number;
}

export interface LoginProfile {
  readonly userId: string;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  /** Salted hashes of earlier passwords, latest first. */
  readonly earlier: readonly { readonly salt: Uint8Array; readonly hash: Uint8Array }[];
  readonly resetRequired: boolean;
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface PasswordPolicy {
  readonly name: "policy";
  readonly minimumLength: number;
  readonly symbols: boolean;
  readonly numbers: boolean;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly usersMayChange: boolean;
  readonly maxAgeDays: number;
  readonly reusePrevention: number;
  readonly hardExpiry: boolean;
}

export interface AccountAlias {
  readonly alias: string;
  readonly accountId: string;
}

export interface RoleDeletion {
  readonly taskId: string;
  readonly status: "SUCCEEDED";
}

export interface SealingKey {
  readonly name: "key";
  readonly bytes: Uint8Array;
}

export const state = {
  users: table<User>().in("account").key("id").index("byName", "nameKey"),
  groups: table<Group>().in("account").key("id").index("byName", "nameKey"),
  roles: table<Role>().in("account").key("id").index("byName", "nameKey"),
  memberships: table<Membership>().in("account").key("groupId", "userId"),
  profiles: table<InstanceProfile>()
    .in("account")
    .key("id")
    .index("byName", "nameKey")
    .index("byRole", "roleId"),
  policies: table<ManagedPolicy>().in("account").key("nameKey"),
  attachments: table<Attachment>().in("account").key("policyArn", "use", "kind", "entityId"),
  accessKeys: table<AccessKey>()
    .in("partition")
    .key("accessKeyId")
    .index("byOwner", "accountId", "ownerId", "createdAt"),
  lastUses: table<LastUse>().in("partition").key("id"),
  sessions: table<Session>().in("partition").key("accessKeyId").expires("forgottenAt"),
  loginProfiles: table<LoginProfile>().in("account").key("userId"),
  passwordPolicies: table<PasswordPolicy>().in("account").key("name"),
  aliases: table<AccountAlias>().in("partition").key("alias").index("byAccount", "accountId"),
  roleDeletions: table<RoleDeletion>().in("account").key("taskId"),
  sealingKeys: table<SealingKey>().in("partition").key("name"),
};

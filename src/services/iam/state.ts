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

/** What a user has besides keys and a password, under an id of its own. */
interface UserCredential {
  readonly userId: string;
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: number;
}

export interface SshPublicKey extends UserCredential {
  readonly body: string;
  readonly fingerprint: string;
}

/** `userId` is the account's id for one of the root user. */
export interface SigningCertificate extends UserCredential {
  readonly body: string;
}

export interface ServiceCredential extends UserCredential {
  readonly service: string;
  /** What it signs in as: a user name, or the alias of a long-term API key. */
  readonly name: string;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly expiresAt?: number;
}

export interface ServerCertificate extends Named {
  readonly tags: Tags;
  readonly body: string;
  readonly chain?: string;
  readonly privateKey: string;
  /** When the certificate itself ends. */
  readonly validUntil: number;
}

/** A generator of one-time codes. Its serial number is its ARN. */
export interface MfaDevice {
  readonly serial: string;
  readonly createdAt: number;
  readonly seed: Uint8Array;
  readonly tags: Tags;
  readonly userId?: string;
  readonly enabledAt?: number;
  /** By how many steps its clock is ahead of ours. */
  readonly driftSteps: number;
  /** The step of the latest code that was used: a code is good once. */
  readonly usedStep: number;
}

export interface OidcProvider {
  readonly arn: string;
  /** Without "https://". */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
  readonly createdAt: number;
}

export interface SamlProvider {
  readonly arn: string;
  readonly id: string;
  readonly metadata: string;
  readonly tags: Tags;
  readonly createdAt: number;
  readonly validUntil: number;
  readonly encryption?: "Required" | "Allowed";
  readonly privateKeys: readonly {
    readonly id: string;
    readonly pem: string;
    readonly addedAt: number;
  }[];
}

export interface CredentialReport {
  readonly name: "report";
  readonly content: string;
  readonly generatedAt: number;
}

export interface TokenPreference {
  readonly name: "global endpoint";
  readonly version: 1 | 2;
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
  sshPublicKeys: table<SshPublicKey>().in("account").key("userId", "id"),
  signingCertificates: table<SigningCertificate>().in("account").key("userId", "id"),
  serviceCredentials: table<ServiceCredential>().in("account").key("userId", "id"),
  serverCertificates: table<ServerCertificate>().in("account").key("id").index("byName", "nameKey"),
  mfaDevices: table<MfaDevice>().in("account").key("serial").index("byUser", "userId", "serial"),
  oidcProviders: table<OidcProvider>().in("account").key("arn"),
  samlProviders: table<SamlProvider>().in("account").key("arn"),
  credentialReports: table<CredentialReport>().in("account").key("name"),
  tokenPreferences: table<TokenPreference>().in("account").key("name"),
  sealingKeys: table<SealingKey>().in("partition").key("name"),
};

/**
 * What the pipeline and the token service ask of the identity service: who holds a key, and which
 * policies speak of them. The identity service implements it over its tables (`identities` of its
 * service declaration); every context offers it as `context.identities`.
 */
import type { Caller } from "../kernel/service.ts";

export interface Identities {
  /** Undefined: nobody was ever given this key, or it is deleted. */
  credential(accessKeyId: string): Credential | undefined;
  /** The policies of a caller as they are now. */
  policiesOf(credential: CredentialIdentity): IdentityPolicies;
  /** A role by its ARN, in whatever account; undefined when there is none. */
  role(roleArn: string): RoleFacts | undefined;
  /** An instance profile by its ARN; undefined when there is none. */
  instanceProfile(profileArn: string): InstanceProfileFacts | undefined;
  /** The user behind a caller, with what conditions may ask of it. */
  user(userArn: string): UserFacts | undefined;
  /** Makes temporary credentials. Their rows expire on the clock. */
  issueSession(session: SessionToIssue): IssuedCredential;
  /** Remembers when a key or a role was last used, at most once a minute. */
  markUsed(
    credential: CredentialIdentity,
    facts: { service: string; region: string; at: number },
  ): void;
  /** Whether a managed policy by this ARN exists, and its default document. */
  managedPolicy(policyArn: string): AttachedDocument | undefined;
  /** Whose account a key is of, also when it is long gone: undefined when no such key can be. */
  accountOfKey(accessKeyId: string): string | undefined;
  /**
   * What `sts:DecodeAuthorizationMessage` opens again, for the same account. Undefined where no
   * credentials were issued.
   */
  seal(accountId: string, text: string): string | undefined;
  /** Undefined when it was not sealed here for this account. */
  unseal(accountId: string, token: string): string | undefined;
  /**
   * Whether the code is what the device of the caller's shows now. A code is good once: `use`
   * notes it.
   */
  checkMfaCode(asked: {
    readonly caller: Caller;
    readonly serial: string;
    readonly code: string;
    readonly use: boolean;
  }): "right" | "wrong" | "no such device";
}

export interface CredentialIdentity {
  readonly caller: Caller;
  readonly session?: SessionFacts;
}

export interface Credential extends CredentialIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Must accompany the key. */
  readonly sessionToken?: string;
  /** Epoch milliseconds; after it the answer is ExpiredToken. */
  readonly expiresAt?: number;
  /** An inactive key is refused like an unknown one. */
  readonly active: boolean;
}

/** What a session remembers of how it was made. */
export interface SessionFacts {
  readonly kind: "role" | "federated-user" | "session-token";
  /** `aws:TokenIssueTime`, epoch milliseconds. */
  readonly issuedAt: number;
  readonly name: string;
  /** The role, for a role session; the user, otherwise. */
  readonly issuerArn: string;
  /** Of a federated user: the unique id of the user who vouches for it. */
  readonly issuerId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  /** When an MFA code was given, epoch milliseconds. */
  readonly mfaAt?: number;
  /** Session policies: inline document and managed policies' ARNs. They only narrow. */
  readonly policy?: string;
  readonly policyArns: readonly string[];
  /** Made by a service for itself (chained calls), or federated: `aws:FederatedProvider`. */
  readonly federatedProvider?: string;
}

export interface SessionToIssue {
  readonly caller: Caller;
  readonly session: SessionFacts;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface IssuedCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
}

/** One policy as attached: where it stands, and its text. */
export interface AttachedDocument {
  /** A managed policy's ARN; an inline policy's name. */
  readonly name: string;
  readonly kind: "inline" | "managed";
  readonly document: string;
}

export interface IdentityPolicies {
  readonly identity: readonly AttachedDocument[];
  readonly boundary?: AttachedDocument;
  /** Present when session policies narrow the caller. */
  readonly session?: readonly AttachedDocument[];
  /**
   * Service control policies, a list for each level from the root down; absent outside an
   * organisation.
   */
  readonly controls?: readonly (readonly AttachedDocument[])[];
  /** `aws:PrincipalTag/…`: the user's or role's tags under the session's. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface RoleFacts {
  readonly arn: string;
  readonly roleId: string;
  readonly name: string;
  readonly path: string;
  readonly accountId: string;
  readonly trustPolicy: string;
  readonly maxSessionSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface InstanceProfileFacts {
  readonly arn: string;
  readonly profileId: string;
  readonly name: string;
  /** Absent while no role is in it. */
  readonly roleArn?: string;
}

export interface UserFacts {
  readonly arn: string;
  readonly userId: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

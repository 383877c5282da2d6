/**
 * Becoming a role. Whether the caller may is decided before, by the role's trust policy and the
 * caller's own (access.ts).
 */
import type { IssuedCredential, RoleFacts, SessionFacts } from "../../iam/identities.ts";
import type { InputOf } from "../../kernel/types.ts";
import { callingSession, identitiesOf, type Operation, type Sdk, type Sts } from "./api.ts";
import { notAuthorized, ValidationError } from "./errors.ts";
import { checkMfa } from "./mfa.ts";
import { packedSize, sessionPolicies } from "./session-policy.ts";
import { sessionTags } from "./session-tag.ts";

type Input = InputOf<Sdk, "AssumeRole">;

const DURATION_DEFAULT_SECONDS = 3600;
const CHAINED_MAX_SECONDS = 3600;

export const AssumeRole: Operation<"AssumeRole"> = (input, sts) => {
  const role = identitiesOf(sts).role(input.RoleArn);
  if (role === undefined) throw notAuthorized(sts.caller.arn, "sts:AssumeRole", input.RoleArn);
  // AWS: a role session does not know that a code was shown; the trust policy alone does.
  checkMfa(input, sts, { use: true });
  const calling = callingSession(sts);
  const seconds = durationOf(input, role, calling);
  const tagging = sessionTags(input.Tags ?? [], input.TransitiveTagKeys ?? [], calling);
  const policies = sessionPolicies(input, role.accountId, sts);
  const packed = packedSize(policies, tagging);
  const sourceIdentity = sourceIdentityOf(input, calling, sts);

  const name = input.RoleSessionName;
  const caller = {
    kind: "role-session" as const,
    accountId: role.accountId,
    arn: `arn:${sts.partition}:sts::${role.accountId}:assumed-role/${role.name}/${name}`,
    userId: `${role.roleId}:${name}`,
  };
  const issued = identitiesOf(sts).issueSession({
    caller,
    session: {
      kind: "role",
      issuedAt: sts.now,
      name,
      issuerArn: role.arn,
      ...tagging,
      ...policies,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    },
    expiresAt: expiryAfter(seconds, sts),
  });
  return {
    Credentials: toCredentials(issued),
    AssumedRoleUser: { AssumedRoleId: caller.userId, Arn: caller.arn },
    ...(packed !== undefined && { PackedPolicySize: packed }),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  };
};

function durationOf(input: Input, role: RoleFacts, calling: SessionFacts | undefined): number {
  const seconds = input.DurationSeconds ?? DURATION_DEFAULT_SECONDS;
  if (calling?.kind === "role" && seconds > CHAINED_MAX_SECONDS) {
    throw ValidationError(
      "The requested DurationSeconds exceeds the 1 hour session limit " +
        "for roles assumed by role chaining.",
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw ValidationError(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  return seconds;
}

/** Once set, it stays, through every role that follows. */
function sourceIdentityOf(
  { SourceIdentity, RoleArn }: Input,
  calling: SessionFacts | undefined,
  sts: Sts,
): string | undefined {
  const kept = calling?.sourceIdentity;
  if (kept !== undefined && SourceIdentity !== undefined && kept !== SourceIdentity) {
    throw notAuthorized(sts.caller.arn, "sts:SetSourceIdentity", RoleArn);
  }
  return kept ?? SourceIdentity;
}

export const toCredentials = (issued: IssuedCredential) => ({
  AccessKeyId: issued.accessKeyId,
  SecretAccessKey: issued.secretAccessKey,
  SessionToken: issued.sessionToken,
  Expiration: new Date(issued.expiresAt),
});

/** AWS: an end is told in whole seconds, and is the second itself. */
export const expiryAfter = (seconds: number, { now }: Sts): number =>
  Math.floor(now / 1000) * 1000 + seconds * 1000;

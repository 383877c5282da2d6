/** Temporary credentials for oneself, and for people whom one vouches for. */
import { identitiesOf, callingSession, type Operation, type Sts } from "./api.ts";
import { expiryAfter, toCredentials } from "./assume-role.ts";
import { AccessDenied } from "./errors.ts";
import { checkMfa } from "./mfa.ts";
import { packedSize, sessionPolicies } from "./session-policy.ts";
import { sessionTags } from "./session-tag.ts";

const HOUR_SECONDS = 3600;
const DURATION_DEFAULT_SECONDS = 12 * HOUR_SECONDS;

export const GetSessionToken: Operation<"GetSessionToken"> = (input, sts) => {
  refuseSessions(sts, "GetSessionToken");
  const shown = checkMfa(input, sts, { use: true });
  const { kind, accountId, arn, userId } = sts.caller;
  const issued = identitiesOf(sts).issueSession({
    caller: { kind, accountId, arn, userId },
    session: {
      kind: "session-token",
      issuedAt: sts.now,
      name: userId,
      issuerArn: arn,
      tags: {},
      transitiveTagKeys: [],
      policyArns: [],
      ...(shown && { mfaAt: sts.now }),
    },
    expiresAt: expiryAfter(secondsOf(input.DurationSeconds, sts), sts),
  });
  return { Credentials: toCredentials(issued) };
};

export const GetFederationToken: Operation<"GetFederationToken"> = (input, sts) => {
  refuseSessions(sts, "GetFederationToken");
  const { accountId, arn: issuerArn, userId: issuerId } = sts.caller;
  const tagging = sessionTags(input.Tags ?? [], [], undefined);
  const policies = sessionPolicies(input, accountId, sts);
  const packed = packedSize(policies, tagging);
  const arn = federatedUserArn(sts, input.Name);
  const userId = `${accountId}:${input.Name}`;
  const issued = identitiesOf(sts).issueSession({
    caller: { kind: "federated-user", accountId, arn, userId },
    session: {
      kind: "federated-user",
      issuedAt: sts.now,
      name: input.Name,
      issuerArn,
      issuerId,
      ...tagging,
      ...policies,
    },
    expiresAt: expiryAfter(secondsOf(input.DurationSeconds, sts), sts),
  });
  return {
    Credentials: toCredentials(issued),
    FederatedUser: { FederatedUserId: userId, Arn: arn },
    ...(packed !== undefined && { PackedPolicySize: packed }),
  };
};

export const federatedUserArn = (sts: Sts, name: string): string =>
  sts.arn("sts", `federated-user/${name}`, { region: "" });

/** AWS: the root user gets an hour at most, and asking for more is asking for that hour. */
function secondsOf(asked: number | undefined, { caller }: Sts): number {
  const seconds = asked ?? DURATION_DEFAULT_SECONDS;
  return caller.kind === "root" ? Math.min(seconds, HOUR_SECONDS) : seconds;
}

function refuseSessions(sts: Sts, operation: string): void {
  if (callingSession(sts) === undefined) return;
  throw AccessDenied(`Cannot call ${operation} with session credentials`);
}

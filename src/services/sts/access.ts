/**
 * What is asked before a session is made: the role's trust policy, and the caller's own policies.
 */
import type { SessionFacts } from "../../iam/identities.ts";
import type { Access, AccessTarget } from "../../kernel/service.ts";
import { callingSession, identitiesOf, type Sts } from "./api.ts";
import { AccessDenied, ValidationError } from "./errors.ts";
import { checkMfa } from "./mfa.ts";
import { federatedUserArn } from "./session-token.ts";
import { inheritedTags } from "./session-tag.ts";
import type { state } from "./state.ts";

type Input = Readonly<Record<string, unknown>>;

const ROLE_ARN = /^arn:[^:]+:iam::(\d{12}):.+$/;

export const access: Access<typeof state> = {
  // AWS: nobody needs a permission to know who they are, nor to make their own session; and no
  // policy can forbid it.
  actions: { GetCallerIdentity: false, GetSessionToken: false },
  targets: (operation, input, sts) => {
    const session = callingSession(sts);
    refuseLesserSessions(operation, session);
    if (operation === "AssumeRole") return assumeRole(input, session, sts);
    if (operation === "GetFederationToken") return federate(input, sts);
    return [{ resource: "*" }];
  },
};

/**
 * AWS: sessions without a role may ask nothing of STS but to assume one; no session, of a role
 * or not, makes a federated one, whatever its policies say.
 */
function refuseLesserSessions(operation: string, session: SessionFacts | undefined): void {
  if (session === undefined) return;
  if (session.kind === "role" && operation !== "GetFederationToken") return;
  if (operation === "AssumeRole" && session.kind === "session-token") return;
  throw AccessDenied(`Cannot call ${operation} with session credentials`);
}

function assumeRole(input: Input, session: SessionFacts | undefined, sts: Sts): AccessTarget[] {
  const roleArn = String(input["RoleArn"]);
  const [, accountId] = ROLE_ARN.exec(roleArn) ?? [];
  if (accountId === undefined) throw ValidationError(`${roleArn} is invalid`);
  const role = identitiesOf(sts).role(roleArn);
  const requestTags = tagsIn(input["Tags"]);
  const target: AccessTarget = {
    resource: roleArn,
    accountId,
    policyDecides: "trust",
    ...(role !== undefined && { policy: role.trustPolicy, resourceTags: role.tags }),
    ...(requestTags !== undefined && { requestTags }),
    conditions: { ...conditionsOf(input, role?.tags ?? {}), ...mfaConditions(input, sts) },
  };
  const tags = requestTags !== undefined || Object.keys(inheritedTags(session)).length > 0;
  const names = input["SourceIdentity"] !== undefined || session?.sourceIdentity !== undefined;
  return [
    target,
    ...(tags ? [{ ...target, action: "sts:TagSession" }] : []),
    ...(names ? [{ ...target, action: "sts:SetSourceIdentity" }] : []),
  ];
}

/** A code that is shown with the call counts as one of the caller's session does. */
function mfaConditions(input: Input, sts: Sts): Readonly<Record<string, string>> {
  if (!checkMfa(input, sts, { use: false })) return {};
  return { "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0" };
}

function conditionsOf(input: Input, roleTags: Readonly<Record<string, string>>) {
  const { ExternalId, RoleSessionName, SourceIdentity, TransitiveTagKeys } = input;
  const texts = (name: string, value: unknown) =>
    typeof value === "string" ? { [name]: value } : {};
  const tags = Object.entries(roleTags).map(([key, value]) => [`iam:ResourceTag/${key}`, value]);
  return {
    ...texts("sts:ExternalId", ExternalId),
    ...texts("sts:RoleSessionName", RoleSessionName),
    ...texts("sts:SourceIdentity", SourceIdentity),
    ...(Array.isArray(TransitiveTagKeys) && {
      "sts:TransitiveTagKeys": TransitiveTagKeys.map(String),
    }),
    ...(Object.fromEntries(tags) as Readonly<Record<string, string>>),
  };
}

function federate(input: Input, sts: Sts): AccessTarget[] {
  const resource = federatedUserArn(sts, String(input["Name"]));
  const requestTags = tagsIn(input["Tags"]);
  if (requestTags === undefined) return [{ resource }];
  return [
    { resource, requestTags },
    { resource, requestTags, action: "sts:TagSession" },
  ];
}

function tagsIn(tags: unknown): Readonly<Record<string, string>> | undefined {
  if (!Array.isArray(tags) || tags.length === 0) return undefined;
  return Object.fromEntries(tags.map(({ Key, Value }: Input) => [String(Key), String(Value)]));
}

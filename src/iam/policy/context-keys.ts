/**
 * The global condition keys (`aws:…`) of a request, each computed from the facts when a policy
 * first asks for it. A key that AWS leaves out of a request is left out here: conditions tell
 * "not there" from "false".
 */
import { toTexts } from "./context.ts";
import type { ConditionContext, ConditionValue, ContextValues } from "./context.ts";
import type { Principal } from "./principal.ts";

export type Tags = Readonly<Record<string, string>>;

export interface RequestFacts {
  readonly nowMs: number;
  readonly principal: Principal;
  /** Of a user. */
  readonly userName?: string | undefined;
  readonly principalTags?: Tags | undefined;
  readonly principalOrganization?: Organization | undefined;
  /** Of temporary credentials. */
  readonly session?: SessionFacts | undefined;
  readonly sourceIp?: string | undefined;
  readonly vpc?: { readonly id: string; readonly endpointId: string } | undefined;
  readonly secure: boolean;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
  readonly region?: string | undefined;
  /** Tags that the request sets. */
  readonly requestTags?: Tags | undefined;
  /** Names of tags that the request sets or takes away; without it, those of `requestTags`. */
  readonly tagKeys?: readonly string[] | undefined;
  readonly resourceTags?: Tags | undefined;
  readonly resourceAccountId?: string | undefined;
  readonly resourceOrganization?: Organization | undefined;
  /** For whom a service principal calls: the resource that caused it. */
  readonly source?: SourceFacts | undefined;
  /** Services that pass on the caller's request, the first one first. */
  readonly calledVia?: readonly string[] | undefined;
}

export interface Organization {
  readonly id: string;
  /** `o-…/r-…/ou-…/`. */
  readonly path: string;
}

export interface SessionFacts {
  readonly issuedAt: number;
  /** When the caller showed a second factor; undefined where none was shown. */
  readonly mfaAt?: number | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly federatedProvider?: string | undefined;
}

export interface SourceFacts {
  readonly arn?: string | undefined;
  readonly accountId?: string | undefined;
  readonly organization?: Organization | undefined;
}

type Value = ConditionValue | readonly ConditionValue[] | undefined;

const PRINCIPAL_TYPES: Readonly<Record<Principal["kind"], string | undefined>> = {
  root: "Account",
  user: "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  federated: undefined,
  service: undefined,
  anonymous: "Anonymous",
};

const isoSeconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const isService = ({ principal }: RequestFacts) => principal.kind === "service";
const isAnonymous = ({ principal }: RequestFacts) => principal.kind === "anonymous";

const KEYS: Readonly<Record<string, (facts: RequestFacts) => Value>> = {
  "aws:CurrentTime": ({ nowMs }) => isoSeconds(nowMs),
  "aws:EpochTime": ({ nowMs }) => Math.floor(nowMs / 1000),
  "aws:SecureTransport": ({ secure }) => secure,
  "aws:UserAgent": ({ userAgent }) => userAgent,
  "aws:Referer": ({ referer }) => referer,
  "aws:RequestedRegion": ({ region }) => region,
  // AWS: through a VPC endpoint the address is the VPC's, under another name.
  "aws:SourceIp": ({ sourceIp, vpc }) => (vpc === undefined ? sourceIp : undefined),
  "aws:VpcSourceIp": ({ sourceIp, vpc }) => (vpc === undefined ? undefined : sourceIp),
  "aws:SourceVpc": ({ vpc }) => vpc?.id,
  "aws:SourceVpce": ({ vpc }) => vpc?.endpointId,
  "aws:PrincipalArn": (facts) =>
    isAnonymous(facts) || isService(facts) || facts.principal.kind === "federated"
      ? undefined
      : principalArn(facts.principal),
  "aws:PrincipalAccount": (facts) => (isAnonymous(facts) ? "anonymous" : facts.principal.accountId),
  "aws:PrincipalType": ({ principal }) => PRINCIPAL_TYPES[principal.kind],
  "aws:PrincipalIsAWSService": isService,
  "aws:PrincipalServiceName": (facts) => (isService(facts) ? facts.principal.arn : undefined),
  "aws:PrincipalServiceNamesList": (facts) =>
    isService(facts) ? (facts.principal.names ?? [facts.principal.arn]) : undefined,
  "aws:PrincipalOrgID": ({ principalOrganization }) => principalOrganization?.id,
  "aws:PrincipalOrgPaths": ({ principalOrganization }) => asList(principalOrganization?.path),
  "aws:userid": (facts) =>
    isAnonymous(facts) ? "anonymous" : isService(facts) ? undefined : facts.principal.userId,
  "aws:username": ({ userName, principal }) => (principal.kind === "user" ? userName : undefined),
  // AWS: calls with long-term keys do not have these three at all.
  "aws:MultiFactorAuthPresent": ({ session }) => session && session.mfaAt !== undefined,
  "aws:MultiFactorAuthAge": ({ session, nowMs }) =>
    session?.mfaAt === undefined ? undefined : Math.floor((nowMs - session.mfaAt) / 1000),
  "aws:TokenIssueTime": ({ session }) => session && isoSeconds(session.issuedAt),
  "aws:SourceIdentity": ({ session }) => session?.sourceIdentity,
  "aws:FederatedProvider": ({ session }) => session?.federatedProvider,
  "aws:TagKeys": ({ tagKeys, requestTags }) => tagKeys ?? Object.keys(requestTags ?? {}),
  "aws:ResourceAccount": ({ resourceAccountId }) => resourceAccountId,
  "aws:ResourceOrgID": ({ resourceOrganization }) => resourceOrganization?.id,
  "aws:ResourceOrgPaths": ({ resourceOrganization }) => asList(resourceOrganization?.path),
  "aws:SourceArn": ({ source }) => source?.arn,
  "aws:SourceAccount": ({ source }) => source?.accountId,
  "aws:SourceOrgID": ({ source }) => source?.organization?.id,
  "aws:SourceOrgPaths": ({ source }) => asList(source?.organization?.path),
  "aws:CalledVia": ({ calledVia }) => calledVia,
  "aws:CalledViaFirst": ({ calledVia }) => calledVia?.[0],
  "aws:CalledViaLast": ({ calledVia }) => calledVia?.at(-1),
  "aws:ViaAWSService": ({ calledVia }) => calledVia !== undefined && calledVia.length > 0,
};

const asList = (value: string | undefined) => (value === undefined ? undefined : [value]);

/** AWS: of a role session the role, not the session. */
function principalArn({ kind, arn, issuerArn }: Principal): string {
  return kind === "role-session" ? (issuerArn ?? arn) : arn;
}

const TAG_KEYS: Readonly<Record<string, (facts: RequestFacts) => Tags | undefined>> = {
  "aws:PrincipalTag": ({ principalTags }) => principalTags,
  "aws:RequestTag": ({ requestTags }) => requestTags,
  "aws:ResourceTag": ({ resourceTags }) => resourceTags,
};

const byLowerCase = <Entry>(table: Readonly<Record<string, Entry>>) =>
  new Map(Object.entries(table).map(([name, value]) => [name.toLowerCase(), value]));

const KEYS_BY_LOWER_CASE = byLowerCase(KEYS);
const TAG_KEYS_BY_LOWER_CASE = byLowerCase(TAG_KEYS);

/** `serviceKeys`: the service's own keys, and those of the global ones that it knows better. */
export function requestContext(
  facts: RequestFacts,
  serviceKeys: ContextValues = {},
): ConditionContext {
  const known = new Map<string, readonly string[] | undefined>();
  let own: Map<string, ContextValues[string]> | undefined;
  const compute = (key: string) => {
    own ??= byLowerCase(serviceKeys);
    return toTexts(own.has(key) ? own.get(key) : globalValue(key, facts));
  };
  return {
    get: (key) => {
      const found = known.get(key);
      if (found !== undefined || known.has(key)) return found;
      const values = compute(key);
      known.set(key, values);
      return values;
    },
    names: () => allNames(facts, serviceKeys),
  };
}

function globalValue(key: string, facts: RequestFacts): Value {
  const plain = KEYS_BY_LOWER_CASE.get(key);
  if (plain !== undefined) return plain(facts);
  const slash = key.indexOf("/");
  if (slash === -1) return undefined;
  const tags = TAG_KEYS_BY_LOWER_CASE.get(key.slice(0, slash))?.(facts);
  if (tags === undefined) return undefined;
  const wanted = key.slice(slash + 1);
  for (const name in tags) if (name.toLowerCase() === wanted) return tags[name];
  return undefined;
}

function allNames(facts: RequestFacts, serviceKeys: ContextValues): string[] {
  const plain = Object.keys(KEYS).filter((name) => toTexts(KEYS[name]?.(facts)) !== undefined);
  const tagged = Object.entries(TAG_KEYS).flatMap(([prefix, tagsOf]) =>
    Object.keys(tagsOf(facts) ?? {}).map((name) => `${prefix}/${name}`),
  );
  const own = Object.keys(serviceKeys).filter((name) => toTexts(serviceKeys[name]) !== undefined);
  return [...new Set([...plain, ...tagged, ...own])];
}

/**
 * AWS's policy evaluation: an explicit deny anywhere ends it; then every policy that sets a limit
 * must allow (RCPs and SCPs at every level, the endpoint's policy); then somebody must grant:
 * within an account the resource's policy or the caller's own policies, across accounts both.
 */
import { compile } from "./compiled.ts";
import type { Subject } from "./compiled.ts";
import { contextOf } from "./context.ts";
import type { ConditionContext, ContextValues } from "./context.ts";
import { allowed, explicitlyDenied, implicitlyDenied } from "./decision.ts";
import type { DecidedBy, Decision, PolicyType } from "./decision.ts";
import type { PolicyDocument } from "./document.ts";
import { Reach } from "./principal.ts";
import type { Principal } from "./principal.ts";

export interface AccessRequest {
  readonly principal: Principal;
  /** `sqs:SendMessage`. */
  readonly action: string;
  /** ARN; `*` where the action knows no resource. */
  readonly resource: string;
  /** Absent: the caller's. */
  readonly resourceAccountId?: string;
  readonly context: ContextValues | ConditionContext;
}

export interface AttachedPolicy {
  /** ARN of a managed policy, name of an inline one. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Root of the organisation first, the account last. */
export type PolicyLevels = readonly (readonly AttachedPolicy[])[];

export interface PolicySets {
  readonly identity?: readonly AttachedPolicy[] | undefined;
  readonly boundary?: AttachedPolicy | undefined;
  /** Those that the session was made with; none: the session is not limited. */
  readonly session?: readonly AttachedPolicy[] | undefined;
  readonly resource?: readonly AttachedPolicy[] | undefined;
  /**
   * `required`: within the account, too, nothing is allowed that the resource's policy does not
   * allow (KMS keys).
   * `trust`: likewise, and the policy is a role's trust policy.
   */
  readonly resourceRule?: "optional" | "required" | "trust" | undefined;
  /** Statements that allow on the resource's side apart from its policy (KMS grants). */
  readonly grants?: readonly AttachedPolicy[] | undefined;
  /** Of the caller's account. Absent where it is in no organisation or manages it. */
  readonly scps?: PolicyLevels | undefined;
  /** Of the resource's account. */
  readonly rcps?: PolicyLevels | undefined;
  readonly endpoint?: AttachedPolicy | undefined;
}

export function evaluateAccess(request: AccessRequest, sets: PolicySets): Decision {
  const { principal } = request;
  const subject: Subject = {
    principal,
    lowerCaseAction: request.action.toLowerCase(),
    resource: request.resource,
    context: contextOf(request.context),
  };
  const limits = limitsOf(principal, sets, subject);
  const resource = scan(
    sets.resource,
    sets.resourceRule === "trust" ? "trust" : "resource",
    subject,
  );
  const own = hasOwnPolicies(principal) ? sets : {};
  const identity = scan(own.identity, "identity", subject);
  const boundary = scan(own.boundary && [own.boundary], "boundary", subject);
  const session = scan(own.session, "session", subject);

  const deny =
    limits.find(({ deny: by }) => by !== undefined)?.deny ??
    resource.deny ??
    identity.deny ??
    boundary.deny ??
    session.deny;
  if (deny !== undefined) return explicitlyDenied(deny);

  const missing: PolicyType[] = limits.flatMap(({ type, allow }) => (allow ? [] : [type]));
  const grant = scan(sets.grants, "grant", subject);
  const ownSide: OwnSide = {
    identity,
    boundary: own.boundary && boundary,
    session: sessionLimit(principal, own, session),
  };
  missing.push(...missingGrants(request, sets, ownSide, resource, grant));
  const [first, ...rest] = missing;
  if (first !== undefined) return implicitlyDenied(request, [first, ...rest]);
  return allowed(grant.allow ?? (resource.reach > Reach.account ? resource.allow : identity.allow));
}

/** What all statements of one kind say together. */
interface Said {
  readonly type: PolicyType;
  readonly deny: DecidedBy | undefined;
  /** Of the statement with the longest reach. */
  readonly allow: DecidedBy | undefined;
  readonly reach: Reach;
}

function scan(
  policies: readonly AttachedPolicy[] | undefined,
  type: PolicyType,
  subject: Subject,
): Said {
  let allow: DecidedBy | undefined;
  let reach: Reach = Reach.none;
  for (const policy of policies ?? []) {
    for (const statement of compile(policy.document)) {
      // A shorter reach than the one at hand cannot matter, but a deny always does.
      if (!statement.deny && reach === Reach.direct) continue;
      const found = statement.reach(subject);
      if (found === Reach.none) continue;
      const by = {
        policyType: type,
        policy: policy.name,
        index: statement.index,
        sid: statement.statement.sid,
      };
      if (statement.deny) return { type, deny: by, allow: undefined, reach: Reach.none };
      if (found > reach) {
        allow = by;
        reach = found;
      }
    }
  }
  return { type, deny: undefined, allow, reach };
}

/** Policies that grant nothing and that each must allow: one entry a level. */
function limitsOf(principal: Principal, sets: PolicySets, subject: Subject): Said[] {
  const limits: Said[] = [];
  const exempt = principal.serviceLinkedRole === true;
  if (!exempt) for (const level of sets.rcps ?? []) limits.push(scan(level, "rcp", subject));
  if (!exempt && principal.accountId !== undefined) {
    for (const level of sets.scps ?? []) limits.push(scan(level, "scp", subject));
  }
  if (sets.endpoint !== undefined) limits.push(scan([sets.endpoint], "endpoint", subject));
  return limits;
}

/** Services, anonymous callers and those of an identity provider have no policies of their own. */
const hasOwnPolicies = ({ kind }: Principal) =>
  kind === "root" || kind === "user" || kind === "role-session" || kind === "federated-user";

/** AWS: a federated user without session policies may do only what resource policies grant. */
function sessionLimit(principal: Principal, own: PolicySets, session: Said): Said | undefined {
  const passed = own.session !== undefined && own.session.length > 0;
  return passed || principal.kind === "federated-user" ? session : undefined;
}

/** What the caller's own account says. An absent boundary or session policy does not limit. */
interface OwnSide {
  readonly identity: Said;
  readonly boundary: Said | undefined;
  readonly session: Said | undefined;
}

function missingGrants(
  request: AccessRequest,
  sets: PolicySets,
  own: OwnSide,
  resource: Said,
  grant: Said,
): PolicyType[] {
  const { principal, resourceAccountId } = request;
  if (grant.allow !== undefined) return [];
  const resourceSide: PolicyType[] = resource.allow === undefined ? [resource.type] : [];
  if (!hasOwnPolicies(principal)) return resourceSide;
  const crossAccount = resourceAccountId !== undefined && resourceAccountId !== principal.accountId;
  if (crossAccount) return [...missingOwn(principal, own), ...resourceSide];

  if (resource.reach === Reach.direct) return [];
  if (resource.reach === Reach.issuer) return missingLimits(own);
  const required = sets.resourceRule === "required" || sets.resourceRule === "trust";
  if (!required || resource.allow !== undefined) return missingOwn(principal, own);
  // What the resource would grant to a session's role or user, boundary and session policies
  // still cut.
  const throughIssuer = principal.issuerArn !== undefined && principal.issuerArn !== principal.arn;
  return throughIssuer ? [...resourceSide, ...missingLimits(own)] : resourceSide;
}

/** Root needs nobody's leave in its account, but what limits its session still does. */
function missingOwn(principal: Principal, own: OwnSide): PolicyType[] {
  const granted = principal.kind === "root" || own.identity.allow !== undefined;
  return [...(granted ? [] : (["identity"] as const)), ...missingLimits(own)];
}

function missingLimits({ boundary, session }: OwnSide): PolicyType[] {
  return [boundary, session].flatMap((said) =>
    said !== undefined && said.allow === undefined ? [said.type] : [],
  );
}

/**
 * May they? Every operation of every service is decided here, by one engine, from what the service
 * says it touches.
 */
import type {
  AttachedDocument,
  CredentialIdentity,
  Identities,
  IdentityPolicies,
} from "../iam/identities.ts";
import { authorizationMessage } from "../iam/policy/authorization-message.ts";
import { requestContext } from "../iam/policy/context-keys.ts";
import { denialMessage, type Decision } from "../iam/policy/decision.ts";
import { toPolicyJson, type PolicyKind } from "../iam/policy/document.ts";
import { evaluateAccess, type AttachedPolicy, type PolicySets } from "../iam/policy/evaluate.ts";
import type { Principal } from "../iam/policy/principal.ts";
import type { BoundService, Run } from "../kernel/context.ts";
import { AwsError } from "../kernel/errors.ts";
import type { AccessTarget, ActionTarget, Context, State } from "../kernel/service.ts";
import type { TrailDecision } from "../trail.ts";
import type { Invocation } from "./run.ts";
import type { Parts, Visit } from "./visit.ts";

const EVERYTHING: readonly AccessTarget[] = [{ resource: "*" }];

/** Throws the service's AccessDenied unless every target of the operation is allowed. */
export function authorise(
  parts: Parts,
  attempt: Run,
  invocation: Invocation,
  context: Context<State>,
): void {
  if (parts.options.iam === "off") return;
  const { bound, operation, identity } = invocation;
  const { access } = bound;
  const named = access.actions?.[operation];
  if (named === false) return;
  const ownAction = named ?? `${access.prefix ?? bound.name}:${operation}`;
  const targets = access.targets?.(operation, invocation.input, context) ?? EVERYTHING;
  if (identity.caller.kind === "root" && targets.every((target) => isPlain(target, identity)))
    return;
  for (const target of targets) {
    const asked = { ...target, action: target.action ?? ownAction };
    const refused = refusal(parts, attempt, invocation, asked);
    if (refused !== undefined) throw refused;
  }
}

/** Who acts, in which service. */
export type Actor = Omit<Invocation, "operation" | "input">;

/** For handlers that may do one thing and not another: what a denial would say. */
export function refusalOf(
  parts: Parts,
  attempt: Run,
  actor: Actor,
  target: ActionTarget,
): Error | undefined {
  if (parts.options.iam === "off") return undefined;
  if (actor.identity.caller.kind === "root" && isPlain(target, actor.identity)) return undefined;
  return refusal(parts, attempt, actor, target);
}

/** Nothing but an account's own thing without a policy: its root user may. */
function isPlain(target: AccessTarget, { caller }: CredentialIdentity): boolean {
  return (
    target.policy === undefined &&
    (target.accountId === undefined || target.accountId === caller.accountId)
  );
}

function refusal(
  parts: Parts,
  attempt: Run,
  actor: Actor,
  target: ActionTarget,
): Error | undefined {
  const { identity, bound } = actor;
  const principal = principalOf(identity);
  const own = ownPolicies(parts, attempt, identity);
  const request = {
    principal,
    action: target.action,
    resource: target.resource,
    ...(target.accountId === undefined ? {} : { resourceAccountId: target.accountId }),
    context: conditions(attempt, actor, target, principal, own),
  };
  const sets = policySets(parts, own, target);
  const decision = evaluateAccess(request, sets);
  if (decision.allowed) return undefined;
  const explanation = explain(target, decision);
  if (parts.options.iam === "soft") {
    const visit = attempt.exchange.origin as Visit | undefined;
    if (visit !== undefined) visit.decision = explanation;
    return undefined;
  }
  // AWS: an action that knows no resource names none.
  const resource = target.resource === "*" ? undefined : quoted(parts, bound, target.resource);
  const sentence = denialMessage(principal, target.action, resource, decision);
  const secret = () => authorizationMessage(request, sets, decision);
  const error =
    target.denied?.(sentence) ??
    denied(parts, bound, sealed(parts, attempt, actor, sentence, secret));
  explanations.set(error, explanation);
  return error;
}

const explanations = new WeakMap<Error, TrailDecision>();

/** Why this was thrown, when a policy decided it. A handler that merely asked throws nothing. */
export const explanationOf = (thrown: unknown): TrailDecision | undefined =>
  thrown instanceof Error ? explanations.get(thrown) : undefined;

/** AWS: S3 alone puts the resource in quotation marks. */
function quoted(parts: Parts, bound: BoundService, resource: string): string {
  const { signingName } = parts.models.service(bound.name);
  return signingName === "s3" ? `"${resource}"` : resource;
}

export function principalOf({ caller, session }: CredentialIdentity): Principal {
  const { kind, accountId, arn, userId } = caller;
  return {
    kind,
    arn,
    userId,
    ...(kind === "service" || kind === "anonymous" ? {} : { accountId }),
    ...(session === undefined ? {} : { issuerArn: session.issuerArn }),
  };
}

const NONE: IdentityPolicies = { identity: [], tags: {} };

function ownPolicies(parts: Parts, attempt: Run, identity: CredentialIdentity): IdentityPolicies {
  const { kind } = identity.caller;
  if (kind === "service" || kind === "anonymous") return NONE;
  if (kind === "root" && identity.session === undefined) return NONE;
  return (parts.links.identities(attempt) as Identities).policiesOf(identity);
}

function policySets(parts: Parts, own: IdentityPolicies, target: AccessTarget): PolicySets {
  const parsed = (documents: readonly AttachedDocument[]) =>
    documents.map(({ name, document }) => attached(parts, name, document, "identity"));
  const resourceKind = target.policyDecides === "trust" ? "trust" : "resource";
  const beside = (text: string | undefined) =>
    text === undefined ? [] : [attached(parts, target.resource, text, resourceKind)];
  return {
    identity: parsed(own.identity),
    boundary: own.boundary && parsed([own.boundary])[0],
    session: own.session && parsed(own.session),
    scps: own.controls?.map(parsed),
    resource: beside(target.policy),
    grants: beside(target.grants),
    resourceRule:
      target.policyDecides === "trust"
        ? "trust"
        : target.policyDecides === true
          ? "required"
          : "optional",
  };
}

function attached(parts: Parts, name: string, text: string, kind: PolicyKind): AttachedPolicy {
  return { name, document: parts.policies.get(text, { kind, resourceOptional: true }) };
}

function conditions(
  attempt: Run,
  { identity, place, via, source }: Actor,
  target: AccessTarget,
  principal: Principal,
  own: IdentityPolicies,
) {
  const { request } = attempt.exchange;
  return requestContext(
    {
      nowMs: attempt.now,
      principal,
      userName:
        principal.kind === "user"
          ? principal.arn.slice(principal.arn.lastIndexOf("/") + 1)
          : undefined,
      principalTags: own.tags,
      session: identity.session,
      sourceIp: request.sourceIp,
      secure: request.secure,
      userAgent: request.headers["user-agent"],
      referer: request.headers["referer"],
      region: place.region,
      requestTags: target.requestTags,
      resourceTags: target.resourceTags,
      resourceAccountId: target.accountId ?? place.accountId,
      source,
      calledVia: via === undefined ? undefined : [`${via}.amazonaws.com`],
    },
    via === undefined
      ? target.conditions
      : { ...target.conditions, "kms:ViaService": `${via}.${place.region}.amazonaws.com` },
  );
}

function explain(target: ActionTarget, decision: Decision): TrailDecision {
  const { decidedBy, smallestPolicy } = decision;
  return {
    allowed: false,
    action: target.action,
    resource: target.resource,
    reason: decision.reasonText,
    ...(decidedBy === undefined
      ? {}
      : {
          decidedBy: `${decidedBy.policyType} ${decidedBy.policy}, statement ${decidedBy.sid ?? decidedBy.index}`,
        }),
    ...(smallestPolicy === undefined ? {} : { smallestPolicy: toPolicyJson(smallestPolicy) }),
  };
}

/** EC2 adds what only those may read who may call sts:DecodeAuthorizationMessage. */
function sealed(
  parts: Parts,
  attempt: Run,
  { bound, place }: Actor,
  sentence: string,
  secret: () => string,
): string {
  if (parts.models.service(bound.name).protocols[0] !== "ec2") return sentence;
  const token = (parts.links.identities(attempt) as Identities).seal(place.accountId, secret());
  const told = `You are not authorized to perform this operation. ${sentence}`;
  return token === undefined ? told : `${told}. Encoded authorization failure message: ${token}`;
}

/** AWS's code for a denial differs by protocol, and in a few services by habit. */
function denied(parts: Parts, bound: BoundService, sentence: string): AwsError {
  const [protocol] = parts.models.service(bound.name).protocols;
  const json = protocol === "json" || protocol === "smithy-rpc-v2-cbor";
  const code =
    bound.access.deniedCode ??
    (json || protocol === "rest-json"
      ? "AccessDeniedException"
      : protocol === "ec2"
        ? "UnauthorizedOperation"
        : "AccessDenied");
  return new AwsError(code, sentence, { status: json ? 400 : 403, fault: "Sender" });
}

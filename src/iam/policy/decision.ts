/** What was decided, by what, and in AWS's words why. */
import type { PolicyDocument } from "./document.ts";
import type { Principal } from "./principal.ts";
import { toPrincipalElement } from "./principal.ts";

export type PolicyType =
  | "scp"
  | "rcp"
  | "endpoint"
  | "resource"
  | "trust"
  | "identity"
  | "boundary"
  | "session"
  | "grant";

/** The statement that decided. */
export interface DecidedBy {
  readonly policyType: PolicyType;
  /** ARN or name, as it was attached. */
  readonly policy: string;
  /** Position of the statement in the document. */
  readonly index: number;
  readonly sid: string | undefined;
}

/** A policy that says nothing and would have to, and the least that it would have to say. */
export interface MissingPolicy {
  readonly policyType: PolicyType;
  readonly smallestPolicy: PolicyDocument;
}

export interface Decision {
  readonly allowed: boolean;
  readonly kind: "allowed" | "explicit-deny" | "implicit-deny";
  /** Of an implicit denial absent; of root's own permission, too. */
  readonly decidedBy: DecidedBy | undefined;
  /** Of an implicit denial: all that would have to allow, the one that AWS names first. */
  readonly missing: readonly MissingPolicy[];
  /** Of an implicit denial: what the first of those that are missing would have to say. */
  readonly smallestPolicy: PolicyDocument | undefined;
  /** The tail of AWS's sentence; empty when allowed. */
  readonly reasonText: string;
}

export function allowed(by: DecidedBy | undefined): Decision {
  return {
    allowed: true,
    kind: "allowed",
    decidedBy: by,
    missing: [],
    smallestPolicy: undefined,
    reasonText: "",
  };
}

export function explicitlyDenied(by: DecidedBy): Decision {
  return {
    allowed: false,
    kind: "explicit-deny",
    decidedBy: by,
    missing: [],
    smallestPolicy: undefined,
    get reasonText() {
      return `with an explicit deny in ${DENIERS[by.policyType]}`;
    },
  };
}

export interface Asked {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
}

/** The explanation is made when somebody asks for it. */
export function implicitlyDenied(
  asked: Asked,
  types: readonly [PolicyType, ...PolicyType[]],
): Decision {
  const smallest = (policyType: PolicyType) => smallestPolicy(asked, policyType);
  return {
    allowed: false,
    kind: "implicit-deny",
    decidedBy: undefined,
    get missing() {
      return types.map((policyType) => ({ policyType, smallestPolicy: smallest(policyType) }));
    },
    get smallestPolicy() {
      return smallest(types[0]);
    },
    get reasonText() {
      return `because no ${ALLOWERS[types[0]]} allows the ${asked.action} action`;
    },
  };
}

const ALLOWERS: Readonly<Record<PolicyType, string>> = {
  scp: "service control policy",
  rcp: "resource control policy",
  endpoint: "VPC endpoint policy",
  resource: "resource-based policy",
  trust: "role trust policy",
  identity: "identity-based policy",
  boundary: "permissions boundary",
  session: "session policy",
  grant: "resource-based policy",
};

const DENIERS: Readonly<Record<PolicyType, string>> = {
  scp: "a service control policy",
  rcp: "a resource control policy",
  endpoint: "a VPC endpoint policy",
  resource: "a resource-based policy",
  trust: "the role trust policy",
  identity: "an identity-based policy",
  boundary: "a permissions boundary",
  session: "a session policy",
  grant: "a resource-based policy",
};

function smallestPolicy(asked: Asked, policyType: PolicyType): PolicyDocument {
  const named = policyType === "resource" || policyType === "trust";
  return {
    version: "2012-10-17",
    statements: [
      {
        effect: "Allow",
        ...(named && { principal: toPrincipalElement(asked.principal) }),
        ...(policyType === "endpoint" && { principal: { everyone: true } }),
        actions: [asked.action],
        ...(policyType !== "trust" && { resources: [asked.resource] }),
        conditions: [],
      },
    ],
  };
}

/**
 * AWS's whole sentence. `resource` is absent where the service does not name it.
 *
 * @example
 * User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sqs:CreateQueue
 * on resource: arn:aws:sqs:us-east-1:111111111111:jobs
 * because no identity-based policy allows the sqs:CreateQueue action
 */
export function denialMessage(
  principal: Pick<Principal, "arn">,
  action: string,
  resource: string | undefined,
  decision: Pick<Decision, "reasonText">,
): string {
  const on = resource === undefined ? "" : ` on resource: ${resource}`;
  return `User: ${principal.arn} is not authorized to perform: ${action}${on} ${decision.reasonText}`;
}

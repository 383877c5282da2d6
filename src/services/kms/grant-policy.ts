/** Grants as the authorisation sees them: statements that allow besides the key's policy. */
import type { EncryptionContext, Grant } from "./state.ts";

/** What of a request the grants look at. */
export interface Asked {
  readonly context?: EncryptionContext | undefined;
  /** Of CreateGrant: the grant that is to be. */
  readonly child?: ChildGrant | undefined;
}

export interface ChildGrant {
  readonly operations: readonly string[];
  readonly contextEquals?: EncryptionContext | undefined;
  readonly contextSubset?: EncryptionContext | undefined;
}

/** Undefined when none of them gives this action to this request. */
export function grantStatements(
  grants: readonly Grant[],
  action: string,
  { context, child }: Asked,
): string | undefined {
  const operation = action.slice("kms:".length);
  const giving = grants.filter(
    (grant) =>
      grant.operations.some((one) => one === operation) &&
      (child === undefined ? isWithin(grant, operation, context) : isParent(grant, child)),
  );
  return allowing(
    giving.map(({ grantee }) => grantee),
    action,
  );
}

/** Who may retire it: those whom it names for that, and the grantee if it says so. */
export function retiringStatements({ grantee, retiring, operations }: Grant): string | undefined {
  const principals = [
    ...(retiring === undefined ? [] : [retiring]),
    ...(operations.includes("RetireGrant") ? [grantee] : []),
  ];
  return allowing(principals, "kms:RetireGrant");
}

function allowing(principals: readonly string[], action: string): string | undefined {
  if (principals.length === 0) return undefined;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: principals.map((principal) => ({
      Effect: "Allow",
      Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
      Action: action,
      Resource: "*",
    })),
  });
}

/** Operations without an encryption context: constraints do not bind them. */
const UNBOUND: ReadonlySet<string> = new Set(["DescribeKey", "RetireGrant"]);

function isWithin(
  { contextEquals, contextSubset }: Grant,
  operation: string,
  context: EncryptionContext = {},
): boolean {
  if (UNBOUND.has(operation)) return true;
  if (contextSubset !== undefined && !includes(context, contextSubset)) return false;
  return contextEquals === undefined || isSame(context, contextEquals);
}

/**
 * AWS: who may create grants by a grant gives no more than it gives: some of its operations, under
 * constraints as strict as its own.
 */
function isParent({ operations, contextEquals, contextSubset }: Grant, child: ChildGrant): boolean {
  const own: readonly string[] = operations;
  if (!child.operations.every((operation) => own.includes(operation))) return false;
  if (contextEquals !== undefined) {
    return child.contextEquals !== undefined && isSame(child.contextEquals, contextEquals);
  }
  if (contextSubset === undefined) return true;
  const constraints = [child.contextEquals, child.contextSubset];
  return constraints.some((context) => context !== undefined && includes(context, contextSubset));
}

const includes = (context: EncryptionContext, wanted: EncryptionContext): boolean =>
  Object.entries(wanted).every(([name, value]) => context[name] === value);

const isSame = (one: EncryptionContext, other: EncryptionContext): boolean =>
  includes(one, other) && Object.keys(one).length === Object.keys(other).length;

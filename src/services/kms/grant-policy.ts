/** Grants as the authorisation sees them: statements that allow besides the key's policy. */
import type { EncryptionContext, Grant } from "./state.ts";

/** Undefined when none of them gives this action under this encryption context. */
export function grantStatements(
  grants: readonly Grant[],
  action: string,
  context: EncryptionContext | undefined,
): string | undefined {
  const operation = action.slice("kms:".length);
  const giving = grants.filter(
    (grant) =>
      grant.operations.some((one) => one === operation) && isWithin(grant, operation, context),
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
const UNBOUND: ReadonlySet<string> = new Set(["CreateGrant", "DescribeKey", "RetireGrant"]);

function isWithin(
  { contextEquals, contextSubset }: Grant,
  operation: string,
  context: EncryptionContext = {},
): boolean {
  if (UNBOUND.has(operation)) return true;
  const holds = (wanted: EncryptionContext) =>
    Object.entries(wanted).every(([name, value]) => context[name] === value);
  if (contextSubset !== undefined && !holds(contextSubset)) return false;
  if (contextEquals === undefined) return true;
  return holds(contextEquals) && Object.keys(contextEquals).length === Object.keys(context).length;
}

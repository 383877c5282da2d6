/** The forms that a principal may have. Whether it exists is for the service to ask. */
import type { Check } from "./check.ts";
import { isObject, toList } from "./json.ts";

const KINDS: ReadonlySet<string> = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);
const ACCOUNT = /^\d{12}$/;
const UNIQUE_ID = /^(AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,}$/;
const IDENTITY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|cloudfront):(root|(user|role)\/[^*?]+)$/;
const SESSION_ARN = /^arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)\/[^*?]+$/;
const SERVICE = /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal|aws)$/;

export function validatePrincipal(principal: unknown, check: Check): void {
  if (principal === "*") {
    if (check.options.keptAs !== "trust") return;
    // AWS: in a role's trust policy everybody is `{"AWS": "*"}` alone.
    throw check.refuse('AssumeRolepolicy contained an invalid principal: "STAR":"*".');
  }
  if (!isObject(principal) || Object.keys(principal).length === 0) throw invalid(check);
  if (check.kind === "trust" && Object.values(principal).every(isNobody)) throw nobody(check);
  for (const [kind, names] of Object.entries(principal)) {
    if (!KINDS.has(kind)) throw invalid(check);
    for (const name of toList(names)) {
      if (typeof name !== "string" || !isPrincipal(kind, name)) throw invalid(check, kind, name);
    }
  }
}

const isNobody = (names: unknown) => toList(names).length === 0;

const nobody = (check: Check) =>
  check.refuse(
    "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: " +
      "The passed in policy has a statement with no principals!",
  );

function isPrincipal(kind: string, name: string): boolean {
  if (kind === "AWS") {
    return (
      name === "*" ||
      ACCOUNT.test(name) ||
      [IDENTITY_ARN, SESSION_ARN].some((form) => form.test(name)) ||
      UNIQUE_ID.test(name)
    );
  }
  // AWS: `"Service": "*"` is refused by IAM and taken by some services.
  if (kind === "Service") return SERVICE.test(name) || name === "*";
  return name !== "";
}

function invalid(check: Check, kind?: string, name?: unknown) {
  return check.refuse(
    check.kind === "trust" && kind !== undefined
      ? `Invalid principal in policy: "${kind === "Service" ? "SERVICE" : kind}":"${String(name)}"`
      : "Invalid principal in policy",
  );
}

/** A resource policy as it comes: JSON, within AWS's size. */
import type { Dynamodb } from "./api.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import type { ResourcePolicy } from "./state.ts";

const BYTES_MAX = 20 * 1024;

export function readPolicyDocument(text: string, ddb: Dynamodb): ResourcePolicy {
  if (Buffer.byteLength(text) > BYTES_MAX) {
    throw invalidValues(`Maximum policy size of ${BYTES_MAX} bytes exceeded`);
  }
  const broken = whyBroken(text);
  if (broken !== undefined) throw invalidValues(`Invalid policy document: ${broken}`);
  const document = Object(parsed(text)) as Fields;
  const statements = listOf(document["Statement"]).map((one) => Object(one) as Fields);
  if (statements.some(isUnbounded)) {
    throw ValidationException(
      "Resource-based policy grants unbounded access in one or more elements. Please revise the " +
        "policy to ensure least-privilege form of access",
    );
  }
  const { Version = "2008-10-17", Id } = document;
  return {
    document: JSON.stringify({
      Version,
      Id,
      Statement: statements.map((one) => toCanonical(one, ddb)),
    }),
    revisionId: `${ddb.now}${ddb.ids.hex(6)}`,
  };
}

type Fields = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isEveryone = (principal: unknown): boolean =>
  listOf(principal === "*" ? "*" : Object(principal)["AWS"]).includes("*");

const isUnbounded = ({ Effect, Principal, Condition }: Fields): boolean =>
  /^allow$/i.test(String(Effect)) && Condition === undefined && isEveryone(Principal);

/** AWS: keeps no text, but what it means, in an order of its own; members that are not there vanish. */
function toCanonical(statement: Fields, ddb: Dynamodb): Fields {
  const effect = String(statement["Effect"]);
  return {
    Sid: statement["Sid"],
    Effect: effect.slice(0, 1).toUpperCase() + effect.slice(1).toLowerCase(),
    Principal: toPrincipal(statement["Principal"], ddb),
    NotPrincipal: toPrincipal(statement["NotPrincipal"], ddb),
    Action: single(statement["Action"]),
    NotAction: single(statement["NotAction"]),
    Resource: single(statement["Resource"]),
    NotResource: single(statement["NotResource"]),
    Condition: statement["Condition"],
  };
}

const single = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? value[0] : value;

/** An account's number is its root. */
function toPrincipal(principal: unknown, ddb: Dynamodb): unknown {
  if (typeof principal !== "object" || principal === null || !("AWS" in principal)) {
    return principal;
  }
  const named = listOf(principal.AWS).map((one) =>
    typeof one === "string" && /^\d{12}$/.test(one)
      ? ddb.arn("iam", "root", { region: "", accountId: one })
      : one,
  );
  return { ...principal, AWS: single([...new Set(named)]) };
}

/** Each of AWS's sentences for what it was seen to refuse; of the rest, what IAM would say. */
function whyBroken(text: string): string | undefined {
  const document = parsed(text);
  if (document === undefined || Array.isArray(document)) return "This policy contains invalid Json";
  if (typeof document !== "object" || document === null) {
    return "This text appears not to be a policy";
  }
  if (!("Statement" in document)) return "Syntax error at position (1,3)";
  const { Statement: given } = document;
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (statements.length === 0) return "Could not parse the policy: Statement is empty!";
  const missing = statements.map(missingField).find((field) => field !== undefined);
  return missing === undefined ? undefined : `Missing required field ${missing}`;
}

const FIELDS = [
  ["Effect"],
  ["Principal", "NotPrincipal"],
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
];

function missingField(statement: unknown): string | undefined {
  const given = Object.keys(Object(statement));
  return FIELDS.find((names) => !names.some((name) => given.includes(name)))?.[0];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

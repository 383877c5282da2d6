/** A resource policy as it comes: JSON, within AWS's size. */
import type { Dynamodb } from "./api.ts";
import { invalidValues } from "./errors.ts";
import type { ResourcePolicy } from "./state.ts";

const BYTES_MAX = 20 * 1024;

export function readPolicyDocument(text: string, ddb: Dynamodb): ResourcePolicy {
  if (Buffer.byteLength(text) > BYTES_MAX) {
    throw invalidValues(`Maximum policy size of ${BYTES_MAX} bytes exceeded`);
  }
  const broken = whyBroken(text);
  if (broken !== undefined) throw invalidValues(`Invalid policy document: ${broken}`);
  return { document: text, revisionId: `${ddb.now}${ddb.ids.hex(6)}` };
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

/** The policy of a form upload: a signed list of what the fields may be. */
import { fromBasicDate } from "../../iam/signature/dates.ts";
import { AwsError } from "../../kernel/errors.ts";
import { accessDenied, entityTooLarge, entityTooSmall } from "./errors.ts";

export interface SizeRange {
  readonly minBytes: number;
  readonly maxBytes: number;
}

const ANY_SIZE: SizeRange = { minBytes: 0, maxBytes: 5 * 1024 ** 3 };

/** Fields that no condition has to cover. */
const FREE = new Set(["x-amz-signature", "file", "policy", "signature", "awsaccesskeyid"]);

type Fields = ReadonlyMap<string, string>;

/** The cloud's and the machine's, epoch milliseconds. */
type Clocks = readonly [now: number, wall: number];

/** Throws unless the fields are as the policy wants them. Gives the size that the file may have. */
export function checkPolicy(base64: string, fields: Fields, clocks: Clocks): SizeRange {
  const { expiration, conditions } = readPolicy(base64);
  if (isExpired(expiration, fields, clocks))
    throw accessDenied("Invalid according to Policy: Policy expired.");
  let size = ANY_SIZE;
  const covered = new Set<string>();
  for (const condition of conditions) {
    const [operator = "", name, expected] = condition;
    if (operator.toString().toLowerCase() === "content-length-range") {
      size = sizeRange(condition);
      continue;
    }
    const field = fieldName(name, condition);
    covered.add(field);
    const value = fields.get(field) ?? "";
    const holds =
      operator.toString().toLowerCase() === "starts-with"
        ? value.startsWith(String(expected))
        : operator.toString().toLowerCase() === "eq" && value === String(expected);
    if (!holds) throw conditionFailed(condition);
  }
  for (const field of fields.keys()) {
    if (
      covered.has(field) ||
      FREE.has(field) ||
      field.startsWith("x-ignore-") ||
      field === "bucket"
    )
      continue;
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${field}`);
  }
  return size;
}

const SKEW_MS = 15 * 60_000;

/**
 * The machine's clock has a say where the form may have been signed by it: one of the cloud's future
 * expires by the cloud's. AWS is not known to judge the form's date by itself.
 */
function isExpired(expiration: number, fields: Fields, [now, wall]: Clocks): boolean {
  if (now < expiration) return false;
  const signedAt = fromBasicDate(fields.get("x-amz-date") ?? "") ?? wall;
  return wall >= expiration || wall < signedAt - SKEW_MS;
}

type Condition = readonly (string | number)[];

interface PostPolicy {
  readonly expiration: number;
  readonly conditions: readonly Condition[];
}

const invalid = (detail: string) =>
  new AwsError("InvalidPolicyDocument", `Invalid Policy: ${detail}`, { status: 400 });

/** ISO 8601 in GMT, and no other form of date. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

function readPolicy(base64: string): PostPolicy {
  const document = parsed(base64);
  const { expiration, conditions } = document;
  if (typeof expiration !== "string") throw invalid("Policy missing expiration.");
  const at = INSTANT.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(at)) throw invalid(`Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(conditions)) throw invalid("Policy missing conditions.");
  return { expiration: at, conditions: conditions.map(toCondition) };
}

function parsed(base64: string): { expiration?: unknown; conditions?: unknown } {
  try {
    const document: unknown = JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
    if (typeof document === "object" && document !== null) return document;
  } catch {
    // Said below.
  }
  throw invalid("Invalid JSON.");
}

/** `{"acl": "private"}` says the same as `["eq", "$acl", "private"]`. */
function toCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) {
    if (condition.length !== 3) throw invalid("Invalid Condition: wrong number of arguments.");
    return condition.map((part: unknown) => (typeof part === "number" ? part : String(part)));
  }
  const pairs: [string, unknown][] =
    typeof condition === "object" && condition !== null ? Object.entries(condition) : [];
  const [pair] = pairs;
  if (pair === undefined || pairs.length !== 1) {
    throw invalid(
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
    );
  }
  const [name, value] = pair;
  if (typeof value !== "string") throw invalid("Invalid Simple-Condition: value must be a string.");
  return ["eq", `$${name}`, value];
}

/** AWS: a name without "$" is never the name of a field. */
function fieldName(name: string | number | undefined, condition: Condition): string {
  if (typeof name === "string" && name.startsWith("$")) return name.slice(1).toLowerCase();
  throw conditionFailed(condition);
}

const conditionFailed = (condition: Condition) =>
  accessDenied(
    "Invalid according to Policy: Policy Condition failed: " +
      `[${condition.map((part) => JSON.stringify(part)).join(", ")}]`,
  );

function sizeRange(condition: Condition): SizeRange {
  const [minBytes, maxBytes] = [Number(condition[1]), Number(condition[2])];
  if (!Number.isInteger(minBytes) || !Number.isInteger(maxBytes)) throw conditionFailed(condition);
  return { minBytes, maxBytes };
}

/** Hands the file on and refuses it where it is too large, or has been too small. */
export async function* withinSize(
  file: AsyncIterable<Uint8Array>,
  { minBytes, maxBytes }: SizeRange,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of file) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBytes) yield chunk;
  }
  if (sizeBytes > maxBytes) throw entityTooLarge(sizeBytes, maxBytes);
  if (sizeBytes < minBytes)
    throw entityTooSmall({ ProposedSize: sizeBytes, MinSizeAllowed: minBytes });
}

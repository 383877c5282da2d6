/** Whether a text is a policy, and AWS's sentence when it is not. */
import { type Check, checkOf, LEGACY, missingField, SYNTAX, texts } from "./check.ts";
import type { ParseOptions, PolicyKind } from "./document.ts";
import { isObject, toList } from "./json.ts";
import type { Json } from "./json.ts";
import { findOperator, toInstant } from "./operators.ts";
import { validatePrincipal } from "./validate-principal.ts";
import { validateResources } from "./validate-resource.ts";

const VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const VERSIONS: ReadonlySet<unknown> = new Set(["2012-10-17", "2008-10-17"]);
const TOP_ELEMENTS: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);
const ELEMENTS: ReadonlySet<string> = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);

export function validatePolicy(text: string, options: ParseOptions): Json {
  const check = checkOf(options);
  const json = readJson(text, check);
  knownFields(json, TOP_ELEMENTS, check);
  validateVersion(json["Version"], check);
  if (json["Id"] !== undefined && typeof json["Id"] !== "string") throw check.refuse(SYNTAX);
  if (json["Statement"] === undefined) throw missingField("Statement", SYNTAX, check);
  const statements = toList(json["Statement"]);
  if (statements.length === 0) throw check.refuse(SYNTAX);
  for (const statement of statements) validateStatement(statement, check);
  validateSids(statements.filter(isObject), check);
  return json;
}

/** AWS: a managed policy is of the current version, an inline one may be older, or say none. */
function validateVersion(version: unknown, check: Check): void {
  if (version !== undefined && !VERSIONS.has(version)) {
    throw check.refuse(
      check.kind === "identity" ? SYNTAX : "The policy must contain a valid version string",
    );
  }
  if (check.options.keptAs === "managed" && version !== "2012-10-17") {
    throw check.refuse("Policy document must be version 2012-10-17 or greater.");
  }
}

function readJson(text: string, check: Check): Json {
  const sentences: Readonly<Record<PolicyKind, string>> = {
    identity: SYNTAX,
    trust: "This policy contains invalid Json",
    resource: "Policies must be valid JSON and the first byte must be '{'",
  };
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json) && (check.kind !== "resource" || text.startsWith("{"))) return json;
  } catch {
    // One refusal for all that is no JSON object.
  }
  throw check.refuse(sentences[check.kind]);
}

function knownFields(json: Json, known: ReadonlySet<string>, check: Check): void {
  for (const name of Object.keys(json)) {
    if (known.has(name)) continue;
    throw check.refuse(check.kind === "identity" ? SYNTAX : `Unknown field ${name}`);
  }
}

function validateStatement(statement: unknown, check: Check): void {
  if (!isObject(statement)) throw check.refuse(SYNTAX);
  knownFields(statement, ELEMENTS, check);
  const { Effect: effect, Sid: sid } = statement;
  if (effect === undefined) throw missingField("Effect", SYNTAX, check);
  if (effect !== "Allow" && effect !== "Deny") {
    if (check.kind !== "identity") {
      throw check.refuse(`Invalid effect: ${JSON.stringify(effect)}`);
    }
    // AWS: the case of the word is the older reader's affair.
    const cased = typeof effect === "string" && /^(allow|deny)$/i.test(effect);
    throw check.refuse(cased ? LEGACY : SYNTAX);
  }
  if (sid !== undefined && typeof sid !== "string") throw check.refuse(SYNTAX);
  for (const name of ["Principal", "Action", "Resource"]) {
    if (statement[name] !== undefined && statement[`Not${name}`] !== undefined) {
      throw check.refuse(SYNTAX);
    }
  }
  validatePrincipals(statement, check);
  validateActions(statement, check);
  validateResources(statement, check);
  validateConditions(statement["Condition"], check);
}

function validatePrincipals(statement: Json, check: Check): void {
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  if (check.kind === "identity") {
    if (principal === undefined) return;
    throw check.refuse("Policy document should not specify a principal.");
  }
  if (principal === undefined) throw missingField("Principal", SYNTAX, check);
  validatePrincipal(principal, check);
}

function validateActions(statement: Json, check: Check): void {
  const element = statement["Action"] ?? statement["NotAction"];
  if (element === undefined) {
    throw missingField("Action", "Policy statement must contain actions.", check);
  }
  if (check.kind === "identity" && toList(element).length === 0) {
    throw check.refuse("Policy statement must contain actions.");
  }
  for (const action of texts(element, check)) {
    if (check.kind === "trust" && !action.toLowerCase().startsWith("sts:")) {
      throw check.refuse("AssumeRole policy may only specify STS AssumeRole actions.");
    }
    if (action === "*") continue;
    const colon = action.indexOf(":");
    if (colon === -1 || colon === action.length - 1) throw check.refuse(VENDOR);
    if (action.includes(":", colon + 1)) {
      throw check.refuse("Actions/Condition can contain only one colon.");
    }
    const vendor = action.slice(0, colon);
    if (!/^[A-Za-z0-9-]+$/.test(vendor)) throw check.refuse(`Vendor ${vendor} is not valid`);
  }
}

function validateConditions(condition: unknown, check: Check): void {
  if (condition === undefined) return;
  if (!isObject(condition)) throw check.refuse(SYNTAX);
  for (const [name, keys] of Object.entries(condition)) {
    if (findOperator(name) === undefined) throw check.refuse(`Invalid Condition type : ${name}`);
    if (!isObject(keys)) throw check.refuse(SYNTAX);
    for (const [key, values] of Object.entries(keys)) {
      if (!key.includes(":")) throw check.refuse(VENDOR);
      if (check.kind === "trust" && hasColons(key)) {
        throw check.refuse("Condition can contain only one colon.");
      }
      for (const value of toList(values)) {
        if (!["string", "number", "boolean"].includes(typeof value)) throw check.refuse(SYNTAX);
        validateDate(name, String(value), check);
      }
    }
  }
}

function validateDate(operator: string, value: string, check: Check): void {
  if (check.kind !== "identity" || check.options.keptAs === undefined) return;
  if (!/^(\w+:)?Date/i.test(operator) || value.includes("${")) return;
  if (Number.isNaN(toInstant(value))) throw check.refuse(LEGACY);
}

/**
 * More than one, as of a provider that is named by its URL. A tag's key, after the slash, has as
 * many as it likes. Nothing is known of identity policies, where `kms:EncryptionContext:x` is right.
 */
function hasColons(key: string): boolean {
  const name = key.replace(/^([^:/]+:[^:/]+)\/.*$/, "$1");
  return name.indexOf(":") !== name.lastIndexOf(":");
}

/** AWS: services with resource policies take any Sid, twice, too. */
function validateSids(statements: readonly Json[], check: Check): void {
  if (check.kind === "resource") return;
  const seen = new Set<unknown>();
  for (const { Sid: sid } of statements) {
    if (typeof sid !== "string" || sid === "") continue;
    if (!/^[0-9A-Za-z]*$/.test(sid)) {
      throw check.refuse(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      );
    }
    if (seen.has(sid)) {
      throw check.refuse("Statement IDs (SID) in a single policy must be unique.");
    }
    seen.add(sid);
  }
}

/**
 * What S3 itself asks of a bucket policy before it keeps it, and whether one opens the bucket to
 * everybody.
 */

import { actionProblem, wildcards } from "./policy-actions.ts";
import { conditionProblem } from "./policy-conditions.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** S3's sentence of refusal, or undefined for a policy that it takes. */
export function policyProblem(text: string, bucket: string): string | undefined {
  const document = parsed(text);
  if (document === undefined) return "Policies must be valid JSON and the first byte must be '{'";
  const stranger = Object.keys(document).find((name) => !ELEMENTS.includes(name));
  if (stranger !== undefined) return `Unknown field ${stranger}`;
  if (document["Statement"] === undefined) return "Missing required field Statement";
  const version = document["Version"];
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    return "The policy must contain a valid version string";
  }
  const statements = listOf(document["Statement"]);
  if (statements.length === 0) return "Could not parse the policy: Statement is empty!";
  for (const statement of statements) {
    const problem = isObject(statement) ? statementProblem(statement, bucket) : NOT_A_STATEMENT;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const ELEMENTS = ["Version", "Id", "Statement"];
const OF_STATEMENT = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

const NOT_A_STATEMENT = "Statement must be a JSON object";

function parsed(text: string): Json | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function statementProblem(statement: Json, bucket: string): string | undefined {
  const stranger = Object.keys(statement).find((name) => !OF_STATEMENT.includes(name));
  if (stranger !== undefined) return `Unknown field ${stranger}`;
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") {
    return Effect === undefined
      ? "Missing required field Effect"
      : `Invalid effect: ${JSON.stringify(Effect)}`;
  }
  if (Principal === undefined && NotPrincipal === undefined)
    return "Missing required field Principal";
  if (!isPrincipal(Principal ?? NotPrincipal)) return "Invalid principal in policy";
  if (Action === undefined && NotAction === undefined) return "Missing required field Action";
  for (const action of listOf(Action ?? NotAction)) {
    if (typeof action !== "string" || !/^(?:\*|s3:.+|s3[\w-]*:.+)$/i.test(action)) {
      return "Policy has invalid action";
    }
  }
  if (Resource === undefined && NotResource === undefined) return "Missing required field Resource";
  const arn = `arn:aws:s3:::${bucket}`;
  for (const resource of listOf(Resource ?? NotResource)) {
    if (typeof resource !== "string" || !covers(resource, arn))
      return "Policy has invalid resource";
  }
  return applicationProblem(statement, arn) ?? conditionProblem(statement["Condition"]);
}

/** What is said by exclusion may apply to anything. */
function applicationProblem({ Action, Resource }: Json, arn: string): string | undefined {
  if (Action === undefined || Resource === undefined) return undefined;
  const resources = listOf(Resource).map(String);
  for (const action of listOf(Action)) {
    const problem = actionProblem(String(action), resources, arn);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The resource speaks of this bucket or of what is in it; wildcards may be anywhere. */
function covers(resource: string, arn: string): boolean {
  const [name = ""] = resource.split("/");
  return wildcards(name).test(arn);
}

function isPrincipal(principal: unknown): boolean {
  if (principal === "*") return true;
  if (!isObject(principal)) return false;
  const kinds = Object.keys(principal);
  return (
    kinds.length > 0 &&
    kinds.every((kind) => ["AWS", "Service", "Federated", "CanonicalUser"].includes(kind)) &&
    Object.values(principal).every((names) =>
      listOf(names).every((name) => typeof name === "string" && isPrincipalName(name)),
    )
  );
}

const PERSON = /^arn:aws[\w-]*:iam::\d{12}:(?:user|role)\/[^*?]+$/;

/** The users and roles that a good policy names, by their ARNs. */
export function peopleIn(text: string): string[] {
  return listOf(parsed(text)?.["Statement"])
    .filter(isObject)
    .map(({ Principal, NotPrincipal }) => Principal ?? NotPrincipal)
    .flatMap((principal) => (isObject(principal) ? listOf(principal["AWS"]) : []))
    .filter((name) => typeof name === "string")
    .filter((name) => PERSON.test(name));
}

const isPrincipalName = (name: string) =>
  name === "*" ||
  /^\d{12}$/.test(name) ||
  /^arn:aws[\w-]*:(?:iam|sts)::(?:\d{12}|cloudfront):.+$/.test(name) ||
  /^[\w.-]+\.amazonaws\.com(?:\.cn)?$/.test(name) ||
  /^(?:AIDA|AROA|AGPA|ANPA)[A-Z0-9]+$/.test(name) ||
  /^[0-9a-f]{64}$/.test(name) ||
  /^[\w.-]+\.[a-z]{2,}$/.test(name);

/** Conditions on these keys, with fixed values, keep a statement from being public. */
const FIXING_KEYS = new Set([
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:userid",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalaccount",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
]);

/**
 * As the user guide says, "The meaning of public": allows everybody, and no condition fixes who
 * that is.
 */
export function isPublicPolicy(text: string): boolean {
  const document = parsed(text);
  return listOf(document?.["Statement"]).some(
    (statement) =>
      isObject(statement) &&
      statement["Effect"] === "Allow" &&
      (statement["NotPrincipal"] !== undefined || isEverybody(statement["Principal"])) &&
      !isFixed(statement["Condition"]),
  );
}

function isEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  return isObject(principal) && listOf(principal["AWS"]).includes("*");
}

function isFixed(condition: unknown): boolean {
  if (!isObject(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      isFixingOperator(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(
        ([key, values]) =>
          FIXING_KEYS.has(key.toLowerCase()) &&
          listOf(values).every((value) => typeof value === "string" && isFixedValue(value)),
      ),
  );
}

const isFixingOperator = (operator: string) =>
  /^(?:ForAnyValue:)?(?:String(?:Equals|Like|EqualsIgnoreCase)|Arn(?:Equals|Like)|IpAddress)$/i.test(
    operator,
  );

const isFixedValue = (value: string) =>
  value !== "*" && value !== "0.0.0.0/0" && value !== "::/0" && !/[*?]/.test(value);

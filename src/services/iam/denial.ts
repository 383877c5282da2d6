/**
 * How AWS words denials of IAM's own operations: one that is told the name of what is there calls
 * it by kind and name ("role app"); one that makes something, or has no name, by ARN; one about
 * the account, "*".
 */
import type { AccessTarget } from "../../kernel/service.ts";
import { AccessDenied } from "./errors.ts";

type Input = Readonly<Record<string, unknown>>;

/** Tags are younger than the rest of IAM: their operations speak of ARNs. */
const BY_ARN = /^(Create(User|Role|Group|InstanceProfile)$|Tag|Untag|List\w+Tags$)|ServiceLinked/;

const NAMES = [
  ["InstanceProfileName", "instance profile"],
  ["GroupName", "group"],
  ["RoleName", "role"],
  ["UserName", "user"],
  ["PolicyArn", "policy"],
  ["PolicyName", "policy"],
] as const;

/** A denial of the operation in these words. */
export function worded(
  operation: string,
  input: Input,
  resource: string,
): Pick<AccessTarget, "denied"> {
  const named = nameOf(operation, input);
  if (resource === "*") {
    const action = `iam:${operation} `;
    const told = `${action}on resource: ${named ?? "*"} `;
    return { denied: (sentence) => AccessDenied(sentence.replace(action, () => told)) };
  }
  if (named === undefined) return {};
  const [by, instead] = [`on resource: ${resource}`, `on resource: ${named}`];
  return { denied: (sentence) => AccessDenied(sentence.replace(by, () => instead)) };
}

function nameOf(operation: string, input: Input): string | undefined {
  if (operation === "ListPolicies") {
    const { PathPrefix } = input;
    return `policy path ${typeof PathPrefix === "string" ? PathPrefix : "/"}`;
  }
  if (BY_ARN.test(operation)) return undefined;
  const [member, kind] = NAMES.find(([name]) => typeof input[name] === "string") ?? [];
  return member === undefined ? undefined : `${kind} ${String(input[member])}`;
}

/** What the checks of a policy's elements share. */
import { AwsError } from "../../kernel/errors.ts";
import type { ParseOptions, PolicyKind } from "./document.ts";
import { toList } from "./json.ts";

/** What one check needs: the kind of policy and how to refuse it. */
export interface Check {
  readonly options: ParseOptions;
  readonly kind: PolicyKind;
  refuse(message: string): AwsError;
}

export const SYNTAX = "Syntax errors in policy.";
/** What an older reader of IAM's says, through which a policy goes before it is kept. */
export const LEGACY = "The policy failed legacy parsing";

export function checkOf(options: ParseOptions): Check {
  return {
    options,
    kind: options.kind,
    refuse: (message) =>
      new AwsError(options.errorCode ?? "MalformedPolicyDocument", message, {
        status: 400,
        fault: "Sender",
      }),
  };
}

/** IAM says less of an identity policy than of the others. */
export function missingField(field: string, ofIdentity: string, check: Check): AwsError {
  return check.refuse(check.kind === "identity" ? ofIdentity : `Missing required field ${field}`);
}

/** One text or a list of texts; an empty list says nothing and is refused. */
export function texts(element: unknown, check: Check): readonly string[] {
  const list = toList(element);
  if (list.length === 0) throw check.refuse(SYNTAX);
  return list.map((value) => {
    if (typeof value !== "string") throw check.refuse(SYNTAX);
    return value;
  });
}

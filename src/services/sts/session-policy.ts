/** Session policies: what a caller gives a new session to be narrower than its role or user. */
import { deflateRawSync } from "node:zlib";
import { parsePolicy } from "../../iam/policy/document.ts";
import { identitiesOf, type Sts } from "./api.ts";
import {
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  ValidationError,
} from "./errors.ts";
import type { SessionTags } from "./session-tag.ts";

export interface SessionPolicies {
  readonly policy?: string;
  readonly policyArns: readonly string[];
}

interface Asked {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
}

const ARNS_MAX = 10;
const PACKED_BYTES_MAX = 2048;

/** Managed policies must be those of the account that the session is for, or AWS's own. */
export function sessionPolicies(
  { Policy, PolicyArns }: Asked,
  accountId: string,
  sts: Sts,
): SessionPolicies {
  if (Policy !== undefined) parsePolicy(Policy, { kind: "identity" });
  const policyArns = (PolicyArns ?? []).flatMap(({ arn }) => arn ?? []);
  if (policyArns.length > ARNS_MAX) {
    throw ValidationError(`The number of policy ARNs must not exceed ${ARNS_MAX}.`);
  }
  for (const arn of policyArns) {
    const owner = arn.split(":")[4];
    const fits = owner === "aws" || owner === accountId;
    if (!fits || identitiesOf(sts).managedPolicy(arn) === undefined) {
      throw MalformedPolicyDocumentException(`Policy ${arn} does not exist or is not attachable.`);
    }
  }
  return { ...(Policy !== undefined && { policy: Policy }), policyArns };
}

/**
 * How much of the space for policies and tags a session takes, in percent. Undefined when it has
 * none.
 *
 * Differs: AWS does not say how it packs. We deflate, and count the same 2048 bytes.
 */
export function packedSize(policies: SessionPolicies, { tags }: SessionTags): number | undefined {
  const parts = [
    policies.policy ?? "",
    ...policies.policyArns,
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
  ].filter((part) => part !== "");
  if (parts.length === 0) return undefined;
  const bytes = deflateRawSync(parts.join("\n")).length;
  const percent = Math.ceil((bytes * 100) / PACKED_BYTES_MAX);
  if (percent <= 100) return percent;
  const tagsAlone = policies.policy === undefined && policies.policyArns.length === 0;
  throw PackedPolicyTooLargeException(percent, tagsAlone ? "session tags" : "policy");
}

import { evaluateAccess } from "../../iam/policy/evaluate.ts";
import { parsePolicy, type PolicyDocument } from "../../iam/policy/document.ts";
import type { AttachedDocument } from "../../iam/identities.ts";
import type { Principal } from "../../iam/policy/principal.ts";
import { identitiesOf, type Kms, type Operation } from "./api.ts";
import {
  LimitExceededException,
  MalformedPolicyDocumentException,
  NotFoundException,
} from "./errors.ts";
import { findKeyById } from "./key-reference.ts";
import { toPolicyText } from "./policy-text.ts";

/** AWS: a key has one policy, and it is always called so. */
const NAME = "default";
/** The model lets four times as much through; the quota is this. */
const BYTES_MAX = 32_768;

export const GetKeyPolicy: Operation<"GetKeyPolicy"> = (input, kms) => {
  checkName(input.PolicyName);
  return { Policy: findKeyById(input.KeyId, kms).key.policy, PolicyName: NAME };
};

/** AWS: in every state, even while the key waits to be deleted. */
export const PutKeyPolicy: Operation<"PutKeyPolicy"> = (input, kms) => {
  checkName(input.PolicyName);
  const found = findKeyById(input.KeyId, kms);
  const bypass = input.BypassPolicyLockoutSafetyCheck === true;
  checkKeyPolicy(input.Policy, { arn: found.arn, bypass }, kms);
  found.owner.keys.update(found.key, { policy: toPolicyText(JSON.parse(input.Policy)) });
  return {};
};

/** There is one, so there is never a second page: `Limit` and `Marker` change nothing. */
export const ListKeyPolicies: Operation<"ListKeyPolicies"> = (input, kms) => {
  findKeyById(input.KeyId, kms);
  return { PolicyNames: [NAME], Truncated: false };
};

function checkName(name: string | undefined): void {
  if (name !== undefined && name !== NAME) throw NotFoundException("No such policy exists");
}

/** It must be a policy, speak of people who exist, and let the caller take it back. */
export function checkKeyPolicy(
  text: string,
  { arn, bypass }: { readonly arn: string; readonly bypass: boolean },
  kms: Kms,
): void {
  if (Buffer.byteLength(text) > BYTES_MAX) {
    throw LimitExceededException(`A key policy is at most ${BYTES_MAX} bytes long.`);
  }
  const document = parsePolicy(text, {
    kind: "resource",
    resourceOptional: true,
    errorCode: "MalformedPolicyDocumentException",
  });
  checkPrincipals(document, kms);
  if (bypass || mayPutPolicy(document, arn, kms)) return;
  throw MalformedPolicyDocumentException(
    "The new key policy will not allow you to update the key policy in the future.",
  );
}

const PERSON = /^arn:[^:]+:iam::\d{12}:(user|role)\/[^*?]+$/;

/**
 * AWS turns users and roles into their unique ids when it stores a policy; of nobody there is no
 * id.
 */
function checkPrincipals(document: PolicyDocument, kms: Kms): void {
  const identities = identitiesOf(kms);
  for (const { principal, notPrincipal } of document.statements) {
    const named = [...(principal?.aws ?? []), ...(notPrincipal?.aws ?? [])];
    for (const arn of named) {
      const [, kind] = PERSON.exec(arn) ?? [];
      if (kind === undefined) continue;
      if ((kind === "user" ? identities.user(arn) : identities.role(arn)) !== undefined) continue;
      throw MalformedPolicyDocumentException(
        "Policy contains a statement with one or more invalid principals.",
      );
    }
  }
}

/**
 * Could the caller put another policy under this one? With their own policies where it leaves it to
 * them.
 */
function mayPutPolicy(document: PolicyDocument, arn: string, kms: Kms): boolean {
  const { caller } = kms;
  const identities = identitiesOf(kms);
  const session =
    caller.accessKeyId === undefined
      ? undefined
      : identities.credential(caller.accessKeyId)?.session;
  const principal: Principal = {
    kind: caller.kind,
    arn: caller.arn,
    userId: caller.userId,
    ...(caller.kind !== "service" && { accountId: caller.accountId }),
    ...(session !== undefined && { issuerArn: session.issuerArn }),
  };
  const plain = (caller.kind === "root" && session === undefined) || caller.kind === "service";
  const own = plain
    ? undefined
    : identities.policiesOf({ caller, ...(session !== undefined && { session }) });
  const parsed = (documents: readonly AttachedDocument[]) =>
    documents.map(({ name, document: text }) => ({
      name,
      document: parsePolicy(text, { kind: "identity" }),
    }));
  return evaluateAccess(
    {
      principal,
      action: "kms:PutKeyPolicy",
      resource: arn,
      resourceAccountId: kms.accountId,
      context: {
        "aws:PrincipalArn": caller.arn,
        "aws:PrincipalAccount": caller.accountId,
        "kms:CallerAccount": caller.accountId,
      },
    },
    {
      resource: [{ name: arn, document }],
      resourceRule: "required",
      identity: parsed(own?.identity ?? []),
      boundary: own?.boundary && parsed([own.boundary])[0],
      session: own?.session && parsed(own.session),
    },
  ).allowed;
}

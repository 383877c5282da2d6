/**
 * The policies that speak of a caller, by gets alone: the row of the caller, those of its groups,
 * and the managed policies that these name.
 */
import type {
  AttachedDocument,
  CredentialIdentity,
  IdentityPolicies,
  SessionFacts,
} from "../../iam/identities.ts";
import type { Iam } from "./api.ts";
import { awsPolicyDocument, isAwsPolicyArn } from "./aws-policies.ts";
import { defaultDocument } from "./managed-policy.ts";
import { iamArn, namedBy, toNameKey } from "./named.ts";
import type { Principal } from "./state.ts";
import { mergedTags } from "./tag.ts";

export function policiesOf(iam: Iam, { caller, session }: CredentialIdentity): IdentityPolicies {
  const there = iam.at({ accountId: caller.accountId });
  const narrowed =
    session === undefined || (session.policy === undefined && session.policyArns.length === 0)
      ? {}
      : { session: sessionPolicies(there, session.policy, session.policyArns) };
  const holder = holderOf(there, caller, session?.issuerId);
  if (holder === undefined) {
    const identity = session !== undefined && isVouchedForByRoot(session) ? [ALL_OF_ROOT] : [];
    return { identity, tags: session?.tags ?? {}, ...narrowed };
  }
  const groups =
    "groups" in holder ? holder.groups.flatMap((id) => there.groups.get(id) ?? []) : [];
  const boundary =
    holder.boundary === undefined ? undefined : managedDocument(there, holder.boundary);
  return {
    identity: [holder, ...groups].flatMap((entity) => documentsOf(there, entity)),
    tags: session === undefined ? holder.tags : mergedTags(holder.tags, session.tags),
    ...(boundary !== undefined && { boundary }),
    ...narrowed,
  };
}

/** The user or role whose policies count: by unique id, so that a namesake's do not. */
function holderOf(there: Iam, caller: CredentialIdentity["caller"], issuerId: string | undefined) {
  if (caller.kind === "user") return there.users.get(caller.userId);
  if (caller.kind === "role-session") {
    const [roleId = ""] = caller.userId.split(":");
    return there.roles.get(roleId);
  }
  if (caller.kind !== "federated-user" || issuerId === undefined) return undefined;
  return there.users.get(issuerId);
}

/** The root user has no policies, and may all: so may, within its session, whom it vouches for. */
const isVouchedForByRoot = ({ kind, issuerArn }: SessionFacts): boolean =>
  kind === "federated-user" && issuerArn.endsWith(":root");

const ALL_OF_ROOT: AttachedDocument = {
  name: "root",
  kind: "inline",
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
};

function documentsOf(there: Iam, entity: Principal): AttachedDocument[] {
  const inline = Object.entries(entity.inline).map(([name, document]): AttachedDocument => ({
    name,
    kind: "inline",
    document,
  }));
  return [...inline, ...entity.attached.flatMap((arn) => managedDocument(there, arn) ?? [])];
}

function sessionPolicies(
  there: Iam,
  policy: string | undefined,
  arns: readonly string[],
): AttachedDocument[] {
  const inline: AttachedDocument[] =
    policy === undefined ? [] : [{ name: "session", kind: "inline", document: policy }];
  const managed = arns.map(
    (arn) =>
      managedDocument(there, arn) ?? { name: arn, kind: "managed" as const, document: NOTHING },
  );
  return [...inline, ...managed];
}

/** A session stays as narrow as it was made when the policy that narrows it is deleted. */
const NOTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "nothing:Nothing", Resource: "*" }],
});

export function managedDocument(iam: Iam, arn: string): AttachedDocument | undefined {
  if (isAwsPolicyArn(arn)) {
    const document = awsPolicyDocument(arn);
    return document === undefined ? undefined : { name: arn, kind: "managed", document };
  }
  const { there, name } = namedBy(iam, arn, "policy");
  const row = there?.policies.get(toNameKey(name));
  if (there === undefined || row === undefined || iamArn(there, "policy", row) !== arn) {
    return undefined;
  }
  return { name: arn, kind: "managed", document: defaultDocument(row) };
}

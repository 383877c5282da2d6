/** Inline policies of users, groups and roles: documents that live and die with their entity. */
import { parsePolicy, policySize } from "../../iam/policy/document.ts";
import type { Iam, Operation } from "./api.ts";
import { LimitExceededException, notFound } from "./errors.ts";
import { encodeDocument } from "./named.ts";
import { pageOf, type PageInput } from "./page.ts";
import { findHolder, findOwnHolder, type HolderName } from "./policy-holder.ts";
import { QUOTAS } from "./quotas.ts";
import type { Principal, PrincipalKind } from "./state.ts";

type Named = HolderName & { readonly PolicyName: string };
type Written = Named & { readonly PolicyDocument: string };

const put = (input: Written, iam: Iam) => {
  const { kind, entity, change } = findOwnHolder(iam, input);
  change({ inline: withPolicy(kind, entity, input) });
  return {};
};

export const PutUserPolicy: Operation<"PutUserPolicy"> = put;
export const PutGroupPolicy: Operation<"PutGroupPolicy"> = put;
export const PutRolePolicy: Operation<"PutRolePolicy"> = put;

function get(input: Named, iam: Iam) {
  const { kind, entity } = findHolder(iam, input);
  const document = findInline(kind, entity, input.PolicyName);
  return {
    name: entity.name,
    policy: { PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) },
  };
}

export const GetUserPolicy: Operation<"GetUserPolicy"> = (input, iam) => {
  const { name, policy } = get(input, iam);
  return { UserName: name, ...policy };
};

export const GetGroupPolicy: Operation<"GetGroupPolicy"> = (input, iam) => {
  const { name, policy } = get(input, iam);
  return { GroupName: name, ...policy };
};

export const GetRolePolicy: Operation<"GetRolePolicy"> = (input, iam) => {
  const { name, policy } = get(input, iam);
  return { RoleName: name, ...policy };
};

const list = (input: HolderName & PageInput, iam: Iam) => {
  const names = Object.keys(findHolder(iam, input).entity.inline);
  const { items, rest } = pageOf(names, input, (name) => name);
  return { PolicyNames: items, ...rest };
};

export const ListUserPolicies: Operation<"ListUserPolicies"> = list;
export const ListGroupPolicies: Operation<"ListGroupPolicies"> = list;
export const ListRolePolicies: Operation<"ListRolePolicies"> = list;

const remove = (input: Named, iam: Iam) => {
  const { kind, entity, change } = findOwnHolder(iam, input);
  findInline(kind, entity, input.PolicyName);
  const left = Object.entries(entity.inline).filter(([name]) => name !== input.PolicyName);
  change({ inline: Object.fromEntries(left) });
  return {};
};

export const DeleteUserPolicy: Operation<"DeleteUserPolicy"> = remove;
export const DeleteGroupPolicy: Operation<"DeleteGroupPolicy"> = remove;
export const DeleteRolePolicy: Operation<"DeleteRolePolicy"> = remove;

/** The quota counts all inline policies of the entity together. */
function withPolicy(kind: PrincipalKind, entity: Principal, input: Written): Principal["inline"] {
  parsePolicy(input.PolicyDocument, { kind: "identity", keptAs: "inline" });
  const inline = { ...entity.inline, [input.PolicyName]: input.PolicyDocument };
  const size = Object.values(inline).reduce((sum, document) => sum + policySize(document), 0);
  const limit = QUOTAS.inlineSize[kind];
  if (size > limit) {
    throw LimitExceededException(
      `Maximum policy size of ${limit} bytes exceeded for ${kind} ${entity.name}`,
    );
  }
  return inline;
}

function findInline(kind: PrincipalKind, entity: Principal, name: string): string {
  const document = Object.hasOwn(entity.inline, name) ? entity.inline[name] : undefined;
  if (document === undefined) throw notFound(`${kind} policy`, name);
  return document;
}

/** Inline policies of users, groups and roles: documents that live and die with their entity. */
import { parsePolicy, policySize } from "../../iam/policy/document.ts";
import type { Operation } from "./api.ts";
import { LimitExceededException, notFound } from "./errors.ts";
import { encodeDocument, findGroup, findRole, findUser } from "./named.ts";
import { pageOf, type PageInput } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import { refuseServiceLinked } from "./role.ts";
import type { Principal, PrincipalKind } from "./state.ts";

interface Written {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export const PutUserPolicy: Operation<"PutUserPolicy"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { inline: withPolicy("user", user, input) });
  return {};
};

export const PutGroupPolicy: Operation<"PutGroupPolicy"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  iam.groups.update(group, { inline: withPolicy("group", group, input) });
  return {};
};

export const PutRolePolicy: Operation<"PutRolePolicy"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, { inline: withPolicy("role", role, input) });
  return {};
};

export const GetUserPolicy: Operation<"GetUserPolicy"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  return { UserName: user.name, ...describe("user", user, input.PolicyName) };
};

export const GetGroupPolicy: Operation<"GetGroupPolicy"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  return { GroupName: group.name, ...describe("group", group, input.PolicyName) };
};

export const GetRolePolicy: Operation<"GetRolePolicy"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  return { RoleName: role.name, ...describe("role", role, input.PolicyName) };
};

export const ListUserPolicies: Operation<"ListUserPolicies"> = (input, iam) =>
  names(findUser(iam, input.UserName), input);

export const ListGroupPolicies: Operation<"ListGroupPolicies"> = (input, iam) =>
  names(findGroup(iam, input.GroupName), input);

export const ListRolePolicies: Operation<"ListRolePolicies"> = (input, iam) =>
  names(findRole(iam, input.RoleName), input);

export const DeleteUserPolicy: Operation<"DeleteUserPolicy"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { inline: withoutPolicy("user", user, input.PolicyName) });
  return {};
};

export const DeleteGroupPolicy: Operation<"DeleteGroupPolicy"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  iam.groups.update(group, { inline: withoutPolicy("group", group, input.PolicyName) });
  return {};
};

export const DeleteRolePolicy: Operation<"DeleteRolePolicy"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, { inline: withoutPolicy("role", role, input.PolicyName) });
  return {};
};

type Inline = Principal["inline"];

/** The quota counts all inline policies of the entity together. */
function withPolicy(kind: PrincipalKind, entity: Principal, input: Written): Inline {
  parsePolicy(input.PolicyDocument, { kind: "identity" });
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

function withoutPolicy(kind: PrincipalKind, entity: Principal, name: string): Inline {
  findInline(kind, entity, name);
  return Object.fromEntries(Object.entries(entity.inline).filter(([other]) => other !== name));
}

function describe(kind: PrincipalKind, entity: Principal, name: string) {
  return { PolicyName: name, PolicyDocument: encodeDocument(findInline(kind, entity, name)) };
}

function findInline(kind: PrincipalKind, entity: Principal, name: string): string {
  const document = Object.hasOwn(entity.inline, name) ? entity.inline[name] : undefined;
  if (document === undefined) throw notFound(`${kind} policy`, name);
  return document;
}

function names(entity: Principal, input: PageInput) {
  const { items, rest } = pageOf(Object.keys(entity.inline), input, (name) => name);
  return { PolicyNames: items, ...rest };
}

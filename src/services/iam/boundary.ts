/** Permissions boundaries: a managed policy as the most that a user or a role may do. */
import type { Iam, Operation } from "./api.ts";
import { scopeNotAttachable } from "./errors.ts";
import { checkPolicyArn, getPolicy } from "./managed-policy.ts";
import { findRole, findUser } from "./named.ts";
import type { Role, User } from "./state.ts";
import { refuseServiceLinked } from "./role.ts";

export const PutUserPermissionsBoundary: Operation<"PutUserPermissionsBoundary"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { boundary: setBoundary(iam, "user", user, input.PermissionsBoundary) });
  return {};
};

export const PutRolePermissionsBoundary: Operation<"PutRolePermissionsBoundary"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, { boundary: setBoundary(iam, "role", role, input.PermissionsBoundary) });
  return {};
};

export const DeleteUserPermissionsBoundary: Operation<"DeleteUserPermissionsBoundary"> = (
  input,
  iam,
) => {
  const user = findUser(iam, input.UserName);
  dropBoundary(iam, "user", user);
  iam.users.update(user, { boundary: undefined });
  return {};
};

export const DeleteRolePermissionsBoundary: Operation<"DeleteRolePermissionsBoundary"> = (
  input,
  iam,
) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  dropBoundary(iam, "role", role);
  iam.roles.update(role, { boundary: undefined });
  return {};
};

/** Notes the use of the policy, in place of an earlier boundary's. Gives its ARN. */
export function setBoundary(
  iam: Iam,
  kind: "user" | "role",
  entity: Pick<User | Role, "id" | "boundary">,
  policyArn: string,
): string {
  checkPolicyArn(policyArn);
  if (getPolicy(iam, policyArn) === undefined) throw scopeNotAttachable(policyArn);
  dropBoundary(iam, kind, entity);
  iam.attachments.put({ policyArn, use: "boundary", kind, entityId: entity.id });
  return policyArn;
}

export function dropBoundary(
  iam: Iam,
  kind: "user" | "role",
  { id, boundary }: Pick<User | Role, "id" | "boundary">,
): void {
  if (boundary === undefined) return;
  iam.attachments.remove({ policyArn: boundary, use: "boundary", kind, entityId: id });
}

/**
 * AWS: the type reads "Policy" in every answer, though the model's only value is
 * "PermissionsBoundaryPolicy".
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html
 */
const BOUNDARY_TYPE = "Policy" as "PermissionsBoundaryPolicy";

export function boundaryMember({ boundary }: Pick<User | Role, "boundary">) {
  return boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: BOUNDARY_TYPE,
          PermissionsBoundaryArn: boundary,
        },
      };
}

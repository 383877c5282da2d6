/** Roles. */
import type { Iam, Operation } from "./api.ts";
import { boundaryMember, dropBoundary, setBoundary } from "./boundary.ts";
import {
  alreadyThere,
  InvalidInputException,
  quotaExceeded,
  stillInUse,
  UnmodifiableEntityException,
} from "./errors.ts";
import {
  encodeDocument,
  findRole,
  getRole,
  iamArn,
  newNamed,
  pageByName,
  toSeconds,
} from "./named.ts";
import { QUOTAS } from "./quotas.ts";
import type { Role } from "./state.ts";
import { tagsMember, toTags } from "./tag.ts";
import { currentTrust, readTrust } from "./trust.ts";

const SESSION_SECONDS_DEFAULT = 3600;
const SERVICE_LINKED_PATH = "/aws-service-role/";

export const CreateRole: Operation<"CreateRole"> = (input, iam) => {
  refuseServicePath(input.Path);
  const { trustPolicy, trusted } = readTrust(iam, input.AssumeRolePolicyDocument);
  refuseTakenName(iam, input.RoleName);
  const named = newNamed(iam, "AROA", input.RoleName, input.Path);
  const boundary =
    input.PermissionsBoundary === undefined
      ? {}
      : { boundary: setBoundary(iam, "role", named, input.PermissionsBoundary) };
  const role = iam.roles.insert({
    ...named,
    tags: toTags(input.Tags),
    trustPolicy,
    trusted,
    maxSessionSeconds: input.MaxSessionDuration ?? SESSION_SECONDS_DEFAULT,
    attached: [],
    inline: {},
    ...(input.Description !== undefined && { description: input.Description }),
    ...boundary,
  });
  return {
    Role: {
      ...toRole(iam, role),
      // AWS: as it was sent, whatever is kept of it.
      AssumeRolePolicyDocument: encodeDocument(input.AssumeRolePolicyDocument),
      ...boundaryMember(role),
      ...tagsMember(role.tags),
    },
  };
};

export const GetRole: Operation<"GetRole"> = (input, iam) => {
  return { Role: describeRole(iam, findRole(iam, input.RoleName)) };
};

export const ListRoles: Operation<"ListRoles"> = (input, iam) => {
  const { items, rest } = pageByName(iam.roles, input);
  return { Roles: items.map((role) => toListedRole(iam, role)), ...rest };
};

export const UpdateRole: Operation<"UpdateRole"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, {
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.MaxSessionDuration !== undefined && { maxSessionSeconds: input.MaxSessionDuration }),
  });
  return {};
};

export const UpdateRoleDescription: Operation<"UpdateRoleDescription"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  const changed = iam.roles.update(role, { description: input.Description });
  return { Role: describeRole(iam, changed) };
};

export const UpdateAssumeRolePolicy: Operation<"UpdateAssumeRolePolicy"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  iam.roles.update(role, readTrust(iam, input.PolicyDocument));
  return {};
};

export const DeleteRole: Operation<"DeleteRole"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  if (iam.profiles.range("byRole", [role.id], { limit: 1 }).length > 0) {
    throw stillInUse("remove roles from instance profile");
  }
  if (role.attached.length > 0) throw stillInUse("detach all policies");
  if (Object.keys(role.inline).length > 0) throw stillInUse("delete policies");
  removeRole(iam, role);
  return {};
};

export function removeRole(iam: Iam, role: Role): void {
  dropBoundary(iam, "role", role);
  const used = iam.lastUses.get(role.id);
  if (used !== undefined) iam.lastUses.remove(used);
  iam.roles.remove(role);
}

export function refuseTakenName(iam: Iam, name: string): void {
  if (getRole(iam, name) !== undefined) throw alreadyThere("Role", name);
  if (iam.roles.count(undefined, [], { limit: QUOTAS.roles }) >= QUOTAS.roles) {
    throw quotaExceeded("RolesPerAccount", QUOTAS.roles);
  }
}

function refuseServicePath(path: string | undefined): void {
  if (path?.startsWith(SERVICE_LINKED_PATH) !== true) return;
  throw InvalidInputException(
    `Path prefix '${SERVICE_LINKED_PATH}' can only be used for AWS Service linked Roles`,
  );
}

export const isServiceLinked = (role: Pick<Role, "path">): boolean =>
  role.path.startsWith(SERVICE_LINKED_PATH);

/** Only its service may change a service-linked role. */
export function refuseServiceLinked(role: Pick<Role, "path" | "name">): void {
  if (!isServiceLinked(role)) return;
  throw UnmodifiableEntityException(
    `Cannot perform the operation on the protected role '${role.name}' - ` +
      "this role is only modifiable by AWS",
  );
}

/** What a new role is answered with: its duration is not in it. */
export function toRole(iam: Iam, role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: iamArn(iam, "role", role),
    CreateDate: toSeconds(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(currentTrust(iam, role)),
    ...(role.description !== undefined && { Description: role.description }),
  };
}

export function toListedRole(iam: Iam, role: Role) {
  return { ...toRole(iam, role), MaxSessionDuration: role.maxSessionSeconds };
}

export function describeRole(iam: Iam, role: Role) {
  return {
    ...toListedRole(iam, role),
    ...boundaryMember(role),
    ...tagsMember(role.tags),
    RoleLastUsed: lastUsed(iam, role),
  };
}

export function lastUsed(iam: Iam, role: Role) {
  const use = iam.lastUses.get(role.id);
  return use === undefined ? {} : { LastUsedDate: toSeconds(use.at), Region: use.region };
}

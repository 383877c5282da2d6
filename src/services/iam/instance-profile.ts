/** Instance profiles: the box in which a role comes to an EC2 instance. One role fits. */
import type { Iam, Operation } from "./api.ts";
import {
  EntityAlreadyExistsException,
  NoSuchEntityException,
  notFound,
  quotaExceeded,
  stillInUse,
} from "./errors.ts";
import { findRole, getProfile, iamArn, newNamed, pageByName, toSeconds } from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import { refuseServiceLinked, toListedRole } from "./role.ts";
import type { InstanceProfile } from "./state.ts";
import { tagsMember, toTags } from "./tag.ts";

const ROLES_MAX = 1;

export const CreateInstanceProfile: Operation<"CreateInstanceProfile"> = (input, iam) => {
  if (getProfile(iam, input.InstanceProfileName) !== undefined) {
    throw EntityAlreadyExistsException(
      `Instance Profile ${input.InstanceProfileName} already exists.`,
    );
  }
  const most = QUOTAS.instanceProfiles;
  if (iam.profiles.count(undefined, [], { limit: most }) >= most) {
    throw quotaExceeded("InstanceProfilesPerAccount", most);
  }
  const profile = iam.profiles.insert({
    ...newNamed(iam, "AIPA", input.InstanceProfileName, input.Path),
    tags: toTags(input.Tags),
  });
  return { InstanceProfile: describe(iam, profile) };
};

export const GetInstanceProfile: Operation<"GetInstanceProfile"> = (input, iam) => {
  return { InstanceProfile: describe(iam, findProfile(iam, input.InstanceProfileName)) };
};

export const ListInstanceProfiles: Operation<"ListInstanceProfiles"> = (input, iam) => {
  const { items, rest } = pageByName(iam.profiles, input);
  return { InstanceProfiles: items.map((profile) => toProfile(iam, profile)), ...rest };
};

export const ListInstanceProfilesForRole: Operation<"ListInstanceProfilesForRole"> = (
  input,
  iam,
) => {
  const role = findRole(iam, input.RoleName);
  const profiles = iam.profiles.range("byRole", [role.id]);
  const { items, rest } = pageOf(profiles, input, (profile) => profile.nameKey);
  return { InstanceProfiles: items.map((profile) => toProfile(iam, profile)), ...rest };
};

export const AddRoleToInstanceProfile: Operation<"AddRoleToInstanceProfile"> = (input, iam) => {
  const profile = findProfile(iam, input.InstanceProfileName);
  const role = findRole(iam, input.RoleName);
  refuseServiceLinked(role);
  if (profile.roleId !== undefined) {
    throw quotaExceeded("InstanceSessionsPerInstanceProfile", ROLES_MAX);
  }
  iam.profiles.update(profile, { roleId: role.id });
  return {};
};

export const RemoveRoleFromInstanceProfile: Operation<"RemoveRoleFromInstanceProfile"> = (
  input,
  iam,
) => {
  const profile = findProfile(iam, input.InstanceProfileName);
  const role = findRole(iam, input.RoleName);
  if (profile.roleId !== role.id) throw notFound("role", input.RoleName);
  iam.profiles.update(profile, { roleId: undefined });
  return {};
};

export const DeleteInstanceProfile: Operation<"DeleteInstanceProfile"> = (input, iam) => {
  const profile = findProfile(iam, input.InstanceProfileName);
  if (profile.roleId !== undefined) throw stillInUse("remove roles from instance profile");
  iam.profiles.remove(profile);
  return {};
};

export function findProfile(iam: Iam, name: string): InstanceProfile {
  const profile = getProfile(iam, name);
  if (profile === undefined) {
    throw NoSuchEntityException(`Instance Profile ${name} cannot be found.`);
  }
  return profile;
}

export function toProfile(iam: Iam, profile: InstanceProfile) {
  const role = profile.roleId === undefined ? undefined : iam.roles.get(profile.roleId);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: iamArn(iam, "instance-profile", profile),
    CreateDate: toSeconds(profile.createdAt),
    Roles: role === undefined ? [] : [toListedRole(iam, role)],
  };
}

function describe(iam: Iam, profile: InstanceProfile) {
  return { ...toProfile(iam, profile), ...tagsMember(profile.tags) };
}

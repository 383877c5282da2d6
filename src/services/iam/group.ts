/** Groups and who is in them. */
import type { Iam, Operation } from "./api.ts";
import { alreadyThere, quotaExceeded, stillInUse } from "./errors.ts";
import {
  findGroup,
  findUser,
  getGroup,
  iamArn,
  moved,
  newNamed,
  pageByName,
  toSeconds,
} from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import type { Group } from "./state.ts";
import { toUser } from "./user.ts";

export const CreateGroup: Operation<"CreateGroup"> = (input, iam) => {
  refuseTakenName(iam, input.GroupName);
  if (iam.groups.count(undefined, [], { limit: QUOTAS.groups }) >= QUOTAS.groups) {
    throw quotaExceeded("GroupsPerAccount", QUOTAS.groups);
  }
  const group = iam.groups.insert({
    ...newNamed(iam, "AGPA", input.GroupName, input.Path),
    attached: [],
    inline: {},
  });
  return { Group: toGroup(iam, group) };
};

export const GetGroup: Operation<"GetGroup"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  const members = iam.memberships
    .list([group.id])
    .flatMap(({ userId }) => iam.users.get(userId) ?? []);
  const { items, rest } = pageOf(members, input, (user) => user.nameKey);
  return { Group: toGroup(iam, group), Users: items.map((user) => toUser(iam, user)), ...rest };
};

export const ListGroups: Operation<"ListGroups"> = (input, iam) => {
  const { items, rest } = pageByName(iam.groups, input);
  return { Groups: items.map((group) => toGroup(iam, group)), ...rest };
};

export const UpdateGroup: Operation<"UpdateGroup"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  const to = { name: input.NewGroupName, path: input.NewPath };
  iam.groups.update(
    group,
    moved(group, to, (name) => refuseTakenName(iam, name)),
  );
  return {};
};

export const DeleteGroup: Operation<"DeleteGroup"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  if (iam.memberships.list([group.id], { limit: 1 }).length > 0) {
    throw stillInUse("remove users from group");
  }
  if (Object.keys(group.inline).length > 0) throw stillInUse("delete policies");
  if (group.attached.length > 0) throw stillInUse("detach all policies");
  iam.groups.remove(group);
  return {};
};

export const AddUserToGroup: Operation<"AddUserToGroup"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  const user = findUser(iam, input.UserName);
  if (user.groups.includes(group.id)) return {};
  if (user.groups.length >= QUOTAS.groupsPerUser) {
    throw quotaExceeded("GroupsPerUser", QUOTAS.groupsPerUser);
  }
  iam.users.update(user, { groups: [...user.groups, group.id] });
  iam.memberships.insert({ groupId: group.id, userId: user.id });
  return {};
};

/** AWS: removing who is not in it succeeds. */
export const RemoveUserFromGroup: Operation<"RemoveUserFromGroup"> = (input, iam) => {
  const group = findGroup(iam, input.GroupName);
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { groups: user.groups.filter((id) => id !== group.id) });
  iam.memberships.remove({ groupId: group.id, userId: user.id });
  return {};
};

export const ListGroupsForUser: Operation<"ListGroupsForUser"> = (input, iam) => {
  const { groups } = findUser(iam, input.UserName);
  const rows = groups.flatMap((id) => iam.groups.get(id) ?? []);
  const { items, rest } = pageOf(rows, input, (group) => group.nameKey);
  return { Groups: items.map((group) => toGroup(iam, group)), ...rest };
};

function refuseTakenName(iam: Iam, name: string): void {
  if (getGroup(iam, name) !== undefined) throw alreadyThere("Group", name);
}

export function toGroup(iam: Iam, group: Group) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: iamArn(iam, "group", group),
    CreateDate: toSeconds(group.createdAt),
  };
}

/** Users. */
import type { Iam, Operation } from "./api.ts";
import { boundaryMember, dropBoundary, setBoundary } from "./boundary.ts";
import {
  alreadyThere,
  DeleteConflictException,
  quotaExceeded,
  stillInUse,
  ValidationError,
} from "./errors.ts";
import { findUser, getUser, iamArn, moved, newNamed, pageByName, toSeconds } from "./named.ts";
import { QUOTAS } from "./quotas.ts";
import type { User } from "./state.ts";
import { tagsMember, toTags } from "./tag.ts";

export const CreateUser: Operation<"CreateUser"> = (input, iam) => {
  refuseTakenName(iam, input.UserName);
  if (iam.users.count(undefined, [], { limit: QUOTAS.users }) >= QUOTAS.users) {
    throw quotaExceeded("UsersPerAccount", QUOTAS.users);
  }
  const named = newNamed(iam, "AIDA", input.UserName, input.Path);
  const boundary =
    input.PermissionsBoundary === undefined
      ? {}
      : { boundary: setBoundary(iam, "user", named, input.PermissionsBoundary) };
  const user = iam.users.insert({
    ...named,
    tags: toTags(input.Tags),
    groups: [],
    attached: [],
    inline: {},
    ...boundary,
  });
  return { User: describe(iam, user) };
};

export const GetUser: Operation<"GetUser"> = (input, iam) => {
  if (input.UserName === undefined && iam.caller.kind === "root") return { User: rootUser(iam) };
  return { User: describe(iam, userOrCaller(input.UserName, iam)) };
};

/** AWS: the root user has neither name nor path. Accounts here were always there. */
function rootUser(iam: Iam) {
  return {
    UserId: iam.accountId,
    Arn: iam.arn("iam", "root", { region: "" }),
    Path: undefined,
    UserName: undefined,
    CreateDate: new Date(0),
  };
}

export const ListUsers: Operation<"ListUsers"> = (input, iam) => {
  const { items, rest } = pageByName(iam.users, input);
  return { Users: items.map((user) => toUser(iam, user)), ...rest };
};

export const UpdateUser: Operation<"UpdateUser"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  const to = { name: input.NewUserName, path: input.NewPath };
  iam.users.update(
    user,
    moved(user, to, (name) => refuseTakenName(iam, name)),
  );
  return {};
};

export const DeleteUser: Operation<"DeleteUser"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  if (user.groups.length > 0) throw stillInUse("remove users from group");
  if (Object.keys(user.inline).length > 0) throw stillInUse("delete policies");
  if (user.attached.length > 0) throw stillInUse("detach all policies");
  if (iam.accessKeys.range("byOwner", [iam.accountId, user.id], { limit: 1 }).length > 0) {
    throw DeleteConflictException("Cannot delete entity, must delete access keys first.");
  }
  if (iam.loginProfiles.has(user.id)) throw stillInUse("delete login profile");
  refuseWhileThereAre(iam, user);
  dropBoundary(iam, "user", user);
  iam.users.remove(user);
  return {};
};

/** What else a user may have. */
function refuseWhileThereAre(iam: Iam, { id }: User): void {
  if (iam.mfaDevices.range("byUser", [id], { limit: 1 }).length > 0) {
    throw stillInUse("delete MFA device");
  }
  if (iam.signingCertificates.list([id], { limit: 1 }).length > 0) {
    throw stillInUse("delete certificates");
  }
  const others = [iam.sshPublicKeys, iam.serviceCredentials];
  if (others.some((rows) => rows.list([id], { limit: 1 }).length > 0)) {
    throw stillInUse("remove referenced objects");
  }
}

function refuseTakenName(iam: Iam, name: string): void {
  if (getUser(iam, name) !== undefined) throw alreadyThere("User", name);
}

/** The user of that name; without a name, the one who asks. */
export function userOrCaller(name: string | undefined, iam: Iam): User {
  if (name !== undefined) return findUser(iam, name);
  const user = callingUser(iam);
  if (user === undefined) {
    throw ValidationError("Must specify userName when calling with non-User credentials");
  }
  return user;
}

interface Owner {
  readonly id: string;
  readonly name: string;
}

/** The user of that name; without a name, the one who asks, who may be the root user. */
export function userOrRoot(name: string | undefined, iam: Iam): Owner {
  if (name === undefined && iam.caller.kind === "root") return { id: iam.accountId, name: "root" };
  return userOrCaller(name, iam);
}

export function callingUser(iam: Iam): User | undefined {
  return iam.caller.kind === "user" ? iam.users.get(iam.caller.userId) : undefined;
}

export function toUser(iam: Iam, user: User) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: iamArn(iam, "user", user),
    CreateDate: toSeconds(user.createdAt),
  };
}

function describe(iam: Iam, user: User) {
  return { ...toUser(iam, user), ...boundaryMember(user), ...tagsMember(user.tags) };
}

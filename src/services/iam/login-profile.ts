/**
 * Passwords of users. Only salted hashes are kept; there is no console yet at which they would
 * open anything.
 */
import { scryptSync, timingSafeEqual } from "node:crypto";
import type { Iam, Operation } from "./api.ts";
import { toSeconds } from "./named.ts";
import {
  AccessDenied,
  EntityAlreadyExistsException,
  InvalidUserTypeException,
  NoSuchEntityException,
  PasswordPolicyViolationException,
} from "./errors.ts";
import { checkPassword, passwordPolicy } from "./password-policy.ts";
import type { LoginProfile, User } from "./state.ts";
import { callingUser, userOrCaller } from "./user.ts";

type Hash = Pick<LoginProfile, "salt" | "hash">;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Handlers do not wait: a hash may take a few milliseconds. */
const COST = { N: 4096, r: 8, p: 1 };
const EARLIER_MAX = 24;

export const CreateLoginProfile: Operation<"CreateLoginProfile"> = (input, iam) => {
  const user = userOrCaller(input.UserName, iam);
  if (iam.loginProfiles.has(user.id)) {
    throw EntityAlreadyExistsException(`Login Profile for user ${user.name} already exists.`);
  }
  const password = input.Password ?? "";
  checkPassword(iam, password);
  const profile = iam.loginProfiles.insert({
    userId: user.id,
    ...hashed(iam, password),
    earlier: [],
    resetRequired: input.PasswordResetRequired ?? false,
    createdAt: iam.now,
    changedAt: iam.now,
  });
  return { LoginProfile: describe(user, profile) };
};

export const GetLoginProfile: Operation<"GetLoginProfile"> = (input, iam) => {
  const user = userOrCaller(input.UserName, iam);
  return { LoginProfile: describe(user, findProfile(iam, user)) };
};

export const UpdateLoginProfile: Operation<"UpdateLoginProfile"> = (input, iam) => {
  const profile = findProfile(iam, userOrCaller(input.UserName, iam));
  const resetRequired = input.PasswordResetRequired ?? profile.resetRequired;
  const changed = iam.loginProfiles.update(profile, { resetRequired });
  if (input.Password !== undefined) setPassword(iam, changed, input.Password);
  return {};
};

export const DeleteLoginProfile: Operation<"DeleteLoginProfile"> = (input, iam) => {
  iam.loginProfiles.remove(findProfile(iam, userOrCaller(input.UserName, iam)));
  return {};
};

export const ChangePassword: Operation<"ChangePassword"> = (input, iam) => {
  const user = callingUser(iam);
  if (user === undefined) {
    throw InvalidUserTypeException("Only IAM Users can change their own password");
  }
  const profile = findProfile(iam, user);
  if (!matches(profile, input.OldPassword)) throw AccessDenied("The old password was incorrect.");
  setPassword(iam, iam.loginProfiles.update(profile, { resetRequired: false }), input.NewPassword);
  return {};
};

function setPassword(iam: Iam, profile: LoginProfile, password: string): void {
  checkPassword(iam, password);
  const { reusePrevention } = passwordPolicy(iam);
  const { salt, hash } = profile;
  const earlier = [{ salt, hash }, ...profile.earlier];
  if (earlier.slice(0, reusePrevention).some((one) => matches(one, password))) {
    throw PasswordPolicyViolationException("Password was used previously");
  }
  iam.loginProfiles.update(profile, {
    ...hashed(iam, password),
    earlier: earlier.slice(0, EARLIER_MAX),
    changedAt: iam.now,
  });
}

function hashed(iam: Iam, password: string): Hash {
  const salt = iam.ids.bytes(SALT_BYTES);
  return { salt, hash: scryptSync(password, salt, HASH_BYTES, COST) };
}

const matches = ({ salt, hash }: Hash, password: string): boolean =>
  timingSafeEqual(scryptSync(password, salt, HASH_BYTES, COST), hash);

function findProfile(iam: Iam, user: User): LoginProfile {
  const profile = iam.loginProfiles.get(user.id);
  if (profile === undefined) {
    throw NoSuchEntityException(`Login Profile for User ${user.name} cannot be found.`);
  }
  return profile;
}

function describe(user: User, profile: LoginProfile) {
  return {
    UserName: user.name,
    CreateDate: toSeconds(profile.createdAt),
    PasswordResetRequired: profile.resetRequired,
  };
}

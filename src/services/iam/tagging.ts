/** Tags of users, roles, managed policies and instance profiles. */
import type { Operation } from "./api.ts";
import { findProfile } from "./instance-profile.ts";
import { findOwnPolicy, findPolicy } from "./managed-policy.ts";
import { findRole, findUser } from "./named.ts";
import { pageOf, type PageInput } from "./page.ts";
import type { Tags } from "./state.ts";
import { toTagList, withoutTags, withTags } from "./tag.ts";

export const TagUser: Operation<"TagUser"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { tags: withTags(user.tags, input.Tags) });
  return {};
};

export const UntagUser: Operation<"UntagUser"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  iam.users.update(user, { tags: withoutTags(user.tags, input.TagKeys) });
  return {};
};

export const ListUserTags: Operation<"ListUserTags"> = (input, iam) =>
  tagPage(findUser(iam, input.UserName).tags, input);

export const TagRole: Operation<"TagRole"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  iam.roles.update(role, { tags: withTags(role.tags, input.Tags) });
  return {};
};

export const UntagRole: Operation<"UntagRole"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  iam.roles.update(role, { tags: withoutTags(role.tags, input.TagKeys) });
  return {};
};

export const ListRoleTags: Operation<"ListRoleTags"> = (input, iam) =>
  tagPage(findRole(iam, input.RoleName).tags, input);

export const TagPolicy: Operation<"TagPolicy"> = (input, iam) => {
  const policy = findOwnPolicy(iam, input.PolicyArn);
  iam.policies.update(policy, { tags: withTags(policy.tags, input.Tags) });
  return {};
};

export const UntagPolicy: Operation<"UntagPolicy"> = (input, iam) => {
  const policy = findOwnPolicy(iam, input.PolicyArn);
  iam.policies.update(policy, { tags: withoutTags(policy.tags, input.TagKeys) });
  return {};
};

export const ListPolicyTags: Operation<"ListPolicyTags"> = (input, iam) =>
  tagPage(findPolicy(iam, input.PolicyArn).tags, input);

export const TagInstanceProfile: Operation<"TagInstanceProfile"> = (input, iam) => {
  const profile = findProfile(iam, input.InstanceProfileName);
  iam.profiles.update(profile, { tags: withTags(profile.tags, input.Tags) });
  return {};
};

export const UntagInstanceProfile: Operation<"UntagInstanceProfile"> = (input, iam) => {
  const profile = findProfile(iam, input.InstanceProfileName);
  iam.profiles.update(profile, { tags: withoutTags(profile.tags, input.TagKeys) });
  return {};
};

export const ListInstanceProfileTags: Operation<"ListInstanceProfileTags"> = (input, iam) =>
  tagPage(findProfile(iam, input.InstanceProfileName).tags, input);

function tagPage(tags: Tags, input: PageInput) {
  const { items, rest } = pageOf(toTagList(tags), input, ({ Key }) => Key);
  return { Tags: items, ...rest };
}

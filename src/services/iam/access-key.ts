/** Access keys of users, and of the root user. The secret is told once. */
import type { Iam, Operation } from "./api.ts";
import { AccessDenied, NoSuchEntityException, quotaExceeded } from "./errors.ts";
import { freshKeyId } from "./identities.ts";
import { toSeconds } from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import { ensureSealingKey } from "./sealing.ts";
import type { AccessKey } from "./state.ts";
import { secretKey } from "./unique-id.ts";
import { userOrRoot } from "./user.ts";

export const CreateAccessKey: Operation<"CreateAccessKey"> = (input, iam) => {
  const owner = userOrRoot(input.UserName, iam);
  const most = QUOTAS.accessKeysPerUser;
  if (keysOf(iam, owner).length >= most) throw quotaExceeded("AccessKeysPerUser", most);
  ensureSealingKey(iam);
  const key = iam.accessKeys.insert({
    accessKeyId: freshKeyId(iam, "AKIA", iam.accountId),
    secret: secretKey(iam.ids),
    accountId: iam.accountId,
    ownerId: owner.id,
    status: "Active",
    createdAt: iam.now,
  });
  return {
    AccessKey: {
      UserName: owner.name,
      AccessKeyId: key.accessKeyId,
      Status: key.status,
      SecretAccessKey: key.secret,
      CreateDate: toSeconds(key.createdAt),
    },
  };
};

export const ListAccessKeys: Operation<"ListAccessKeys"> = (input, iam) => {
  const owner = userOrRoot(input.UserName, iam);
  const { items, rest } = pageOf(keysOf(iam, owner), input, (key) => key.accessKeyId);
  const AccessKeyMetadata = items.map((key) => ({
    UserName: owner.name,
    AccessKeyId: key.accessKeyId,
    Status: key.status,
    CreateDate: toSeconds(key.createdAt),
  }));
  return { AccessKeyMetadata, ...rest };
};

export const UpdateAccessKey: Operation<"UpdateAccessKey"> = (input, iam) => {
  const key = findKey(iam, userOrRoot(input.UserName, iam), input.AccessKeyId);
  iam.accessKeys.update(key, { status: input.Status === "Active" ? "Active" : "Inactive" });
  return {};
};

export const DeleteAccessKey: Operation<"DeleteAccessKey"> = (input, iam) => {
  const key = findKey(iam, userOrRoot(input.UserName, iam), input.AccessKeyId);
  const use = iam.lastUses.get(key.accessKeyId);
  if (use !== undefined) iam.lastUses.remove(use);
  iam.accessKeys.remove(key);
  return {};
};

export const GetAccessKeyLastUsed: Operation<"GetAccessKeyLastUsed"> = (input, iam) => {
  const key = iam.accessKeys.get(input.AccessKeyId);
  // AWS: a key of nobody's is answered like one that is somebody else's.
  if (key?.accountId !== iam.accountId) {
    throw AccessDenied(
      `User: ${iam.caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed ` +
        `on resource: access key ${input.AccessKeyId}`,
    );
  }
  const use = iam.lastUses.get(key.accessKeyId);
  return {
    UserName: iam.users.get(key.ownerId)?.name ?? "root",
    AccessKeyLastUsed:
      use === undefined
        ? { LastUsedDate: undefined, ServiceName: "N/A", Region: "N/A" }
        : { LastUsedDate: toSeconds(use.at), ServiceName: use.service, Region: use.region },
  };
};

function keysOf(iam: Iam, owner: { readonly id: string }): AccessKey[] {
  return iam.accessKeys.range("byOwner", [iam.accountId, owner.id]);
}

function findKey(iam: Iam, owner: { readonly id: string }, id: string): AccessKey {
  const key = iam.accessKeys.get(id);
  if (key?.accountId !== iam.accountId || key.ownerId !== owner.id) {
    throw NoSuchEntityException(`The Access Key with id ${id} cannot be found.`);
  }
  return key;
}

/** Users, groups and roles as the holders of policies: what these do is the same for all three. */
import type { Iam } from "./api.ts";
import { findGroup, findRole, findUser } from "./named.ts";
import { refuseServiceLinked } from "./role.ts";
import type { Principal, PrincipalKind } from "./state.ts";

/** One of the three names, as the operation for users, groups or roles has it. */
export interface HolderName {
  readonly UserName?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly RoleName?: string | undefined;
}

export interface Holder {
  readonly kind: PrincipalKind;
  readonly entity: Principal;
  readonly change: (policies: Partial<Pick<Principal, "attached" | "inline">>) => void;
}

export function findHolder(iam: Iam, { UserName, GroupName, RoleName }: HolderName): Holder {
  if (UserName !== undefined) {
    const user = findUser(iam, UserName);
    const change: Holder["change"] = (policies) => iam.users.update(user, policies);
    return { kind: "user", entity: user, change };
  }
  if (GroupName !== undefined) {
    const group = findGroup(iam, GroupName);
    const change: Holder["change"] = (policies) => iam.groups.update(group, policies);
    return { kind: "group", entity: group, change };
  }
  const role = findRole(iam, RoleName ?? "");
  const change: Holder["change"] = (policies) => iam.roles.update(role, policies);
  return { kind: "role", entity: role, change };
}

/** One that its account may change. */
export function findOwnHolder(iam: Iam, name: HolderName): Holder {
  const holder = findHolder(iam, name);
  if (holder.kind === "role") refuseServiceLinked(holder.entity);
  return holder;
}

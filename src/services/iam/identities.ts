/**
 * What the pipeline asks of IAM on every call with an issued key: whose it is, and which policies
 * speak of them. Gets by key only: a key, its user, the user's groups, and the managed policies
 * that these name.
 */
import type {
  Credential,
  CredentialIdentity,
  Identities,
  InstanceProfileFacts,
  IssuedCredential,
  RoleFacts,
  SessionToIssue,
} from "../../iam/identities.ts";
import type { Caller } from "../../kernel/service.ts";
import type { Iam } from "./api.ts";
import { managedDocument, policiesOf } from "./caller-policies.ts";
import { checkMfaCode } from "./mfa-device.ts";
import { getProfile, getRole, getUser, iamArn, namedBy } from "./named.ts";
import { ensureSealingKey, seal, unseal } from "./sealing.ts";
import type { Role } from "./state.ts";
import { currentTrust } from "./trust.ts";
import { accessKeyId, accountOf, isOurs, secretKey, sessionToken } from "./unique-id.ts";

const HOUR_MS = 3_600_000;
const REMEMBERED_MS = 12 * HOUR_MS;
const USE_NOTED_EVERY_MS = 60_000;

export function identities(iam: Iam): Identities {
  return {
    credential: (id) => keyCredential(iam, id) ?? sessionCredential(iam, id) ?? goneCredential(id),
    policiesOf: (credential) => policiesOf(iam, credential),
    role: (arn) => roleFacts(iam, arn),
    instanceProfile: (arn) => profileFacts(iam, arn),
    user: (arn) => {
      const { there, name } = namedBy(iam, arn, "user");
      const user = there && getUser(there, name);
      if (there === undefined || user === undefined) return undefined;
      const found = iamArn(there, "user", user);
      return found === arn ? { arn, userId: user.id, name: user.name, tags: user.tags } : undefined;
    },
    issueSession: (session) => issueSession(iam, session),
    markUsed: (credential, facts) => markUsed(iam, credential, facts),
    checkMfaCode: ({ caller, serial, code, use }) =>
      checkMfaCode(iam.at({ accountId: caller.accountId }), {
        userId: caller.userId,
        serial,
        code,
        use,
      }),
    managedPolicy: (arn) => managedDocument(iam, arn),
    accountOfKey: (id) => iam.accessKeys.get(id)?.accountId ?? accountInKey(id),
    seal: (accountId, text) => seal(iam, accountId, text),
    unseal: (accountId, token) => unseal(iam, accountId, token),
  };
}

function keyCredential(iam: Iam, id: string): Credential | undefined {
  const key = iam.accessKeys.get(id);
  if (key === undefined) return undefined;
  const there = iam.at({ accountId: key.accountId });
  const own = { accessKeyId: id, secretAccessKey: key.secret, active: key.status === "Active" };
  if (key.ownerId === key.accountId) {
    const arn = there.arn("iam", "root", { region: "" });
    const caller = { accountId: key.accountId, arn, userId: key.accountId, accessKeyId: id };
    return { ...own, caller: { kind: "root", ...caller } };
  }
  const user = there.users.get(key.ownerId);
  if (user === undefined) return undefined;
  const arn = iamArn(there, "user", user);
  const caller = { accountId: key.accountId, arn, userId: user.id, accessKeyId: id };
  return { ...own, caller: { kind: "user", ...caller } };
}

function sessionCredential(iam: Iam, id: string): Credential | undefined {
  const row = iam.sessions.get(id);
  const caller = row && currentCaller(iam, row.caller);
  if (row === undefined || caller === undefined) return undefined;
  return {
    accessKeyId: id,
    secretAccessKey: row.secret,
    sessionToken: row.token,
    expiresAt: row.expiresAt,
    active: true,
    caller,
    session: row.session,
  };
}

/** A user's session follows the user to a new name, and ends with the user. */
function currentCaller(iam: Iam, caller: Caller): Caller | undefined {
  if (caller.kind !== "user") return caller;
  const there = iam.at({ accountId: caller.accountId });
  const user = there.users.get(caller.userId);
  return user && { ...caller, arn: iamArn(there, "user", user) };
}

/** Other unique ids have an account in them, too, and are no keys. */
const accountInKey = (id: string): string | undefined =>
  /^A[KS]IA/.test(id) ? accountOf(id) : undefined;

/** A key that we gave out and know no more: never a stranger's. */
function goneCredential(id: string): Credential | undefined {
  const accountId = isOurs(id) ? accountOf(id) : undefined;
  if (accountId === undefined) return undefined;
  const caller: Caller = { kind: "anonymous", accountId, arn: "anonymous", userId: "anonymous" };
  return { accessKeyId: id, secretAccessKey: "", active: false, caller };
}

function roleFacts(iam: Iam, arn: string): RoleFacts | undefined {
  const { there, name } = namedBy(iam, arn, "role");
  const role = there && getRole(there, name);
  if (there === undefined || role === undefined || iamArn(there, "role", role) !== arn) {
    return undefined;
  }
  return toFacts(there, role, arn);
}

const toFacts = (there: Iam, role: Role, arn: string): RoleFacts => ({
  arn,
  roleId: role.id,
  name: role.name,
  path: role.path,
  accountId: there.accountId,
  trustPolicy: currentTrust(there, role),
  maxSessionSeconds: role.maxSessionSeconds,
  tags: role.tags,
});

function profileFacts(iam: Iam, arn: string): InstanceProfileFacts | undefined {
  const { there, name } = namedBy(iam, arn, "instance-profile");
  const profile = there && getProfile(there, name);
  if (there === undefined || profile === undefined) return undefined;
  if (iamArn(there, "instance-profile", profile) !== arn) return undefined;
  const role = profile.roleId === undefined ? undefined : there.roles.get(profile.roleId);
  return {
    arn,
    profileId: profile.id,
    name: profile.name,
    ...(role !== undefined && { roleArn: iamArn(there, "role", role) }),
  };
}

function issueSession(iam: Iam, { caller, session, expiresAt }: SessionToIssue): IssuedCredential {
  ensureSealingKey(iam);
  const id = freshKeyId(iam, "ASIA", caller.accountId);
  const row = iam.sessions.insert({
    accessKeyId: id,
    secret: secretKey(iam.ids),
    token: sessionToken(iam.ids),
    caller: { ...caller, accessKeyId: id },
    session,
    expiresAt,
    forgottenAt: expiresAt + REMEMBERED_MS,
  });
  return { accessKeyId: id, secretAccessKey: row.secret, sessionToken: row.token, expiresAt };
}

/** There are a hundred million for each account: now and then one comes up again. */
export function freshKeyId(iam: Iam, prefix: "AKIA" | "ASIA", accountId: string): string {
  for (;;) {
    const id = accessKeyId(prefix, accountId, iam.ids);
    if (!iam.sessions.has(id) && !iam.accessKeys.has(id)) return id;
  }
}

/** At most once a minute, so that reading calls do not all write. */
function markUsed(
  iam: Iam,
  { caller }: CredentialIdentity,
  { service, region, at }: { service: string; region: string; at: number },
): void {
  const key = caller.kind === "user" || caller.kind === "root" ? caller.accessKeyId : undefined;
  const id = caller.kind === "role-session" ? caller.userId.split(":")[0] : key;
  if (id === undefined || (key !== undefined && !iam.accessKeys.has(key))) return;
  const last = iam.lastUses.get(id);
  if (last !== undefined && at - last.at < USE_NOTED_EVERY_MS) return;
  iam.lastUses.put({ id, at, service, region });
}

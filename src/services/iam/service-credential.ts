/**
 * Credentials for one service alone: user names and passwords, or long-term API keys. What they
 * would open are services that are not here; only salted hashes are kept.
 */
import { createHash } from "node:crypto";
import type { Iam, Operation } from "./api.ts";
import { NoSuchEntityException, quotaExceeded } from "./errors.ts";
import { findUser, toSeconds } from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import type { ServiceCredential, User } from "./state.ts";
import { uniqueId } from "./unique-id.ts";
import { userOrCaller } from "./user.ts";

const DAY_MS = 86_400_000;
const SALT_BYTES = 16;
const SECRET_BYTES = 32;

/** Whether its credentials are API keys. */
const SERVICES: Readonly<Record<string, "password" | "api key">> = {
  "codecommit.amazonaws.com": "password",
  "cassandra.amazonaws.com": "password",
  "bedrock.amazonaws.com": "api key",
  "logs.amazonaws.com": "api key",
};

export const CreateServiceSpecificCredential: Operation<"CreateServiceSpecificCredential"> = (
  input,
  iam,
) => {
  const user = findUser(iam, input.UserName);
  const service = input.ServiceName;
  checkService(service);
  const there = iam.serviceCredentials.list([user.id]).filter((row) => row.service === service);
  const most = QUOTAS.credentialsPerService;
  if (there.length >= most) throw quotaExceeded("ServiceSpecificCredentialsPerUser", most);
  const secret = newSecret(iam);
  const days = input.CredentialAgeDays;
  const row = iam.serviceCredentials.insert({
    userId: user.id,
    id: uniqueId("ACCA", iam.accountId, iam.ids),
    status: "Active",
    createdAt: iam.now,
    service,
    name: nameOf(iam, user, there.length),
    ...hashed(iam, secret),
    ...(days !== undefined && { expiresAt: iam.now + days * DAY_MS }),
  });
  return { ServiceSpecificCredential: { ...describe(user, row, iam), ...told(row, secret) } };
};

export const ListServiceSpecificCredentials: Operation<"ListServiceSpecificCredentials"> = (
  input,
  iam,
) => {
  if (input.ServiceName !== undefined) checkService(input.ServiceName);
  const owners = input.AllUsers === true ? iam.users.list() : [userOrCaller(input.UserName, iam)];
  const all = owners.flatMap((user) =>
    iam.serviceCredentials
      .list([user.id])
      .filter(({ service }) => input.ServiceName === undefined || service === input.ServiceName)
      .map((row) => describe(user, row, iam)),
  );
  if (input.AllUsers !== true) return { ServiceSpecificCredentials: all };
  const { items, rest } = pageOf(all, input, (one) => one.ServiceSpecificCredentialId);
  return { ServiceSpecificCredentials: [...items], ...rest };
};

export const ResetServiceSpecificCredential: Operation<"ResetServiceSpecificCredential"> = (
  input,
  iam,
) => {
  const user = userOrCaller(input.UserName, iam);
  const row = findCredential(iam, user, input.ServiceSpecificCredentialId);
  const secret = newSecret(iam);
  iam.serviceCredentials.update(row, hashed(iam, secret));
  return { ServiceSpecificCredential: { ...describe(user, row, iam), ...told(row, secret) } };
};

export const UpdateServiceSpecificCredential: Operation<"UpdateServiceSpecificCredential"> = (
  input,
  iam,
) => {
  const user = userOrCaller(input.UserName, iam);
  const row = findCredential(iam, user, input.ServiceSpecificCredentialId);
  const status = input.Status === "Active" ? "Active" : "Inactive";
  iam.serviceCredentials.update(row, { status });
  return {};
};

export const DeleteServiceSpecificCredential: Operation<"DeleteServiceSpecificCredential"> = (
  input,
  iam,
) => {
  const user = userOrCaller(input.UserName, iam);
  iam.serviceCredentials.remove(findCredential(iam, user, input.ServiceSpecificCredentialId));
  return {};
};

function checkService(service: string): void {
  if (Object.hasOwn(SERVICES, service)) return;
  throw NoSuchEntityException(
    `No such service ${service} is supported for Service Specific Credentials`,
  );
}

function findCredential(iam: Iam, user: User, id: string): ServiceCredential {
  const row = iam.serviceCredentials.get(user.id, id);
  if (row === undefined) throw NoSuchEntityException(`No such credential ${id} exists`);
  return row;
}

/** "ana-at-000000000000", and "ana+1-at-000000000000" for the second one. */
const nameOf = (iam: Iam, user: User, there: number): string =>
  `${user.name}${there === 0 ? "" : `+${there}`}-at-${iam.accountId}`;

const newSecret = (iam: Iam): string => Buffer.from(iam.ids.bytes(SECRET_BYTES)).toString("base64");

/** A secret that was drawn needs no slow hash. */
function hashed(iam: Iam, secret: string): Pick<ServiceCredential, "salt" | "hash"> {
  const salt = iam.ids.bytes(SALT_BYTES);
  return { salt, hash: createHash("sha256").update(salt).update(secret).digest() };
}

const isApiKey = ({ service }: ServiceCredential) => SERVICES[service] === "api key";

function told(row: ServiceCredential, secret: string) {
  return isApiKey(row) ? { ServiceCredentialSecret: secret } : { ServicePassword: secret };
}

function describe(user: User, row: ServiceCredential, iam: Iam) {
  const { expiresAt, createdAt, status } = row;
  const expired = expiresAt !== undefined && expiresAt <= iam.now;
  return {
    CreateDate: toSeconds(createdAt),
    ...(expiresAt !== undefined && { ExpirationDate: toSeconds(expiresAt) }),
    ServiceName: row.service,
    ...(isApiKey(row) ? { ServiceCredentialAlias: row.name } : { ServiceUserName: row.name }),
    ServiceSpecificCredentialId: row.id,
    UserName: user.name,
    Status: expired ? ("Expired" as const) : status,
  };
}

/** SSH public keys of users: RSA keys, given in OpenSSH's form or as PEM, read back in either. */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import type { Iam, Operation } from "./api.ts";
import {
  DuplicateSSHPublicKeyException,
  InvalidPublicKeyException,
  NoSuchEntityException,
  quotaExceeded,
  UnrecognizedPublicKeyEncodingException,
} from "./errors.ts";
import { findUser, toSeconds } from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import type { SshPublicKey, User } from "./state.ts";
import { uniqueId } from "./unique-id.ts";
import { userOrCaller } from "./user.ts";

const BITS_MIN = 2048;

export const UploadSSHPublicKey: Operation<"UploadSSHPublicKey"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  const body = input.SSHPublicKeyBody.trim();
  const key = readKey(body);
  const fingerprint = fingerprintOf(key);
  const there = iam.sshPublicKeys.list([user.id]);
  if (there.some((other) => other.fingerprint === fingerprint)) {
    throw DuplicateSSHPublicKeyException();
  }
  if (there.length >= QUOTAS.sshKeysPerUser) {
    throw quotaExceeded("SSHPublicKeysPerUser", QUOTAS.sshKeysPerUser);
  }
  const row = iam.sshPublicKeys.insert({
    userId: user.id,
    id: uniqueId("APKA", iam.accountId, iam.ids),
    body,
    fingerprint,
    status: "Active",
    createdAt: iam.now,
  });
  return { SSHPublicKey: describe(user, row, body) };
};

export const GetSSHPublicKey: Operation<"GetSSHPublicKey"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  const row = findKey(iam, user, input.SSHPublicKeyId);
  const key = readKey(row.body);
  return { SSHPublicKey: describe(user, row, input.Encoding === "PEM" ? toPem(key) : toSsh(key)) };
};

export const ListSSHPublicKeys: Operation<"ListSSHPublicKeys"> = (input, iam) => {
  const user = userOrCaller(input.UserName, iam);
  const { items, rest } = pageOf(iam.sshPublicKeys.list([user.id]), input, ({ id }) => id);
  const SSHPublicKeys = items.map((row) => ({
    UserName: user.name,
    SSHPublicKeyId: row.id,
    Status: row.status,
    UploadDate: toSeconds(row.createdAt),
  }));
  return { SSHPublicKeys, ...rest };
};

export const UpdateSSHPublicKey: Operation<"UpdateSSHPublicKey"> = (input, iam) => {
  const row = findKey(iam, findUser(iam, input.UserName), input.SSHPublicKeyId);
  iam.sshPublicKeys.update(row, { status: input.Status === "Active" ? "Active" : "Inactive" });
  return {};
};

export const DeleteSSHPublicKey: Operation<"DeleteSSHPublicKey"> = (input, iam) => {
  iam.sshPublicKeys.remove(findKey(iam, findUser(iam, input.UserName), input.SSHPublicKeyId));
  return {};
};

function findKey(iam: Iam, user: User, id: string): SshPublicKey {
  const row = iam.sshPublicKeys.get(user.id, id);
  if (row === undefined) {
    throw NoSuchEntityException(`The Public Key with id ${id} cannot be found.`);
  }
  return row;
}

function describe(user: User, row: SshPublicKey, body: string) {
  return {
    UserName: user.name,
    SSHPublicKeyId: row.id,
    Fingerprint: row.fingerprint,
    SSHPublicKeyBody: body,
    Status: row.status,
    UploadDate: toSeconds(row.createdAt),
  };
}

function readKey(text: string): KeyObject {
  const key = text.startsWith("-----BEGIN") ? fromPem(text) : fromSsh(text);
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== "rsa" || modulusLength < BITS_MIN) {
    throw InvalidPublicKeyException();
  }
  return key;
}

function fromPem(text: string): KeyObject {
  try {
    return createPublicKey(text);
  } catch {
    throw UnrecognizedPublicKeyEncodingException();
  }
}

/** "ssh-rsa AAAA… comment": three fields, each behind its length: the name, e and n. */
function fromSsh(text: string): KeyObject {
  const [kind, encoded = ""] = text.split(/\s+/);
  if (kind !== "ssh-rsa") throw UnrecognizedPublicKeyEncodingException();
  const [name, e, n] = fieldsOf(Buffer.from(encoded, "base64"));
  if (name?.toString("latin1") !== "ssh-rsa" || e === undefined || n === undefined) {
    throw InvalidPublicKeyException();
  }
  const jwk = { kty: "RSA", e: e.toString("base64url"), n: n.toString("base64url") };
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    throw InvalidPublicKeyException();
  }
}

function fieldsOf(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return [];
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

const toPem = (key: KeyObject): string =>
  key.export({ type: "spki", format: "pem" }).toString().trimEnd();

const toSsh = (key: KeyObject): string => `ssh-rsa ${sshBytes(key).toString("base64")}`;

function sshBytes(key: KeyObject): Buffer {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  const number = (text: string) => {
    const bytes = Buffer.from(text, "base64url");
    // The numbers are signed: a first bit that is set would make them negative.
    return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
  };
  return Buffer.concat([Buffer.from("ssh-rsa"), number(e), number(n)].flatMap(withLength));
}

function withLength(bytes: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

/** MD5 over the key in OpenSSH's form, as `ssh-keygen -l -E md5` shows it. */
const fingerprintOf = (key: KeyObject): string =>
  (createHash("md5").update(sshBytes(key)).digest("hex").match(/../g) ?? []).join(":");

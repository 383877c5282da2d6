import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

/** In OpenSSH's form, with a modulus that nobody has factors of. */
function sshKey(number: number, bits = 2048): string {
  const modulus = Buffer.alloc(bits / 8 + 1, 0xd5);
  modulus[0] = 0;
  modulus.writeUInt8(number * 2 + 1, modulus.length - 1);
  const fields = [Buffer.from("ssh-rsa"), Buffer.from([1, 0, 1]), modulus].flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return [length, field];
  });
  return `ssh-rsa ${Buffer.concat(fields).toString("base64")}`;
}

async function world() {
  const iam = new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });
  await iam.createUser({ UserName: "ana" });
  return iam;
}

const UserName = "ana";

/** Made with `ssh-keygen -t rsa -b 2048`; the fingerprint is that of `ssh-keygen -l -E md5`. */
const SSH = [
  "ssh-rsa ",
  "AAAAB3NzaC1yc2EAAAADAQABAAABAQCzWPxzi6Q3hlwayid3txFwz8OU5hpBZZMeRZ4sec9U+mEmI8Uvmfeh",
  "kvAeUwf2HlfCUHktODQFVSAphQUa1eI5VBuppdOLu+gH+fE3YjQJ/Oeet5ZtNb7r3fukf+U4/ClMVQT6D9co",
  "Y7Vysj4Mjbe9CHviLecEx61vUfYEBMLR9iXgypKjaAllOiE5+ZxV/ZGRBYyY8h5SyEoOo3h0nedUGZMBp71A",
  "LuKdp4qHfw7AfaY15Ddb4jX9NFryVUNz7/dhYxWaVVg9H/4v2aY368JjDYWxkbfMTiU05PEmgBbtK/7ar5MQ",
  "9WRpzW/JGv+HONx3q6bNljMj67cXfKiI27Gj",
  " ana@laptop",
].join("");
const FINGERPRINT = "b2:77:20:54:f4:bd:5a:d3:bf:87:cb:bb:7b:ea:d1:bd";

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("a key is shown with its fingerprint, as OpenSSH and as PEM", async () => {
  const iam = await world();
  const { SSHPublicKey } = await iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: SSH });
  expect(SSHPublicKey).toEqual({
    UserName,
    SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{17}$/),
    Fingerprint: FINGERPRINT,
    SSHPublicKeyBody: SSH,
    Status: "Active",
    UploadDate: new Date("2030-01-01T00:00:00Z"),
  });
  const SSHPublicKeyId = SSHPublicKey?.SSHPublicKeyId;
  const as = async (Encoding: "SSH" | "PEM") =>
    (await iam.getSSHPublicKey({ UserName, SSHPublicKeyId, Encoding })).SSHPublicKey
      ?.SSHPublicKeyBody ?? "";
  expect(await as("SSH")).toBe(SSH.replace(" ana@laptop", ""));
  await iam.deleteSSHPublicKey({ UserName, SSHPublicKeyId });
  const again = await iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: await pemOf(iam) });
  expect(again.SSHPublicKey?.Fingerprint).toBe(FINGERPRINT);
});

/** The same key as PEM, by way of another user. */
async function pemOf(iam: IAM): Promise<string> {
  await iam.createUser({ UserName: "bob" });
  const bob = { UserName: "bob" };
  const { SSHPublicKey } = await iam.uploadSSHPublicKey({ ...bob, SSHPublicKeyBody: SSH });
  const { SSHPublicKeyId } = SSHPublicKey ?? {};
  const read = await iam.getSSHPublicKey({ ...bob, SSHPublicKeyId, Encoding: "PEM" });
  return read.SSHPublicKey?.SSHPublicKeyBody ?? "";
}

test("a key is switched off, listed, and keeps its user from being deleted", async () => {
  const iam = await world();
  const { SSHPublicKey } = await iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: SSH });
  const key = { UserName, SSHPublicKeyId: SSHPublicKey?.SSHPublicKeyId };
  await iam.updateSSHPublicKey({ ...key, Status: "Inactive" });
  expect((await iam.listSSHPublicKeys({ UserName })).SSHPublicKeys).toEqual([
    { ...key, Status: "Inactive", UploadDate: new Date("2030-01-01T00:00:00Z") },
  ]);
  expect(await outcome(iam.deleteUser({ UserName }))).toBe(
    "DeleteConflictException: Cannot delete entity, must remove referenced objects first.",
  );
  await iam.deleteSSHPublicKey(key);
  expect(await outcome(iam.deleteSSHPublicKey(key))).toBe(
    `NoSuchEntityException: The Public Key with id ${key.SSHPublicKeyId} cannot be found.`,
  );
});

test("what is no RSA key, too short or there already is refused", async () => {
  const iam = await world();
  const upload = (SSHPublicKeyBody: string) =>
    outcome(iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody }));
  expect(await upload("ssh-ed25519 AAAA")).toBe(
    "UnrecognizedPublicKeyEncodingException: Invalid public key uploaded.",
  );
  expect(await upload("ssh-rsa AAAA")).toBe(
    "InvalidPublicKeyException: Invalid public key uploaded.",
  );
  expect(await upload(sshKey(0, 1024))).toBe(
    "InvalidPublicKeyException: Invalid public key uploaded.",
  );
  expect(await upload(SSH)).toBe("done");
  expect(await upload(SSH)).toBe(
    "DuplicateSSHPublicKeyException: The SSH public key is already associated with the user.",
  );
  for (let count = 1; count < 5; count++) expect(await upload(sshKey(count))).toBe("done");
  expect(await upload(sshKey(5))).toBe(
    "LimitExceededException: Cannot exceed quota for SSHPublicKeysPerUser: 5",
  );
});

import { KMS, type CreateGrantCommandInput } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const GranteePrincipal = "arn:aws:iam::000000000000:role/worker";

async function start() {
  const kms = new KMS((await startCloud()).config());
  const { KeyMetadata } = await kms.createKey({});
  const KeyId = KeyMetadata!.KeyId!;
  const grant = (input: Partial<CreateGrantCommandInput> = {}) =>
    kms.createGrant({ KeyId, GranteePrincipal, Operations: ["Decrypt"], ...input });
  return { kms, KeyId, arn: KeyMetadata!.Arn!, grant };
}

test("a grant is listed as it was made", async () => {
  const { kms, KeyId, arn, grant } = await start();
  const { GrantId } = await grant({
    Name: "nightly",
    Operations: ["Encrypt", "Decrypt"],
    Constraints: { EncryptionContextEquals: { job: "7" } },
  });
  expect(GrantId).toMatch(/^[0-9a-f]{64}$/);
  expect((await kms.listGrants({ KeyId })).Grants).toEqual([
    {
      KeyId: arn,
      GrantId,
      Name: "nightly",
      CreationDate: new Date("2030-01-01T00:00:00Z"),
      GranteePrincipal,
      IssuingAccount: "arn:aws:iam::000000000000:root",
      Operations: ["Encrypt", "Decrypt"],
      Constraints: { EncryptionContextEquals: { job: "7" } },
    },
  ]);
});

test("the same grant with the same name is made once", async () => {
  const { kms, KeyId, grant } = await start();
  const first = await grant({ Name: "once" });
  const again = await grant({ Name: "once" });
  expect([again.GrantId, again.GrantToken]).toEqual([first.GrantId, first.GrantToken]);
  const different = await grant({ Name: "once", Operations: ["Encrypt"] });
  expect(different.GrantId).not.toBe(first.GrantId);
  await grant();
  await grant();
  expect((await kms.listGrants({ KeyId })).Grants).toHaveLength(4);
  const one = await kms.listGrants({ KeyId, GrantId: first.GrantId });
  expect(one.Grants).toHaveLength(1);
});

test("a grant gives only what the key can do", async () => {
  const { grant } = await start();
  await expect(grant({ Operations: ["Sign"] })).rejects.toMatchObject({
    name: "ValidationException",
  });
});

test("tokens and ids that nobody gave out are refused", async () => {
  const { kms, KeyId } = await start();
  await expect(
    kms.encrypt({ KeyId, Plaintext: Buffer.from("x"), GrantTokens: ["bm8="] }),
  ).rejects.toMatchObject({ name: "InvalidGrantTokenException" });
  await expect(kms.revokeGrant({ KeyId, GrantId: "0".repeat(64) })).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("a group is nobody whom a grant could be for", async () => {
  const { kms, grant } = await start();
  const group = "arn:aws:iam::000000000000:group/workers";
  const refusal = { name: "InvalidArnException", message: `Invalid principal: ${group}` };
  await expect(grant({ GranteePrincipal: group })).rejects.toMatchObject(refusal);
  await expect(grant({ RetiringPrincipal: group })).rejects.toMatchObject(refusal);
  await expect(kms.listRetirableGrants({ RetiringPrincipal: group })).rejects.toMatchObject(
    refusal,
  );
});

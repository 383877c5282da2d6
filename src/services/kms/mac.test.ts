import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const kms = new KMS((await startCloud()).config());
const Message = Buffer.from("ship it");

test.for(["224", "256", "384", "512"] as const)("HMAC_%s codes are checked", async (size) => {
  const { KeyMetadata } = await kms.createKey({
    KeySpec: `HMAC_${size}`,
    KeyUsage: "GENERATE_VERIFY_MAC",
  });
  const { KeyId, Arn } = KeyMetadata!;
  const asked = { KeyId, Message, MacAlgorithm: `HMAC_SHA_${size}` } as const;
  const { Mac, ...made } = await kms.generateMac(asked);
  expect([made.KeyId, Mac!.length]).toEqual([Arn, Number(size) / 8]);
  expect((await kms.verifyMac({ ...asked, Mac })).MacValid).toBe(true);
  for (const wrong of [{ Message: Buffer.from("stop it") }, { Mac: Mac!.slice(1) }]) {
    await expect(kms.verifyMac({ ...asked, Mac, ...wrong })).rejects.toMatchObject({
      name: "KMSInvalidMacException",
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test("an algorithm of another length is refused", async () => {
  const { KeyMetadata } = await kms.createKey({
    KeySpec: "HMAC_256",
    KeyUsage: "GENERATE_VERIFY_MAC",
  });
  await expect(
    kms.generateMac({ KeyId: KeyMetadata!.KeyId, Message, MacAlgorithm: "HMAC_SHA_512" }),
  ).rejects.toMatchObject({
    name: "InvalidKeyUsageException",
    message: "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.",
  });
});

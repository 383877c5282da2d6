import { createHash } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { customerKey } from "./encryption.ts";

const place = { Bucket: "sealed", Key: "secret" };
const key = Buffer.alloc(32, "k");
const SSECustomerKeyMD5 = createHash("md5").update(key).digest("base64");
const withKey = {
  SSECustomerAlgorithm: "AES256",
  SSECustomerKey: key.toString("base64"),
  SSECustomerKeyMD5,
};

async function bucket() {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "sealed" });
  return s3;
}

test.for([10, 100_003])("%i bytes under the customer's key are read back with it", async (size) => {
  const s3 = await bucket();
  const Body = Buffer.alloc(size, "0123456789");
  const put = await s3.putObject({ ...place, Body, ...withKey });
  expect([put.SSECustomerAlgorithm, put.SSECustomerKeyMD5, put.ServerSideEncryption]).toEqual([
    "AES256",
    SSECustomerKeyMD5,
    undefined,
  ]);
  expect(put.ETag).not.toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
  const got = await s3.getObject({ ...place, ...withKey });
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
  const Range = `bytes=${size - 5}-`;
  const end = await s3.getObject({ ...place, ...withKey, Range });
  expect(await end.Body?.transformToString()).toBe(Body.subarray(-5).toString());
});

test("without the key, and with another one, nothing is given", async () => {
  const s3 = await bucket();
  await s3.putObject({ ...place, Body: "x", ...withKey });
  await expect(s3.getObject(place)).rejects.toMatchObject({
    name: "InvalidRequest",
    message:
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
  });
  const other = Buffer.alloc(32, "o");
  await expect(
    s3.getObject({
      ...place,
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: other.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(other).digest("base64"),
    }),
  ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
});

test("a key that is not what its MD5 says is refused", () => {
  const given = { algorithm: "AES256", key: withKey.SSECustomerKey, md5: "x" };
  expect(() => customerKey(given)).toThrow(
    "The calculated MD5 hash of the key did not match the hash that was provided.",
  );
});

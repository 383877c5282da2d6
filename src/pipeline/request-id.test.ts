import { expect, test } from "vitest";
import { seededChance } from "../kernel/ids.ts";
import type { ServiceModel } from "../model/model.ts";
import { metaOf, requestIdOf } from "./request-id.ts";

const serviceSignedAs = (signingName: string) => ({ signingName }) as ServiceModel;

const BYTES = Uint8Array.from({ length: 16 }, (_unused, at) => at * 17);

test("most services write a request's id as a UUID", () => {
  const requestId = requestIdOf(serviceSignedAs("sqs"), BYTES);
  expect(requestId).toBe("00112233-4455-4677-8899-aabbccddeeff");
  expect(metaOf(serviceSignedAs("sqs"), requestId)).toEqual({ requestId });
});

test("S3 writes sixteen digits, and a longer text besides", () => {
  const requestId = requestIdOf(serviceSignedAs("s3"), BYTES);
  expect(requestId).toBe("0011223344556677");
  expect(metaOf(serviceSignedAs("s3"), requestId)).toEqual({
    requestId,
    extendedRequestId: "MDAxMTIyMzM0NDU1NjY3NzAwMTEyMjMzNDQ1NTY2NzcwMDExMjIzMzQ0NTU2Njc3",
  });
});

test("DynamoDB writes digits to the base 32, half of them the same in all", () => {
  const chance = seededChance(1);
  for (let time = 0; time < 100; time++) {
    const bytes = chance(16);
    const bits = BigInt(`0x${Buffer.from(bytes).toString("hex")}`) << 2n;
    const own = bits.toString(32).toUpperCase().padStart(26, "0");
    const id = requestIdOf(serviceSignedAs("dynamodb"), bytes);
    expect(id).toBe(`${own}VV4KQNSO5AEMVJF66Q9ASUAAJG`);
  }
});

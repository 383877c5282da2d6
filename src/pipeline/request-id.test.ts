import { expect, test } from "vitest";
import { seededChance, uuidOf } from "../kernel/ids.ts";
import type { ServiceModel } from "../model/model.ts";
import { metaOf, requestIdOf } from "./request-id.ts";

const serviceSignedAs = (signingName: string) => ({ signingName }) as ServiceModel;

test("most services write a request's id as a UUID", () => {
  const uuid = "0f3c2a1b-1111-4222-8333-123456789abc";
  expect(metaOf(serviceSignedAs("sqs"), uuid)).toEqual({ requestId: uuid });
});

test("S3 writes sixteen digits, and a longer text besides", () => {
  expect(metaOf(serviceSignedAs("s3"), "0f3c2a1b-1111-4222-8333-123456789abc")).toEqual({
    requestId: "0F3C2A1B11114222",
    extendedRequestId: "MGYzYzJhMWItMTExMS00MjIyLTgzMzMtMTIzNDU2Nzg5YWJjMEYzQzJBMUIxMTExNDIyMg==",
  });
});

test("DynamoDB writes digits to the base 32, half of them the same in all", () => {
  const chance = seededChance(1);
  for (let time = 0; time < 100; time++) {
    const uuid = uuidOf(chance(16));
    const bits = BigInt(`0x${uuid.replaceAll("-", "")}`) << 2n;
    const own = bits.toString(32).toUpperCase().padStart(26, "0");
    const id = requestIdOf(serviceSignedAs("dynamodb"), uuid);
    expect(id).toBe(`${own}VV4KQNSO5AEMVJF66Q9ASUAAJG`);
  }
});

import { expect, test } from "vitest";
import { deriveSigningKey, signingKeys } from "./signing-keys.ts";

const scope = (date: string) => `${date}/us-east-1/iam/aws4_request`;

test("the signing key is that of AWS's documentation, and is derived once", () => {
  const keys = signingKeys(2);
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  const key = keys.symmetric(secret, scope("20150830"));
  expect(deriveSigningKey(secret, scope("20150830")).toString("hex")).toBe(
    "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9",
  );
  expect(keys.symmetric(secret, scope("20150830"))).toBe(key);
});

test("only so many keys are remembered", () => {
  const keys = signingKeys(2);
  const [first, second] = ["1", "2"].map((date) => keys.symmetric("s", scope(date)));
  expect(keys.symmetric("s", scope("2"))).toBe(second);
  keys.symmetric("s", scope("3"));
  expect(keys.symmetric("s", scope("1"))).not.toBe(first);
  expect(keys.symmetric("s", scope("1")).sign("text")).toBe(first?.sign("text"));
});

import { expect, test } from "vitest";
import { ACCOUNT, inIam } from "./facts.testing.ts";
import { ensureSealingKey, seal, unseal } from "./sealing.ts";

test("what is sealed for an account is opened by it alone, and only unchanged", async () => {
  await inIam((iam) => {
    ensureSealingKey(iam);
    const token = seal(iam, ACCOUNT, '{"allowed":false}') ?? "";
    expect(token).not.toContain("allowed");
    expect(unseal(iam, ACCOUNT, token)).toBe('{"allowed":false}');
    expect(unseal(iam, "111111111111", token)).toBe(undefined);
    expect(unseal(iam, ACCOUNT, `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`)).toBe(
      undefined,
    );
    expect(unseal(iam, ACCOUNT, "")).toBe(undefined);
  });
});

test("before there are credentials there is nothing to seal with", async () => {
  expect(await inIam((iam) => seal(iam, ACCOUNT, "x"))).toBe(undefined);
});

import { expect, test } from "vitest";
import { Draws, seededChance } from "../../kernel/ids.ts";
import { accessKeyId, accountOf, isOurs, uniqueId } from "./unique-id.ts";

test("a key that AWS once gave out tells its account", () => {
  expect(accountOf("ASIAY34FZKBOKMUTVV7A")).toBe("609629065308");
});

test("our keys and ids tell their accounts", () => {
  const ids = new Draws(seededChance(7));
  for (const accountId of ["000000000000", "000000000001", "123456789012", "999999999999"]) {
    expect(accountOf(accessKeyId("AKIA", accountId, ids))).toBe(accountId);
    expect(accountOf(uniqueId("AROA", accountId, ids))).toBe(accountId);
  }
});

test("what no scheme made has no account", () => {
  expect([accountOf("AKIAIOSFODNN7EXAMPLE"), accountOf("test"), accountOf("")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("our keys are known as ours, others are not", () => {
  const ids = new Draws(seededChance(7));
  const key = accessKeyId("ASIA", "123456789012", ids);
  const changed = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
  expect([key, changed, "ASIAY34FZKBOKMUTVV7A", "test", "111111111111"].map(isOurs)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

import { expect, test } from "vitest";
import { startCloud, type ConfigOptions, type Duration, type StartOptions } from "./cloud.ts";

const START = "accountId, region, clock, seed, strict, iam, directory";
const PARTS = "days, hours, minutes, seconds, milliseconds";

test.for([
  [{ iam: "foo" }, RangeError, 'iam is "foo"; it takes one of enforce, soft, off.'],
  [{ accountId: "12" }, RangeError, 'accountId is "12"; an account id has twelve digits.'],
  [{ accountId: 12 }, TypeError, "accountId is 12; it takes text."],
  [{ region: "here" }, RangeError, 'region is "here"; it takes a region such as us-east-1.'],
  [
    { clock: new Date(NaN) },
    TypeError,
    'clock is Invalid Date; it takes a valid Date or "flowing".',
  ],
  [{ clock: "frozen" }, TypeError, 'clock is "frozen"; it takes a valid Date or "flowing".'],
  [{ seed: 1.5 }, TypeError, "seed is 1.5; it takes a whole number."],
  [{ strict: "yes" }, TypeError, 'strict is "yes"; it takes true or false.'],
  [{ directory: "" }, TypeError, 'directory is ""; it takes the path of a directory.'],
] as const)("startCloud refuses %o", async ([options, kind, says]) => {
  const started = startCloud(options as unknown as StartOptions);
  await expect(started).rejects.toThrow(new kind(`startCloud: ${says}`));
});

test("startCloud names its options to who gives another, or none at all", async () => {
  const start = (options: unknown) => startCloud(options as StartOptions);
  await expect(start({ acountId: "111122223333" })).rejects.toThrow(
    new TypeError(`startCloud has no option "acountId"; it has ${START}.`),
  );
  await expect(start(null)).rejects.toThrow(
    new TypeError(`startCloud takes an object of ${START}, not null.`),
  );
});

test("an option that is undefined is as good as absent", async () => {
  const cloud = await startCloud({ iam: undefined, clock: undefined } as unknown as StartOptions);
  expect(cloud.clock.now()).toEqual(new Date("2030-01-01T00:00:00Z"));
});

test.for([
  [{ accountId: "12" }, RangeError, 'config: accountId is "12"; an account id has twelve digits.'],
  [{ region: 1 }, TypeError, "config: region is 1; it takes text."],
  [
    { credentials: "test" },
    TypeError,
    'config: credentials is "test"; it takes an object of keys.',
  ],
  [
    { account: "111122223333" },
    TypeError,
    'config has no option "account"; it has accountId, region, credentials.',
  ],
] as const)("config refuses %o", async ([as, kind, says]) => {
  const cloud = await startCloud();
  expect(() => cloud.config(as as unknown as ConfigOptions)).toThrow(new kind(says));
});

test.for([
  [{ seconds: -1 }, RangeError, "advance is -1000 ms in all; the clock does not run backwards."],
  [{ foo: 1 }, TypeError, `advance has no option "foo"; it has ${PARTS}.`],
  [{ days: NaN }, TypeError, "advance: days is NaN; it takes a finite number."],
  [{ days: "1" }, TypeError, 'advance: days is "1"; it takes a finite number.'],
  [{}, TypeError, `advance takes at least one of ${PARTS}.`],
  [5000, TypeError, `advance takes an object of ${PARTS}, not 5000.`],
] as const)("advance refuses %o", async ([by, kind, says]) => {
  const { clock } = await startCloud();
  await expect(clock.advance(by as unknown as Duration)).rejects.toThrow(new kind(says));
});

test("parts of an advance may take away from others", async () => {
  const { clock } = await startCloud();
  await clock.advance({ days: 1, seconds: -1 });
  expect(clock.now()).toEqual(new Date("2030-01-01T23:59:59Z"));
});

test("advanceTo refuses what is past, and what is no instant", async () => {
  const { clock } = await startCloud();
  await expect(clock.advanceTo(new Date("2029-12-31T23:59:59Z"))).rejects.toThrow(
    new RangeError(
      "advanceTo: The clock shows 2030-01-01T00:00:00.000Z already; it does not run backwards.",
    ),
  );
  await expect(clock.advanceTo(new Date(NaN))).rejects.toThrow(
    new TypeError("advanceTo takes a valid Date, not Invalid Date."),
  );
  await clock.advanceTo(clock.now());
});

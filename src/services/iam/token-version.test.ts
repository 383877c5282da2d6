import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

test("the version of the global endpoint's tokens is the first until another is chosen", async () => {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  const version = async (of = iam) =>
    (await of.getAccountSummary({})).SummaryMap?.GlobalEndpointTokenVersion;
  expect(await version()).toBe(1);
  await iam.setSecurityTokenServicePreferences({ GlobalEndpointTokenVersion: "v2Token" });
  expect(await version()).toBe(2);
  expect(await version(new IAM(cloud.config({ accountId: "111111111111" })))).toBe(1);
  await iam.setSecurityTokenServicePreferences({ GlobalEndpointTokenVersion: "v1Token" });
  expect(await version()).toBe(1);
});

import { EC2 } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { zoneIdPrefix } from "./availability-zone.ts";

test("the zones are those of the region that is asked", async () => {
  const ec2 = new EC2((await startCloud()).config({ region: "eu-west-1" }));
  const { AvailabilityZones } = await ec2.describeAvailabilityZones({});
  expect(
    AvailabilityZones?.map(({ ZoneName, ZoneId, State }) => [ZoneName, ZoneId, State]),
  ).toEqual([
    ["eu-west-1a", "euw1-az1", "available"],
    ["eu-west-1b", "euw1-az2", "available"],
    ["eu-west-1c", "euw1-az3", "available"],
  ]);
});

test("a zone that does not exist is refused", async () => {
  const ec2 = new EC2((await startCloud()).config());
  await expect(ec2.describeAvailabilityZones({ ZoneNames: ["us-east-1z"] })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Invalid availability zone: [us-east-1z]",
  });
});

test.for([
  ["us-east-1", "use1"],
  ["ap-southeast-2", "apse2"],
  ["ap-northeast-1", "apne1"],
  ["ca-central-1", "cac1"],
  ["sa-east-1", "sae1"],
] as const)("the ids of the zones of %s begin with %s", ([region, prefix]) => {
  expect(zoneIdPrefix(region)).toBe(prefix);
});

import { EC2 } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { zoneIdPrefix } from "./zone-names.ts";

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

test("a zone says all that it is", async () => {
  const ec2 = new EC2((await startCloud()).config());
  const { AvailabilityZones } = await ec2.describeAvailabilityZones({ ZoneNames: ["us-east-1a"] });
  expect(AvailabilityZones).toEqual([
    {
      OptInStatus: "opt-in-not-required",
      Messages: [],
      RegionName: "us-east-1",
      ZoneName: "us-east-1a",
      ZoneId: "use1-az1",
      GroupName: "us-east-1-zg-1",
      GroupLongName: "US East (N. Virginia) 1",
      NetworkBorderGroup: "us-east-1",
      ZoneType: "availability-zone",
      State: "available",
    },
  ]);
});

test.for([
  ["us-west-1", ["usw1-az1", "usw1-az3"]],
  ["ap-northeast-1", ["apne1-az1", "apne1-az2", "apne1-az4"]],
] as const)("the numbers of zones that %s does not have are left out", async ([region, ids]) => {
  const ec2 = new EC2((await startCloud()).config({ region }));
  const { AvailabilityZones } = await ec2.describeAvailabilityZones({});
  expect(AvailabilityZones?.map(({ ZoneId }) => ZoneId)).toEqual(ids);
});

test.for([
  ["group-long-name", "US East (Ohio) 1", 3],
  ["group-name", "us-east-2-zg-1", 3],
  ["message", "*", 0],
  ["opt-in-status", "opted-in", 0],
  ["opt-in-status", "opt-in-not-required", 3],
  ["parent-zone-id", "*", 0],
  ["parent-zone-name", "*", 0],
  ["region-name", "us-east-2", 3],
  ["state", "available", 3],
  ["zone-id", "use2-az?", 3],
  ["zone-id", "use2-az2", 1],
  ["zone-name", "us-east-2c", 1],
  ["zone-type", "local-zone", 0],
] as const)("the filter %s: %s finds %i zones", async ([Name, value, count]) => {
  const ec2 = new EC2((await startCloud()).config({ region: "us-east-2" }));
  const { AvailabilityZones } = await ec2.describeAvailabilityZones({
    Filters: [{ Name, Values: [value] }],
  });
  expect(AvailabilityZones).toHaveLength(count);
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

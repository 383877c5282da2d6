import { EC2 } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const client = async () => new EC2((await startCloud()).config());

test("a region has its endpoint and its opt-in status", async () => {
  const ec2 = await client();
  const { Regions } = await ec2.describeRegions({ RegionNames: ["eu-west-1"] });
  expect(Regions).toEqual([
    {
      RegionName: "eu-west-1",
      Endpoint: "ec2.eu-west-1.amazonaws.com",
      OptInStatus: "opt-in-not-required",
    },
  ]);
});

test("regions to opt into are only listed when all are asked for", async () => {
  const ec2 = await client();
  const names = async (AllRegions: boolean) =>
    (await ec2.describeRegions({ AllRegions })).Regions?.map(({ RegionName }) => RegionName);
  expect(await names(false)).toHaveLength(17);
  expect(await names(false)).not.toContain("af-south-1");
  expect(await names(true)).toContain("af-south-1");
});

test("a filter takes wildcards", async () => {
  const ec2 = await client();
  const { Regions } = await ec2.describeRegions({
    Filters: [{ Name: "region-name", Values: ["us-*-2"] }],
  });
  expect(Regions?.map(({ RegionName }) => RegionName)).toEqual(["us-east-2", "us-west-2"]);
});

test("a region that does not exist is refused", async () => {
  const ec2 = await client();
  await expect(ec2.describeRegions({ RegionNames: ["us--east-1"] })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Invalid region: [us--east-1]",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a filter that does not exist is refused", async () => {
  const ec2 = await client();
  await expect(
    ec2.describeRegions({ Filters: [{ Name: "colour", Values: ["blue"] }] }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "The filter 'colour' is invalid",
  });
});

test("a dry run says that it would have worked", async () => {
  const ec2 = await client();
  await expect(ec2.describeRegions({ DryRun: true })).rejects.toMatchObject({
    name: "DryRunOperation",
    message: "Request would have succeeded, but DryRun flag is set.",
    $metadata: { httpStatusCode: 412 },
  });
});

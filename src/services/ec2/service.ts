import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { DescribeAvailabilityZones } from "./availability-zone.ts";
import { DescribeRegions } from "./region.ts";
import { state } from "./state.ts";

export const ec2 = defineService<Sdk>()({
  name: "ec2",
  state,
  operations: { DescribeAvailabilityZones, DescribeRegions },
  access,
  fidelity: {
    // There are no other zones than those that are listed anyway.
    ignores: { DescribeAvailabilityZones: ["AllAvailabilityZones"] },
  },
});

import { REGIONS, type Region } from "../../kernel/regions.ts";
import type { Operation } from "./api.ts";
import { checkNotDryRun, InvalidParameterValue } from "./errors.ts";
import { filtered, type FilterTable } from "./filters.ts";

const FILTERS: FilterTable<Region> = {
  "region-name": ({ name }) => name,
  endpoint: ({ name }) => endpointOf(name),
  "opt-in-status": (region) => optInStatus(region),
};

/** Without names, and unless all are asked for, only the regions that the account can use. */
export const DescribeRegions: Operation<"DescribeRegions"> = (input) => {
  checkNotDryRun(input.DryRun);
  const names = input.RegionNames ?? [];
  const unknown = names.filter((name) => !REGIONS.has(name));
  if (unknown.length > 0) throw InvalidParameterValue(`Invalid region: [${unknown.join(", ")}]`);
  const asked = [...REGIONS.values()].filter(
    (region) =>
      (names.length === 0 || names.includes(region.name)) &&
      (names.length > 0 || input.AllRegions === true || region.byDefault),
  );
  return {
    Regions: filtered(asked, input.Filters, FILTERS).map((region) => ({
      RegionName: region.name,
      Endpoint: endpointOf(region.name),
      OptInStatus: optInStatus(region),
    })),
  };
};

const endpointOf = (name: string) => `ec2.${name}.amazonaws.com`;

/** Opting in belongs to the account service; until then nobody has. */
function optInStatus(region: Region): "opt-in-not-required" | "not-opted-in" {
  return region.byDefault ? "opt-in-not-required" : "not-opted-in";
}

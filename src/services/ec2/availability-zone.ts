import { REGIONS } from "../../kernel/regions.ts";
import type { Ec2, Operation } from "./api.ts";
import { checkNotDryRun, InvalidParameterValue } from "./errors.ts";
import { filtered, type FilterTable } from "./filters.ts";
import { longNameOf, zoneIdOf } from "./zone-names.ts";

interface Zone {
  readonly name: string;
  readonly id: string;
  readonly region: string;
  readonly groupName: string;
  readonly groupLongName: string;
  readonly networkBorderGroup: string;
}

const STATE = "available";
const TYPE = "availability-zone";
const OPT_IN_STATUS = "opt-in-not-required";

const FILTERS: FilterTable<Zone> = {
  "group-long-name": ({ groupLongName }) => groupLongName,
  "group-name": ({ groupName }) => groupName,
  message: () => undefined,
  "opt-in-status": () => OPT_IN_STATUS,
  "parent-zone-id": () => undefined,
  "parent-zone-name": () => undefined,
  "region-name": ({ region }) => region,
  state: () => STATE,
  "zone-id": ({ id }) => id,
  "zone-name": ({ name }) => name,
  "zone-type": () => TYPE,
};

/** The zones of the region that was asked. Local Zones and Wavelength Zones do not exist here. */
export const DescribeAvailabilityZones: Operation<"DescribeAvailabilityZones"> = (input, ec2) => {
  checkNotDryRun(input.DryRun);
  const zones = zonesOf(ec2);
  const names = input.ZoneNames ?? [];
  const ids = input.ZoneIds ?? [];
  checkKnown(
    "zone name",
    names,
    zones.map(({ name }) => name),
  );
  checkKnown(
    "zone-id",
    ids,
    zones.map(({ id }) => id),
  );
  const asked = zones.filter(
    ({ name, id }) =>
      (names.length === 0 || names.includes(name)) && (ids.length === 0 || ids.includes(id)),
  );
  return { AvailabilityZones: filtered(asked, input.Filters, FILTERS).map(toWire) };
};

function checkKnown(
  what: "zone name" | "zone-id",
  asked: readonly string[],
  known: string[],
): void {
  const unknown = asked.filter((one) => !known.includes(one));
  if (unknown.length === 0) return;
  const label = what === "zone-id" ? "availability zone-id" : "availability zone";
  throw InvalidParameterValue(`Invalid ${label}: [${unknown.join(", ")}]`);
}

function zonesOf({ region }: Ec2): Zone[] {
  const letters = REGIONS.get(region)?.zoneLetters ?? "abc";
  return Array.from(letters, (letter, at) => ({
    name: `${region}${letter}`,
    id: zoneIdOf(region, at),
    region,
    groupName: `${region}-zg-1`,
    groupLongName: `${longNameOf(region)} 1`,
    networkBorderGroup: region,
  }));
}

function toWire(zone: Zone) {
  return {
    OptInStatus: OPT_IN_STATUS,
    Messages: [],
    RegionName: zone.region,
    ZoneName: zone.name,
    ZoneId: zone.id,
    GroupName: zone.groupName,
    GroupLongName: zone.groupLongName,
    NetworkBorderGroup: zone.networkBorderGroup,
    ZoneType: TYPE,
    State: STATE,
  } as const;
}

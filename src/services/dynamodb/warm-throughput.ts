/**
 * Warm throughput: how many units a second a table or an index is ready for. It follows the billing
 * and what is asked for, and never falls. Nothing is throttled here, so it is told and no more.
 */
import { invalidValues } from "./errors.ts";
import type { TableRow, Throughput, Warm } from "./state.ts";

const ON_DEMAND: Warm = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000 };
const NONE: Warm = { ReadUnitsPerSecond: 0, WriteUnitsPerSecond: 0 };

type Billing = TableRow["billing"];
/** Either may be left as it is. */
type Asked = { readonly [Name in keyof Warm]?: number | undefined };

interface Warmed {
  readonly throughput?: Throughput | undefined;
  readonly warm?: Warm | undefined;
}

const NAMES = ["ReadUnitsPerSecond", "WriteUnitsPerSecond"] as const;
const UNITS = {
  ReadUnitsPerSecond: "ReadCapacityUnits",
  WriteUnitsPerSecond: "WriteCapacityUnits",
} as const;

/** What the billing alone brings along. */
function initial(billing: Billing, throughput: Throughput | undefined): Warm {
  if (billing === "PAY_PER_REQUEST") return ON_DEMAND;
  return {
    ReadUnitsPerSecond: throughput?.ReadCapacityUnits ?? 0,
    WriteUnitsPerSecond: throughput?.WriteCapacityUnits ?? 0,
  };
}

export function warmOf({ throughput, warm = NONE }: Warmed, billing: Billing): Warm {
  const least = initial(billing, throughput);
  return {
    ReadUnitsPerSecond: Math.max(least.ReadUnitsPerSecond, warm.ReadUnitsPerSecond),
    WriteUnitsPerSecond: Math.max(least.WriteUnitsPerSecond, warm.WriteUnitsPerSecond),
  };
}

/** Of a table, or of an index, that is being made. `index` is its name. */
export function readInitialWarm(
  asked: Asked,
  billing: Billing,
  throughput: Throughput,
  index?: string,
): Warm {
  const least = initial(billing, throughput);
  for (const name of NAMES) {
    if ((asked[name] ?? least[name]) >= least[name]) continue;
    throw tooLow(
      name,
      index,
      billing === "PROVISIONED"
        ? `lower than ${UNITS[name]} of ProvisionedThroughput`
        : "lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/" +
            "amazondynamodb/latest/developerguide/on-demand-capacity-mode.html" +
            "#on-demand-capacity-mode-initial",
    );
  }
  return { ...least, ...given(asked) };
}

/** Of one that is there. */
export function readMoreWarm(asked: Asked, now: Warm, index?: string): Warm {
  for (const name of NAMES) {
    if ((asked[name] ?? now[name]) >= now[name]) continue;
    throw tooLow(
      name,
      index,
      "lower than current WarmThroughput, decreasing WarmThroughput is not supported",
    );
  }
  return { ...now, ...given(asked) };
}

/** AWS: before it looks for table or index. */
export function refuseNoWarm(asked: Asked, index?: string): void {
  if (NAMES.some((name) => asked[name] !== undefined)) return;
  throw invalidValues(
    "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified" +
      (index === undefined ? "" : ` for index: ${index}`),
  );
}

function given({ ReadUnitsPerSecond: read, WriteUnitsPerSecond: write }: Asked): Partial<Warm> {
  return {
    ...(read === undefined ? {} : { ReadUnitsPerSecond: read }),
    ...(write === undefined ? {} : { WriteUnitsPerSecond: write }),
  };
}

const tooLow = (name: keyof Warm, index: string | undefined, why: string) =>
  invalidValues(
    `Requested ${name} for WarmThroughput for ${index === undefined ? "table" : `index ${index}`} ` +
      `is ${why}`,
  );

/** ConsumedCapacity, as the caller asked for it: not at all, in total, or by table and index. */
import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import type { Index } from "./state.ts";

/** Units that were consumed, by where. */
export interface Cost {
  readonly table: number;
  readonly indexes: ReadonlyMap<Index, number>;
}

export type Asked = "INDEXES" | "TOTAL" | "NONE" | undefined;

/** Transactions also say of what kind their units are. */
export type UnitKind = "ReadCapacityUnits" | "WriteCapacityUnits";

const NO_INDEXES: ReadonlyMap<Index, number> = new Map();

export const readCost = (units: number): Cost => ({ table: units, indexes: NO_INDEXES });

/** All of them together. */
export function unitsOf({ table, indexes }: Cost): number {
  if (indexes.size === 0) return table;
  let total = table;
  for (const units of indexes.values()) total += units;
  return total;
}

/** `tableName`: as the request named it. */
export function capacityOf(
  asked: Asked,
  tableName: string,
  consumed: Cost,
  kind?: UnitKind,
): ConsumedCapacity | undefined {
  if (asked === undefined || asked === "NONE") return undefined;
  const total = unitsOf(consumed);
  const capacity = (units: number) =>
    kind === undefined ? { CapacityUnits: units } : { CapacityUnits: units, [kind]: units };
  const whole = { TableName: tableName, ...capacity(total) };
  if (asked === "TOTAL") return whole;
  const byIndex = (wanted: Index["kind"]) => {
    const entries = [...consumed.indexes].filter(([index]) => index.kind === wanted);
    if (entries.length === 0) return undefined;
    return Object.fromEntries(entries.map(([{ name }, units]) => [name, capacity(units)]));
  };
  const local = byIndex("local");
  const global = byIndex("global");
  return {
    ...whole,
    Table: capacity(consumed.table),
    ...(local === undefined ? {} : { LocalSecondaryIndexes: local }),
    ...(global === undefined ? {} : { GlobalSecondaryIndexes: global }),
  };
}

/** The answer's member, when there is one. */
export function consumedCapacity(asked: Asked, tableName: string, consumed: Cost) {
  const capacity = capacityOf(asked, tableName, consumed);
  return capacity === undefined ? {} : { ConsumedCapacity: capacity };
}

/** One entry a table, for requests that touch several. */
export class CapacityLedger {
  readonly #tables = new Map<string, { table: number; indexes: Map<Index, number> }>();
  readonly #rate: number;

  constructor(rate = 1) {
    this.#rate = rate;
  }

  add(tableName: string, cost: Cost): void {
    let entry = this.#tables.get(tableName);
    if (entry === undefined)
      this.#tables.set(tableName, (entry = { table: 0, indexes: new Map() }));
    entry.table += cost.table * this.#rate;
    for (const [index, units] of cost.indexes) {
      entry.indexes.set(index, (entry.indexes.get(index) ?? 0) + units * this.#rate);
    }
  }

  consumed(asked: Asked, kind?: UnitKind) {
    const all = [...this.#tables].flatMap(
      ([tableName, entry]) => capacityOf(asked, tableName, entry, kind) ?? [],
    );
    return all.length === 0 ? {} : { ConsumedCapacity: all };
  }
}

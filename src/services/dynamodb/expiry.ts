/**
 * Time to live. An expired item stays readable until a sweep deletes it. Time is cut into slots;
 * each in which something of a table expires has one sweep, at its end: no item waits longer than a
 * slot, and nothing runs where nothing expires.
 */
import type { Dynamodb } from "./api.ts";
import { type Item, attribute } from "./item/value.ts";
import type { TableRow } from "./state.ts";

const SLOT_MS = 5000;
/** AWS: a time further back is taken to be a mistake, and the item stays. */
const PAST_MS_MAX = 5 * 365 * 24 * 60 * 60 * 1000;
const SECONDS = /^\d{1,12}$/;

export interface SweepTask {
  readonly table: string;
  readonly id: string;
  readonly slot: number;
}

/** When the item expires, by the table's rule; undefined when it does not. */
export function expiryOf(table: TableRow, item: Item, now: number): number | undefined {
  const { ttl } = table;
  if (ttl === undefined || !ttl.enabled) return undefined;
  const seconds = attribute(item, ttl.attribute)?.N;
  const whole = seconds?.split(".")[0];
  if (whole === undefined || !SECONDS.test(whole)) return undefined;
  const expiresAt = Number(whole) * 1000;
  return expiresAt < now - PAST_MS_MAX ? undefined : expiresAt;
}

export function ensureSweep(table: TableRow, expiresAt: number, home: Dynamodb): void {
  const slot = Math.floor(Math.max(expiresAt, home.now) / SLOT_MS);
  if (home.sweeps.has(table.id, slot)) return;
  home.sweeps.insert({ table: table.id, slot });
  const task: SweepTask = { table: table.name, id: table.id, slot };
  home.later((slot + 1) * SLOT_MS, "sweep", task);
}

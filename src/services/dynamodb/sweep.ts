/**
 * The tasks behind time to live: deleting what has expired, and looking at every item again when
 * the rule changes.
 */
import type { Dynamodb } from "./api.ts";
import { ensureSweep, expiryOf, type SweepTask } from "./expiry.ts";
import { itemOf } from "./item/text.ts";
import { removeRow } from "./rows.ts";

const SWEEP_BATCH = 200;

export interface ReviewTask {
  readonly table: string;
  readonly id: string;
  readonly after: readonly (number | string | Uint8Array | null)[] | null;
}

/** Deletes what has expired, some hundred a transaction. */
export function sweep(task: SweepTask, home: Dynamodb): void {
  const table = home.tables.get(task.table);
  home.sweeps.remove({ table: task.id, slot: task.slot });
  if (table?.id !== task.id || table.ttl?.enabled !== true) return;
  const due = home.items.range("byExpiry", [table.id], { upTo: home.now, limit: SWEEP_BATCH });
  for (const row of due) removeRow({ table, home }, row);
  if (due.length === SWEEP_BATCH) home.later(home.now, "sweep", task);
}

/** The rule changed: every item's expiry is worked out anew, some hundred a transaction. */
export function review(task: ReviewTask, home: Dynamodb): void {
  const table = home.tables.get(task.table);
  if (table?.id !== task.id) return;
  const bounds = task.after === null ? {} : { after: task.after };
  const rows = home.items.list([table.id], { ...bounds, limit: SWEEP_BATCH });
  for (const row of rows) {
    const expiresAt = expiryOf(table, itemOf(row), home.now);
    if (expiresAt === row.expiresAt) continue;
    home.items.update(row, { expiresAt });
    if (expiresAt !== undefined) ensureSweep(table, expiresAt, home);
  }
  const last = rows.at(-1);
  if (last === undefined || rows.length < SWEEP_BATCH) return;
  const after = [last.bucket, last.hash, last.range];
  home.later(home.now, "review", { ...task, after } satisfies ReviewTask);
}

/**
 * A new index is filled with what the table already holds, some hundred items a transaction, while
 * writes go on.
 */
import type { Dynamodb } from "./api.ts";
import { itemOf } from "./item/text.ts";
import { entryOf } from "./rows.ts";
import { settled, type TableTask } from "./table.ts";

const BUILD_BATCH = 200;

export interface BuildTask extends TableTask {
  readonly index: string;
  readonly after: readonly (number | string | Uint8Array | null)[] | null;
}

export interface DropIndexTask extends TableTask {
  readonly index: string;
}

export function build(task: BuildTask, home: Dynamodb): void {
  const table = home.tables.get(task.table);
  if (table?.id !== task.id) return;
  const index = table.indexes.find(({ id }) => id === task.index);
  if (index === undefined || index.status === "DELETING") return;
  const bounds = task.after === null ? {} : { after: task.after };
  const rows = home.items.list([table.id], { ...bounds, limit: BUILD_BATCH });
  for (const row of rows) {
    const entry = entryOf(table, index, row, itemOf(row));
    if (entry !== undefined) home.entries.put(entry);
  }
  const last = rows.at(-1);
  if (last !== undefined && rows.length === BUILD_BATCH) {
    const after = [last.bucket, last.hash, last.range];
    home.later(home.now, "build", { ...task, after } satisfies BuildTask);
    return;
  }
  const indexes = table.indexes.map((one) => {
    if (one !== index) return one;
    const { backfilling: _done, ...built } = one;
    return built;
  });
  home.tables.update(table, settled({ ...table, indexes }));
}

export function dropIndex(task: DropIndexTask, home: Dynamodb): void {
  const table = home.tables.get(task.table);
  if (table?.id !== task.id) return;
  const indexes = table.indexes.filter(({ id }) => id !== task.index);
  home.tables.update(table, settled({ ...table, indexes }));
}

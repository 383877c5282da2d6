/**
 * ItemCount and TableSizeBytes, without a counter that every write would have to queue for. A small
 * table or index is counted when somebody asks; of a large one the last measurement is told, and a
 * task takes a new one when that is six hours old, as AWS does.
 */
import type { Dynamodb } from "./api.ts";

export interface Measure {
  readonly count: number;
  readonly bytes: number;
}

export type Space = "table" | "index";

export interface MeasureTask {
  readonly kind: Space;
  readonly space: string;
  readonly count: number;
  readonly bytes: number;
  readonly after: readonly (number | string | Uint8Array | null)[] | null;
}

const STEP_ROWS = 1000;
const STEP_BYTES = 4 * 1024 * 1024;
const FRESH_MS = 6 * 60 * 60 * 1000;

export function measure(kind: Space, space: string, home: Dynamodb): Measure {
  const start = { kind, space, count: 0, bytes: 0, after: null };
  const step = walk(start, home);
  if (step.after === null) return step;
  const known = home.measures.get(space);
  if (known !== undefined && home.now < known.at + FRESH_MS) return known;
  // Marks that one is under way, so that askers do not start one each.
  home.measures.put({ space, count: known?.count ?? 0, bytes: known?.bytes ?? 0, at: home.now });
  home.later(home.now, "measure", step);
  return known ?? step;
}

/** A further stretch of a large table or index. */
export function measureOn(task: MeasureTask, home: Dynamodb): void {
  const step = walk(task, home);
  if (step.after !== null) {
    home.later(home.now, "measure", step);
    return;
  }
  const { count, bytes } = step;
  home.measures.put({ space: task.space, count, bytes, at: home.now });
}

/** `after` is null when the end was reached. */
function walk(task: MeasureTask, home: Dynamodb): MeasureTask {
  const bounds = task.after === null ? {} : { after: task.after };
  let { count, bytes } = task;
  let stepBytes = 0;
  let stepRows = 0;
  let after: MeasureTask["after"] = null;
  for (const row of rowsOf(task, home, { ...bounds, limit: STEP_ROWS })) {
    count += 1;
    bytes += row.bytes;
    stepRows += 1;
    stepBytes += row.bytes;
    if (stepRows < STEP_ROWS && stepBytes < STEP_BYTES) continue;
    const tie = "ofHash" in row ? [row.ofHash, row.ofRange] : [];
    after = [row.bucket, row.hash, row.range, ...tie];
    break;
  }
  return { ...task, count, bytes, after };
}

function rowsOf(
  task: MeasureTask,
  home: Dynamodb,
  bounds: { readonly limit: number; readonly after?: NonNullable<MeasureTask["after"]> },
) {
  return task.kind === "table"
    ? home.items.scan([task.space], bounds)
    : home.entries.scan([task.space], bounds);
}

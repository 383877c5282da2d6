/** One line a row of DESIGN's table: what was measured, the limit, and beside what. */

export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** The measured figure has to be at most (or at least) this. */
  readonly limit: number;
  readonly wanted: "at most" | "at least";
  /** What else was measured in the same run: the bare figure. */
  readonly beside: string;
}

export function print(row: Row): boolean {
  const shown = `${toText(row.measured)} ${row.unit}`.trim();
  const holds = row.wanted === "at most" ? row.measured <= row.limit : row.measured >= row.limit;
  const limit = `${row.wanted} ${toText(row.limit)} ${row.unit}`.trim();
  console.log(`${holds ? "holds " : "BROKEN"}  ${row.what}: ${shown} (${limit}); ${row.beside}`);
  return holds;
}

const toText = (value: number) =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);

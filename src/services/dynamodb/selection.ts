/** Select, and what of an index can be had at all. */
import type { BoundProjection } from "./expression/projection.ts";
import { invalidValues } from "./errors.ts";
import { projectedNames } from "./rows.ts";
import type { Index, TableRow } from "./state.ts";

export interface Selection {
  readonly Select?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ProjectionExpression?: string | undefined;
}

/** What can be said of Select before the table is known. */
export function refuseSelection(input: Selection, doing: "Querying" | "Scanning"): void {
  const { Select, AttributesToGet, ProjectionExpression } = input;
  const picks = AttributesToGet !== undefined || ProjectionExpression !== undefined;
  const how = ProjectionExpression === undefined ? "AttributesToGet" : "ProjectionExpression";
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && input.IndexName === undefined) {
    throw invalidValues(
      `ALL_PROJECTED_ATTRIBUTES can be used only when ${doing} using an IndexName`,
    );
  }
  if (Select === "SPECIFIC_ATTRIBUTES" && !picks) {
    throw invalidValues(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get " +
        "SPECIFIC_ATTRIBUTES",
    );
  }
  if (picks && Select !== undefined && Select !== "SPECIFIC_ATTRIBUTES") {
    const what = Select === "COUNT" ? "only the Count" : Select;
    throw invalidValues(`Cannot specify the ${how} when choosing to get ${what}`);
  }
}

/** What a global index does not project cannot be had through it. */
export function refuseUnprojected(
  table: TableRow,
  index: Index | undefined,
  select: string | undefined,
  projection: BoundProjection | undefined,
): void {
  if (index?.kind !== "global" || index.projection.type === "ALL") return;
  if (select === "ALL_ATTRIBUTES") {
    throw invalidValues(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} ` +
        "because its projection type is not ALL",
    );
  }
  const projected = projectedNames(table, index);
  const missing = (projection?.paths ?? [])
    .map(([name]) => String(name))
    .filter((name) => !projected.has(name));
  if (missing.length > 0) {
    throw invalidValues(
      `Global secondary index ${index.name} does not project [${missing.join(", ")}]`,
    );
  }
}

/** Key attributes are scalars: no expression may look inside them. */
import { ValidationException } from "./errors.ts";
import type { Path } from "./expression/bindings.ts";
import { keyAttributes } from "./item/key.ts";
import type { TableRow } from "./state.ts";

export function refuseInsideKeys(table: TableRow, paths: readonly Path[]): void {
  const nested = paths.filter((path) => path.length > 1).map(([name]) => String(name));
  if (nested.length === 0) return;
  const own = keyAttributes(table.keys).map(({ name }) => name);
  const indexed = table.indexes.flatMap(({ keys }) => keyAttributes(keys).map(({ name }) => name));
  for (const name of nested) {
    const kind = own.includes(name) ? "Key" : indexed.includes(name) ? "IndexKey" : undefined;
    if (kind === undefined) continue;
    throw ValidationException(
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not " +
        `allowed: ${kind}: ${name}`,
    );
  }
}

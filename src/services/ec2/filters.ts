/**
 * The filters of Describe… operations: all filters must match, by any of their values, with * and ?
 * as wildcards.
 */
import { InvalidParameterValue } from "./errors.ts";

export interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** What of a thing each filter looks at; undefined values never match. */
export type FilterTable<Thing> = Readonly<Record<string, (thing: Thing) => string | undefined>>;

export function filtered<Thing>(
  things: readonly Thing[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<Thing>,
): Thing[] {
  const tests = (filters ?? []).map((filter) => testOf(filter, table));
  return things.filter((thing) => tests.every((test) => test(thing)));
}

function testOf<Thing>({ Name = "", Values = [] }: Filter, table: FilterTable<Thing>) {
  const read = Object.hasOwn(table, Name) ? table[Name] : undefined;
  if (read === undefined) throw InvalidParameterValue(`The filter '${Name}' is invalid`);
  const patterns = Values.map(toPattern);
  return (thing: Thing) => {
    const value = read(thing);
    return value !== undefined && patterns.some((pattern) => pattern.test(value));
  };
}

function toPattern(value: string): RegExp {
  const escaped = value.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

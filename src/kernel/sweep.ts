/** Removes rows whose time has passed, some hundred a transaction. */
import { dropRow, type NamedTable } from "./bound-table.ts";
import { EXPIRY_RANGE, expiriesUpTo, keyOfExpiry, lineNoted, setLine } from "./expiry.ts";
import type { Kernel } from "./kernel.ts";
import { decodeKey, rangeUnder } from "./store/key.ts";
import type { Key } from "./store/store.ts";
import type { Transaction } from "./transaction.ts";

export type TableFinder = (name: string) => Promise<NamedTable | undefined>;

const BATCH = 500;

/** When the first row expires, or the first line is to be looked at. */
export function firstExpiry(kernel: Kernel): Promise<number | undefined> {
  return kernel.transact((transaction) => {
    for (const [entry] of transaction.scan({ ...EXPIRY_RANGE, expected: 1 })) {
      return decodeKey(entry)[1] as number;
    }
    return undefined;
  });
}

export async function sweep(kernel: Kernel, tableNamed: TableFinder): Promise<void> {
  for (;;) {
    const due = await dueEntries(kernel);
    if (due.length === 0) return;
    const tables = new Map<string, NamedTable | undefined>();
    for (const [, name] of due) if (!tables.has(name)) tables.set(name, await tableNamed(name));
    const inLine = ([, name]: DueEntry) => tables.get(name)?.declaration.sweptInLine === true;
    await kernel.transact((transaction) => {
      for (const entry of due) {
        if (!inLine(entry)) sweepRow(transaction, entry[0], tables.get(entry[1]));
      }
    });
    for (const entry of due.filter(inLine)) {
      await kernel.transact((transaction) =>
        sweepLine(transaction, entry[0], tables.get(entry[1])),
      );
    }
  }
}

type DueEntry = readonly [entry: Key, tableName: string];

function dueEntries(kernel: Kernel): Promise<DueEntry[]> {
  return kernel.transact((transaction) => {
    const found: DueEntry[] = [];
    const due = { ...expiriesUpTo(transaction.now), expected: BATCH };
    for (const [entry, name] of transaction.scan(due)) {
      found.push([entry, name as string]);
      if (found.length === BATCH) break;
    }
    return found;
  });
}

type Row = Record<string, unknown>;

/** An entry whose row or table is gone goes, too. */
function sweepRow(transaction: Transaction, entry: Key, named: NamedTable | undefined): void {
  const key = keyOfExpiry(entry);
  const row = transaction.get(key) as Row | undefined;
  if (named === undefined || row === undefined || transaction.get(entry) === undefined) {
    transaction.remove(entry);
    return;
  }
  dropRow(named, prefixesAt(named, key), transaction, key, row);
}

/** From the front, until a batch has been looked at. What lies behind it has its turn later. */
function sweepLine(transaction: Transaction, entry: Key, named: NamedTable | undefined): void {
  const line = keyOfExpiry(entry);
  const noted = lineNoted(transaction, line);
  if (named === undefined || noted === undefined || transaction.get(entry) === undefined) {
    transaction.remove(entry);
    return;
  }
  const part = named.declaration.expiryPart ?? "";
  const prefixes = prefixesAt(named, line);
  let seen = 0;
  let dropped = 0;
  let next: number | undefined;
  for (const [key, value] of transaction.scan({ ...rangeUnder(line), expected: BATCH })) {
    const row = value as Row;
    const at = row[part];
    if (typeof at === "number" && at <= transaction.now) {
      dropRow(named, prefixes, transaction, key, row);
      dropped += 1;
    } else if (typeof at === "number") {
      next = Math.min(next ?? at, at);
    }
    seen += 1;
    if (seen === BATCH) break;
  }
  // A whole batch with something in it to remove: what comes after it may be due as well.
  if (seen === BATCH && dropped > 0) return;
  transaction.remove(entry);
  setLine(named.name, transaction, line, noted, next);
}

function prefixesAt(named: NamedTable, key: Key) {
  const [, accountId, region] = decodeKey(key) as [string, string, string];
  return named.prefixesIn({ accountId, region });
}

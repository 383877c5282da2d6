/**
 * Rows that are gone from an instant on. They are invisible at once; entries in the order of their
 * instants tell the sweep what to remove, and when.
 */
import type { NamedTable, Prefixes } from "./bound-table.ts";
import { remembered } from "./remembered.ts";
import { encodeKey, encodePart, rangeUnder, type KeyPart } from "./store/key.ts";
import type { Key } from "./store/store.ts";
import type { Transaction } from "./transaction.ts";

/** (prefix, instant, parts of the row's or the line's key…) -> table name. */
const ENTRIES = encodeKey(["kernel.expiry"]);
/** (prefix, parts of the line's key…) -> the instant of its entry. */
const LINES = encodeKey(["kernel.expiry.lines"]);
const HEAD_LENGTH = ENTRIES.length + encodePart(0).length;

export const EXPIRY_RANGE = rangeUnder(ENTRIES);

/** All entries up to an instant, inclusive. */
export const expiriesUpTo = (at: number) => ({
  from: EXPIRY_RANGE.from,
  to: ENTRIES + encodePart(at + 1),
});

/** The row or the line that an entry stands for. */
export const keyOfExpiry = (entry: Key): Key => entry.slice(HEAD_LENGTH);

const entryKey = (at: number, key: Key): Key => ENTRIES + encodePart(at) + key;

type Row = Readonly<Record<string, unknown>>;

/** Of a row that is written or removed. */
export function moveExpiry(
  { name, declaration }: NamedTable,
  transaction: Transaction,
  key: Key,
  there: Row | undefined,
  row: Row | undefined,
): void {
  const part = declaration.expiryPart;
  if (part === undefined) return;
  const before = there?.[part];
  const after = row?.[part];
  if (before === after) return;
  if (typeof before === "number") transaction.remove(entryKey(before, key));
  if (typeof after === "number") transaction.put(entryKey(after, key), name);
}

/**
 * Of a row that is written to a table that is swept in line. The line's entry stands at the instant
 * of its first row, or before it: rows that go need not be looked for.
 */
export function moveLine(
  { name, declaration }: NamedTable,
  transaction: Transaction,
  { rows, rowNamed }: Prefixes,
  there: Row | undefined,
  row: Row,
): void {
  const { expiryPart = "", keyParts } = declaration;
  const at = row[expiryPart];
  if (typeof at !== "number" || at === there?.[expiryPart]) return;
  const first = row[keyParts[0] ?? ""] as KeyPart;
  const line = typeof first === "string" ? rowNamed(first) : rows + encodePart(first);
  const noted = lineNoted(transaction, line);
  if (noted === undefined || at < noted) setLine(name, transaction, line, noted, at);
}

/** Moves the entry of a line; without an instant it is gone. */
export function setLine(
  name: string,
  transaction: Transaction,
  line: Key,
  before: number | undefined,
  after: number | undefined,
): void {
  if (before !== undefined) transaction.remove(entryKey(before, line));
  if (after === undefined) {
    transaction.remove(keyOfLine(line));
    return;
  }
  transaction.put(keyOfLine(line), after);
  transaction.put(entryKey(after, line), name);
}

/** The instant of a line's entry. */
export const lineNoted = (transaction: Transaction, line: Key) =>
  transaction.get(keyOfLine(line)) as number | undefined;

/** Every row that comes asks for its line's entry, and few lines get most rows. */
const keyOfLine = remembered(64, (line: Key) => LINES + line);

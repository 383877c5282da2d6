/**
 * Tables on the store.
 *
 * A row lies under (table, account, region, key parts…) and an index entry under
 * (table#index, account, region, index parts…, key parts…), so that a scope, a key prefix and an
 * index prefix are each one contiguous range.
 */
import { moveExpiry, moveLine } from "./expiry.ts";
import { remembered } from "./remembered.ts";
import { encodeKey, encodePart, rangeUnder, type KeyPart } from "./store/key.ts";
import type { Key } from "./store/store.ts";
import type { Bounds, Patch, Place, Table, TableDeclaration } from "./table.ts";
import type { Transaction } from "./transaction.ts";

/** A declaration with its name and its encoded prefixes: made once a service. */
export interface NamedTable {
  readonly name: string;
  readonly declaration: TableDeclaration<Record<string, unknown>>;
  /** The encoded beginnings of its keys, in one place. */
  prefixesIn(place: Place): Prefixes;
}

export interface Prefixes {
  /** (table, account, region). */
  readonly rows: Key;
  readonly indexes: readonly IndexPrefix[];
  /** The beginnings of keys whose first part is a text: most requests need the same few. */
  readonly rowNamed: (name: string) => Key;
}

interface IndexPrefix {
  readonly name: string;
  readonly parts: readonly string[];
  /** (table#index, account, region). */
  readonly under: Key;
}

const PLACES_MAX = 10_000;
const NAMES_MAX = 64;

export function nameTable(name: string, declared: TableDeclaration<never>): NamedTable {
  const declaration = declared as never as TableDeclaration<AnyRow>;
  // Remembered by account and region: every read of every request needs one.
  const known = new Map<string, Map<string, Prefixes>>();
  return {
    name,
    declaration,
    prefixesIn({ accountId, region }) {
      const found = known.get(accountId)?.get(region);
      if (found !== undefined) return found;
      const made = makePrefixes(name, declaration, { accountId, region });
      if (known.size >= PLACES_MAX) known.clear();
      const regions = known.get(accountId) ?? new Map<string, Prefixes>();
      known.set(accountId, regions.set(region, made));
      return made;
    },
  };
}

function makePrefixes(
  name: string,
  { scope, indexes }: TableDeclaration<AnyRow>,
  place: Place,
): Prefixes {
  const account = scope === "partition" ? "" : place.accountId;
  const region = scope === "region" ? place.region : "";
  const under = (label: string) => encodeKey([label, account, region]);
  const rows = under(name);
  return {
    rows,
    rowNamed: remembered(NAMES_MAX, (one: string) => rows + encodePart(one)),
    indexes: Array.from(indexes, ([index, parts]) => ({
      name: index,
      parts,
      under: under(`${name}#${index}`),
    })),
  };
}

/** Who refers to a blob: (prefix, blob id, parts of the row's key…). */
export const BLOB_REFERENCES = "kernel.blobs";

const blobKey = (id: string, rowKey: Key): Key => encodeKey([BLOB_REFERENCES, id]) + rowKey;

type AnyRow = Record<string, unknown>;

interface Looked {
  readonly parts: readonly KeyPart[];
  readonly key: Key;
  /** Of the transaction, when it was read. */
  readonly version: number;
  /** Expired or not. */
  readonly value: AnyRow | undefined;
}

const isSame = (left: readonly KeyPart[], right: readonly KeyPart[]): boolean =>
  left.length === right.length && left.every((part, at) => part === right[at]);

export class BoundTable implements Table<AnyRow> {
  readonly #named: NamedTable;
  readonly #transaction: Transaction;
  readonly #place: Place;
  readonly #now: number;
  readonly #prefix: Key;
  readonly #prefixes: Prefixes;
  /** The last row that was read by its key: mostly it is read again, or written, next. */
  #last: Looked | undefined;

  constructor(named: NamedTable, transaction: Transaction, place: Place, now: number) {
    this.#named = named;
    this.#transaction = transaction;
    this.#place = place;
    this.#now = now;
    this.#prefixes = named.prefixesIn(place);
    this.#prefix = this.#prefixes.rows;
  }

  at(place: Partial<Place>): Table<AnyRow> {
    return new BoundTable(this.#named, this.#transaction, { ...this.#place, ...place }, this.#now);
  }

  get(...key: KeyPart[]): AnyRow | undefined {
    // The call is authorised by the same row that its handler reads then.
    const { version } = this.#transaction;
    const last = this.#last;
    if (last?.version === version && isSame(key, last.parts)) return this.#alive(last.value);
    const whole = this.#keyOf(key);
    const value = this.#transaction.get(whole) as AnyRow | undefined;
    this.#last = { parts: key, key: whole, version, value };
    return this.#alive(value);
  }

  has(...key: KeyPart[]): boolean {
    return this.get(...key) !== undefined;
  }

  insert(row: AnyRow): AnyRow {
    const { key, there } = this.#lookAt(row);
    if (this.#alive(there) !== undefined) {
      throw new Error(`${this.#named.name} has a row with this key already`);
    }
    return this.#replace(key, there, row);
  }

  add(row: AnyRow): AnyRow {
    return this.#replace(this.#prefix + this.#tailOf(row), undefined, row);
  }

  put(row: AnyRow): AnyRow {
    const { key, there } = this.#lookAt(row);
    return this.#replace(key, there, row);
  }

  update(row: AnyRow, patch: Patch<AnyRow>): AnyRow {
    const { key, there } = this.#lookAt(row);
    if (there === undefined) throw new Error(`${this.#named.name} has no such row to update`);
    return this.#replace(key, there, patched(there, patch));
  }

  remove(row: AnyRow): void {
    const { key, there } = this.#lookAt(row);
    if (there !== undefined) dropRow(this.#named, this.#prefixes, this.#transaction, key, there);
  }

  list(prefix: readonly KeyPart[] = [], bounds: Bounds = {}): AnyRow[] {
    const rows: AnyRow[] = [];
    const limit = bounds.limit ?? Infinity;
    if (limit <= 0) return rows;
    for (const [, value] of this.#transaction.scan(rangeOf(this.#prefix, prefix, bounds))) {
      const row = this.#alive(value);
      if (row !== undefined && rows.push(row) >= limit) break;
    }
    return rows;
  }

  range(index: string, prefix: readonly KeyPart[] = [], bounds: Bounds = {}): AnyRow[] {
    const rows: AnyRow[] = [];
    const limit = bounds.limit ?? Infinity;
    if (limit <= 0) return rows;
    const under = this.#indexPrefix(index);
    for (const [, key] of this.#transaction.scan(rangeOf(under, prefix, bounds))) {
      const row = this.#alive(this.#transaction.get(key as Key));
      if (row !== undefined && rows.push(row) >= limit) break;
    }
    return rows;
  }

  *scan(prefix: readonly KeyPart[] = [], bounds: Bounds = {}): Iterable<AnyRow> {
    let left = bounds.limit ?? Infinity;
    if (left <= 0) return;
    for (const [, value] of this.#transaction.scan(rangeOf(this.#prefix, prefix, bounds))) {
      const row = this.#alive(value);
      if (row === undefined) continue;
      yield row;
      left -= 1;
      if (left <= 0) return;
    }
  }

  *scanIndex(
    index: string,
    prefix: readonly KeyPart[] = [],
    bounds: Bounds = {},
  ): Iterable<AnyRow> {
    let left = bounds.limit ?? Infinity;
    if (left <= 0) return;
    const under = this.#indexPrefix(index);
    for (const [, key] of this.#transaction.scan(rangeOf(under, prefix, bounds))) {
      const row = this.#alive(this.#transaction.get(key as Key));
      if (row === undefined) continue;
      yield row;
      left -= 1;
      if (left <= 0) return;
    }
  }

  count(index: string | undefined, prefix: readonly KeyPart[] = [], bounds: Bounds = {}): number {
    const under = index === undefined ? this.#prefix : this.#indexPrefix(index);
    const limit = bounds.limit ?? Infinity;
    let count = 0;
    for (const _entry of this.#transaction.scan(rangeOf(under, prefix, bounds))) {
      if (count >= limit) break;
      count += 1;
    }
    return count;
  }

  #alive(value: unknown): AnyRow | undefined {
    const row = value as AnyRow | undefined;
    const part = this.#named.declaration.expiryPart;
    if (row === undefined || part === undefined) return row;
    const expiresAt = row[part];
    return typeof expiresAt === "number" && expiresAt <= this.#now ? undefined : row;
  }

  #keyOf(parts: readonly KeyPart[]): Key {
    const [first] = parts;
    if (parts.length === 1 && typeof first === "string") return this.#prefixes.rowNamed(first);
    return this.#prefix + encodeKey(parts);
  }

  /** Where a row stands, and what stands there now, expired or not. */
  #lookAt(row: AnyRow): { readonly key: Key; readonly there: AnyRow | undefined } {
    const { version } = this.#transaction;
    const last = this.#last;
    if (last !== undefined && this.#isAt(row, last.parts)) {
      const { key } = last;
      if (last.version === version) return { key, there: last.value };
      return { key, there: this.#transaction.get(key) as AnyRow | undefined };
    }
    const key = this.#prefix + this.#tailOf(row);
    return { key, there: this.#transaction.get(key) as AnyRow | undefined };
  }

  #isAt(row: AnyRow, parts: readonly KeyPart[]): boolean {
    const { keyParts } = this.#named.declaration;
    return (
      parts.length === keyParts.length && keyParts.every((name, at) => row[name] === parts[at])
    );
  }

  /** What its key, and its entry in every index, end with: the parts of its key. */
  #tailOf(row: AnyRow): Key {
    let key: Key = "";
    for (const name of this.#named.declaration.keyParts) {
      const part = row[name];
      if (part === undefined) {
        throw new Error(`${this.#named.name}: the key member ${name} is missing`);
      }
      key += encodePart(part as KeyPart);
    }
    return key;
  }

  #indexPrefix(index: string): Key {
    const prefix = this.#prefixes.indexes.find(({ name }) => name === index);
    if (prefix === undefined) throw new Error(`${this.#named.name} has no index ${index}`);
    return prefix.under;
  }

  #replace(key: Key, there: AnyRow | undefined, row: AnyRow): AnyRow {
    const { declaration } = this.#named;
    const { indexes } = this.#prefixes;
    const tail = indexes.length === 0 ? "" : key.slice(this.#prefix.length);
    for (const { parts, under } of indexes) {
      const before = there === undefined ? undefined : indexKey(parts, tail, there);
      const after = indexKey(parts, tail, row);
      if (before === after) continue;
      if (before !== undefined) this.#transaction.remove(under + before);
      if (after !== undefined) this.#transaction.put(under + after, key);
    }
    if (declaration.sweptInLine)
      moveLine(this.#named, this.#transaction, this.#prefixes, there, row);
    else moveExpiry(this.#named, this.#transaction, key, there, row);
    moveBlobs(declaration, this.#transaction, key, there, row);
    this.#transaction.put(key, row);
    return row;
  }
}

/** Removes a row with all its entries: also what the expiry sweep does, which knows no scope. */
export function dropRow(
  named: NamedTable,
  { rows, indexes }: Prefixes,
  transaction: Transaction,
  key: Key,
  row: AnyRow,
): void {
  const { declaration } = named;
  const tail = key.slice(rows.length);
  for (const { parts, under } of indexes) {
    const entry = indexKey(parts, tail, row);
    if (entry !== undefined) transaction.remove(under + entry);
  }
  if (!declaration.sweptInLine) moveExpiry(named, transaction, key, row, undefined);
  moveBlobs(declaration, transaction, key, row, undefined);
  transaction.remove(key);
}

function moveBlobs(
  declaration: TableDeclaration<AnyRow>,
  transaction: Transaction,
  key: Key,
  there: AnyRow | undefined,
  row: AnyRow | undefined,
): void {
  if (declaration.blobsOf === undefined) return;
  const before = new Set(there === undefined ? [] : declaration.blobsOf(there));
  const after = new Set(row === undefined ? [] : declaration.blobsOf(row));
  for (const id of before) {
    if (after.has(id)) continue;
    transaction.remove(blobKey(id, key));
    transaction.releasedBlobs.push(id);
  }
  for (const id of after) {
    if (!before.has(id)) transaction.put(blobKey(id, key), true);
  }
}

function indexKey(parts: readonly string[], tail: Key, row: AnyRow): Key | undefined {
  let key: Key = "";
  for (const part of parts) {
    const value = row[part];
    if (value === undefined) return undefined;
    key += encodePart(value as KeyPart);
  }
  return key + tail;
}

function rangeOf(under: Key, prefix: readonly KeyPart[], bounds: Bounds) {
  const base = prefix.length === 0 ? under : under + encodeKey(prefix);
  const whole = rangeUnder(base);
  let { from, to } = whole;
  if (bounds.from !== undefined) from = base + encodeKey(tuple(bounds.from));
  if (bounds.after !== undefined) from = rangeUnder(base + encodeKey(tuple(bounds.after))).to;
  if (bounds.upTo !== undefined) to = rangeUnder(base + encodeKey(tuple(bounds.upTo))).to;
  if (bounds.before !== undefined) to = base + encodeKey(tuple(bounds.before));
  return {
    from,
    to,
    ...(bounds.reverse === true ? { reverse: true } : {}),
    ...(bounds.limit === undefined ? {} : { expected: bounds.limit }),
  };
}

const tuple = (bound: KeyPart | readonly KeyPart[]): readonly KeyPart[] =>
  Array.isArray(bound) ? bound : [bound as KeyPart];

function patched(row: AnyRow, patch: Patch<AnyRow>): AnyRow {
  const changed = { ...row };
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value === undefined) delete changed[name];
    else changed[name] = value;
  }
  return changed;
}

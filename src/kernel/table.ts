/**
 * Tables: how a service declares its state, and how a handler sees it. Rows are plain data, never
 * mutated in place.
 */
import type { KeyPart } from "./store/key.ts";

/**
 * Where a table's rows live: per account and region, per account, or once for the whole partition.
 */
export type Scope = "region" | "account" | "partition";

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Names of the members of a row that can stand in a key or an index. */
type PartName<Row> = keyof Row & string;

export interface TableDeclaration<Row extends object> {
  readonly row?: Row;
  readonly keyParts: readonly string[];
  readonly indexes: ReadonlyMap<string, readonly string[]>;
  readonly expiryPart: string | undefined;
  /** One entry a line of rows, instead of one a row, says when to sweep. */
  readonly sweptInLine: boolean;
  readonly scope: Scope;
  readonly blobsOf: ((row: Row) => readonly string[]) | undefined;
  /** The members that name a row within its scope. */
  key(...parts: PartName<Row>[]): TableDeclaration<Row>;
  /** Rows in another order. A row that lacks one of the members is not in the index. */
  index(name: string, ...parts: PartName<Row>[]): TableDeclaration<Row>;
  /** The member (epoch milliseconds) from which on the row is gone. */
  expires(part: PartName<Row>): TableDeclaration<Row>;
  /**
   * The same, where the rows under one first part of the key (a line) expire about in the order of
   * their keys: they are swept from the front of the line, and need no entry each.
   */
  expiresInLine(part: PartName<Row>): TableDeclaration<Row>;
  in(scope: Scope): TableDeclaration<Row>;
  /** The blobs that a row keeps alive. A blob that no row names is collected. */
  blobs(idsOf: (row: Row) => readonly string[]): TableDeclaration<Row>;
}

/** Declares a table of plain rows: `table<Queue>().key("name").expires("expiresAt")`. */
export function table<Row extends object>(): TableDeclaration<Row> {
  return declare<Row>({
    keyParts: [],
    indexes: new Map(),
    expiryPart: undefined,
    sweptInLine: false,
    scope: "region",
    blobsOf: undefined,
  });
}

type Facts<Row extends object> = Pick<
  TableDeclaration<Row>,
  "keyParts" | "indexes" | "expiryPart" | "sweptInLine" | "scope" | "blobsOf"
>;

function declare<Row extends object>(facts: Facts<Row>): TableDeclaration<Row> {
  return {
    ...facts,
    key: (...keyParts) => declare({ ...facts, keyParts }),
    index: (name, ...parts) =>
      declare({ ...facts, indexes: new Map([...facts.indexes, [name, parts]]) }),
    expires: (expiryPart) => declare({ ...facts, expiryPart }),
    expiresInLine: (expiryPart) => declare({ ...facts, expiryPart, sweptInLine: true }),
    in: (scope) => declare({ ...facts, scope }),
    blobs: (blobsOf) => declare({ ...facts, blobsOf }),
  };
}

/**
 * Which piece of a table or index: bounds speak of what follows the prefix; a tuple bounds several
 * parts.
 */
export interface Bounds {
  /** Inclusive. */
  readonly from?: KeyPart | readonly KeyPart[];
  /** Exclusive. */
  readonly after?: KeyPart | readonly KeyPart[];
  /** Inclusive. */
  readonly upTo?: KeyPart | readonly KeyPart[];
  /** Exclusive. */
  readonly before?: KeyPart | readonly KeyPart[];
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** A change of a row; `undefined` removes an optional member. */
export type Patch<Row> = { readonly [Name in keyof Row]?: Row[Name] | undefined };

/** A table as a handler sees it. Expired rows are not there. */
export interface Table<Row extends object> {
  get(...key: KeyPart[]): Row | undefined;
  has(...key: KeyPart[]): boolean;
  /** Adds a row; a row under the same key is a mistake of the handler's. Gives the row. */
  insert(row: Row): Row;
  /**
   * Adds a row whose key was never used before, because a new id is in it: nothing looks whether it
   * is there. Gives the row.
   */
  add(row: Row): Row;
  /** Adds or replaces. Gives the row. */
  put(row: Row): Row;
  /** Replaces some members of a row that exists; key members stay. Gives the new row. */
  update(row: Row, patch: Patch<Row>): Row;
  /** Nothing happens when it is not there. */
  remove(row: Row): void;
  /** Rows under a prefix of the key, in key order. */
  list(prefix?: readonly KeyPart[], bounds?: Bounds): Row[];
  /** Rows of an index under a prefix of its parts, in index order. */
  range(index: string, prefix?: readonly KeyPart[], bounds?: Bounds): Row[];
  /** Like `list`, one at a time: stop when you have enough. */
  scan(prefix?: readonly KeyPart[], bounds?: Bounds): Iterable<Row>;
  /** Like `range`, one at a time. */
  scanIndex(index: string, prefix?: readonly KeyPart[], bounds?: Bounds): Iterable<Row>;
  /**
   * How many rows an index (or, without a name, the table) has under a prefix, expired ones
   * included.
   */
  count(index: string | undefined, prefix?: readonly KeyPart[], bounds?: Bounds): number;
  /** The same table of another account or region. */
  at(place: Partial<Place>): Table<Row>;
}

/**
 * The tables behind the tables. Items and index entries are rows of their own, ordered as reads
 * want them: by table (or index), by where the partition key hashes to, by partition key, by sort
 * key.
 */
import { table } from "../../kernel/table.ts";
import type { Keys, PlacePart } from "./item/key.ts";

export type ScalarType = "S" | "N" | "B";

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

export interface Projection {
  readonly type: "ALL" | "KEYS_ONLY" | "INCLUDE";
  /** Of INCLUDE: what the caller named. */
  readonly named: readonly string[];
}

export interface Index {
  /** Another one for an index of the same name that is created again. */
  readonly id: string;
  readonly name: string;
  readonly kind: "global" | "local";
  readonly keys: Keys;
  readonly projection: Projection;
  /** Items written while it is created are in it; those from before come by and by. */
  readonly status: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";
  readonly backfilling?: boolean;
  readonly throughput?: Throughput;
  readonly increasedAt?: number;
  readonly decreasedAt?: number;
  readonly decreases?: number;
  /** Asked for, and in force once the index is active again. */
  readonly pending?: Pending;
  readonly onDemand?: OnDemandLimits;
  /** As far as it is more than what the billing brings along. */
  readonly warm?: Warm;
  readonly pendingWarm?: Warm;
  readonly insights?: Insights;
}

export interface OnDemandLimits {
  readonly MaxReadRequestUnits?: number;
  readonly MaxWriteRequestUnits?: number;
}

/** Units a second that a table or an index is ready for. It never falls. */
export interface Warm {
  readonly ReadUnitsPerSecond: number;
  readonly WriteUnitsPerSecond: number;
}

export interface Pending {
  readonly throughput: Throughput;
  readonly decreased: boolean;
}

export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
  readonly changedAt: number;
}

export interface Encryption {
  readonly keyArn: string;
}

/** Point-in-time recovery, while it is on. */
export interface Recovery {
  readonly since: number;
  readonly days: number;
}

/** Contributor insights, once they were ever on. */
export interface Insights {
  readonly enabled: boolean;
  readonly mode: "ACCESSED_AND_THROTTLED_KEYS" | "THROTTLED_KEYS";
  readonly changedAt: number;
}

export interface ResourcePolicy {
  readonly document: string;
  readonly revisionId: string;
}

export interface TableRow {
  readonly name: string;
  readonly id: string;
  readonly status: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";
  readonly keys: Keys;
  readonly definitions: readonly { readonly name: string; readonly type: ScalarType }[];
  readonly indexes: readonly Index[];
  readonly billing: "PROVISIONED" | "PAY_PER_REQUEST";
  readonly throughput: Throughput;
  /** Epoch milliseconds; present once the table was ever paid by request. */
  readonly payPerRequestAt?: number;
  readonly increasedAt?: number;
  readonly decreasedAt?: number;
  readonly decreases: number;
  /** Asked for, and in force once the table is active again. */
  readonly pending?: Pending;
  readonly onDemand?: OnDemandLimits;
  /** As far as it is more than what the billing brings along. */
  readonly warm?: Warm;
  readonly pendingWarm?: Warm;
  /** Absent: the key is AWS's own. */
  readonly encryption?: Encryption;
  readonly pendingEncryption?: { readonly to?: Encryption };
  readonly recovery?: Recovery;
  readonly insights?: Insights;
  readonly createdAt: number;
  readonly deletionProtection: boolean;
  readonly tableClass?: "STANDARD" | "STANDARD_INFREQUENT_ACCESS";
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: ResourcePolicy;
  readonly ttl?: TimeToLive;
}

/**
 * Where a row lies among those of its table: the bucket spreads partitions over the table, as
 * parallel scans need it.
 */
export interface Located {
  readonly bucket: number;
  readonly hash: PlacePart;
  /** Null where there is no sort key. */
  readonly range: PlacePart | null;
}

/** An item, or what of it is projected into an index. */
interface StoredItem {
  /** As `item/text.ts` reads it. */
  readonly text: string;
  /** Its documented size. */
  readonly bytes: number;
  /** What it takes of a page. */
  readonly pageBytes: number;
}

export interface ItemRow extends Located, StoredItem {
  readonly table: string;
  /** Epoch milliseconds from which on it waits to be deleted. */
  readonly expiresAt?: number;
}

/** An item as an index has it, with the place of the item itself. */
export interface EntryRow extends Located, StoredItem {
  readonly index: string;
  readonly ofHash: PlacePart;
  readonly ofRange: PlacePart | null;
}

/** A slot of time in which something of the table expires, so that a sweep is due at its end. */
export interface SweepRow {
  readonly table: string;
  readonly slot: number;
}

/** A transaction that was done: the same token within ten minutes is the same transaction. */
export interface TokenRow {
  readonly token: string;
  readonly digest: string;
  readonly expiresAt: number;
}

/** How much a large table or index held when it was last measured. */
export interface MeasureRow {
  readonly space: string;
  readonly count: number;
  readonly bytes: number;
  readonly at: number;
}

export const state = {
  tables: table<TableRow>().key("name"),
  items: table<ItemRow>()
    .key("table", "bucket", "hash", "range")
    .index("byExpiry", "table", "expiresAt"),
  entries: table<EntryRow>().key("index", "bucket", "hash", "range", "ofHash", "ofRange"),
  sweeps: table<SweepRow>().key("table", "slot"),
  tokens: table<TokenRow>().key("token").expires("expiresAt"),
  measures: table<MeasureRow>().key("space"),
};

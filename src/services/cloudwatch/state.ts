import { table } from "../../kernel/table.ts";
import type { Unit } from "./api.ts";
import type { Distribution } from "./distribution.ts";

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** That a metric exists. It is listed for two weeks after its last data; the data live longer. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** The hash of namespace, name and dimensions: what buckets are kept under. */
  readonly series: string;
  /** In the order of their names. */
  readonly dimensions: readonly Dimension[];
  /** When data last came, whatever their timestamps say. */
  readonly receivedAt: number;
  readonly expiresAt: number;
}

/** What is kept of some samples. */
export interface Aggregate {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Null when it cannot be known: statistic sets, or a negative value among them. */
  readonly distribution: Distribution | null;
}

/**
 * Samples of a series in one piece of time. Each sample lies in one bucket of every granularity.
 */
export interface Bucket extends Aggregate {
  readonly series: string;
  /** How long it is: 1, 60, 300 or 3600. */
  readonly granularitySeconds: number;
  readonly startsAt: number;
  readonly unit: Unit;
  readonly expiresAt: number;
}

export const state = {
  metrics: table<Metric>().key("namespace", "name", "series").expires("expiresAt"),
  buckets: table<Bucket>()
    .key("series", "granularitySeconds", "startsAt", "unit")
    .expires("expiresAt"),
};

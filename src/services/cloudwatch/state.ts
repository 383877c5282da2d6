import type { MetricDataQuery, StandardUnit, Statistic } from "@aws-sdk/client-cloudwatch";
import { table } from "../../kernel/table.ts";
import type { Validated } from "../../kernel/types.ts";
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

export type StateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string;
  readonly updatedAt: number;
  /** When the value became another one. */
  readonly transitionedAt: number;
}

export type Tags = Readonly<Record<string, string>>;

interface AnyAlarm {
  readonly name: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  readonly configuredAt: number;
  readonly tags: Tags;
  readonly state: AlarmState;
}

export type Comparison =
  | "GreaterThanOrEqualToThreshold"
  | "GreaterThanThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

/** One statistic of one metric, or what metric math makes of several. */
export type Watched =
  | {
      readonly kind: "metric";
      readonly namespace: string;
      readonly metricName: string;
      readonly dimensions: readonly Dimension[];
      readonly period: number;
      readonly statistic?: Statistic;
      readonly extendedStatistic?: string;
      readonly unit?: StandardUnit;
    }
  | {
      readonly kind: "math";
      readonly period: number;
      readonly queries: readonly Validated<MetricDataQuery>[];
    };

export interface MetricAlarm extends AnyAlarm {
  readonly kind: "MetricAlarm";
  readonly watched: Watched;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData?: "missing" | "ignore" | "breaching" | "notBreaching";
  readonly lowSampleCount?: "evaluate" | "ignore";
  /** The next look at the data. Absent while there are none that could change anything. */
  readonly check?: { readonly at: number; readonly task: string };
}

export interface CompositeAlarm extends AnyAlarm {
  readonly kind: "CompositeAlarm";
  readonly rule: string;
  /** The names of the alarms that the rule speaks of. */
  readonly children: readonly string[];
  readonly suppressor?: Suppressor;
  readonly suppressed?: Suppressed;
}

/** While this alarm is in ALARM, the composite one takes no actions. */
export interface Suppressor {
  readonly alarm: string;
  /** AWS: as it was given, a name or an ARN, so it is told. */
  readonly given: string;
  /** Actions wait so long for the suppressor to go off. */
  readonly waitSeconds: number;
  /** Actions wait so long after the suppressor is over. */
  readonly extensionSeconds: number;
}

export interface Suppressed {
  readonly by: "Alarm" | "ExtensionPeriod" | "WaitPeriod";
  /** When the period is over. */
  readonly until?: number;
  readonly task?: string;
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** New data of a series concern an alarm. */
export interface Watch {
  readonly series: string;
  readonly alarm: string;
}

/** A new state of an alarm concerns a composite one. */
export interface Parent {
  readonly child: string;
  readonly parent: string;
}

/** A new state of an alarm concerns the actions of a composite one. */
export interface Suppression {
  readonly suppressor: string;
  readonly composite: string;
}

/** The history of an alarm outlives it. */
export interface HistoryItem {
  readonly order: number;
  readonly alarm: string;
  readonly kind: Alarm["kind"];
  readonly at: number;
  readonly type: "ConfigurationUpdate" | "StateUpdate";
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
  readonly expiresAt: number;
}

export const state = {
  metrics: table<Metric>().key("namespace", "name", "series").expires("expiresAt"),
  buckets: table<Bucket>()
    .key("series", "granularitySeconds", "startsAt", "unit")
    .expires("expiresAt"),
  alarms: table<Alarm>().key("name"),
  watches: table<Watch>().key("series", "alarm"),
  parents: table<Parent>().key("child", "parent"),
  suppressions: table<Suppression>().key("suppressor", "composite"),
  history: table<HistoryItem>()
    .key("order")
    .index("byAlarm", "alarm", "order")
    .expires("expiresAt"),
};

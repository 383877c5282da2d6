/**
 * Metrics: a namespace, a name and dimensions. They begin with their first data and are listed for
 * two weeks after the last.
 */
import { createHash } from "node:crypto";
import type { Cloudwatch, Operation } from "./api.ts";
import { InvalidParameterValueException } from "./errors.ts";
import type { Dimension, Metric } from "./state.ts";

const DAY_MS = 24 * 3_600_000;
const LISTED_MS = 14 * DAY_MS;
const RECENT_MS = 3 * 3_600_000;
const PAGE_MAX = 500;

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export function toMetricName(
  namespace: string,
  name: string,
  dimensions: readonly Dimension[] | undefined,
): MetricName {
  const sorted = (dimensions ?? [])
    .map(({ Name, Value }) => ({ Name, Value }))
    .toSorted((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0));
  return { namespace, name, dimensions: sorted };
}

export function seriesOf({ namespace, name, dimensions }: MetricName): string {
  const pairs = dimensions.map(({ Name, Value }) => [Name, Value]);
  const text = JSON.stringify([namespace, name, pairs]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Makes a metric known, or keeps it known. */
export function touchMetric(metric: MetricName, series: string, cw: Cloudwatch): void {
  const there = cw.metrics.get(metric.namespace, metric.name, series);
  if (there?.receivedAt === cw.now) return;
  const expiresAt = cw.now + LISTED_MS;
  cw.metrics.put({ ...metric, series, receivedAt: cw.now, expiresAt });
}

export const ListMetrics: Operation<"ListMetrics"> = (input, cw) => {
  const { OwningAccount } = input;
  // No account is linked to another one: each sees its own metrics.
  if (OwningAccount !== undefined && OwningAccount !== cw.accountId) return { Metrics: [] };
  const page: Metric[] = [];
  let NextToken: string | undefined;
  for (const metric of candidates(input, cw)) {
    if (!matches(metric, input, cw.now)) continue;
    const last = page.at(-1);
    if (page.length === PAGE_MAX && last !== undefined) {
      NextToken = toToken(last);
      break;
    }
    page.push(metric);
  }
  return {
    Metrics: page.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: dimensions,
    })),
    NextToken,
    OwningAccounts: input.IncludeLinkedAccounts === true ? page.map(() => cw.accountId) : undefined,
  };
};

type Input = Parameters<typeof ListMetrics>[0];

function candidates(input: Input, cw: Cloudwatch): Iterable<Metric> {
  const prefix = [input.Namespace, input.Namespace && input.MetricName].filter(
    (part) => part !== undefined,
  );
  if (input.NextToken === undefined) return cw.metrics.scan(prefix);
  const after = fromToken(input.NextToken);
  if (prefix.some((part, at) => part !== after[at])) throw wrongToken(input.NextToken);
  return cw.metrics.scan(prefix, { after: after.slice(prefix.length) });
}

function matches(metric: Metric, input: Input, now: number): boolean {
  if (input.MetricName !== undefined && metric.name !== input.MetricName) return false;
  if (input.RecentlyActive !== undefined && metric.receivedAt <= now - RECENT_MS) return false;
  return (input.Dimensions ?? []).every(({ Name, Value }) =>
    metric.dimensions.some(
      (dimension) => dimension.Name === Name && (Value === undefined || dimension.Value === Value),
    ),
  );
}

const toToken = ({ namespace, name, series }: Metric) =>
  Buffer.from(JSON.stringify([namespace, name, series])).toString("base64");

function fromToken(token: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    if (Array.isArray(parts) && parts.length === 3) {
      const texts = parts.filter((part) => typeof part === "string");
      if (texts.length === 3) return texts;
    }
  } catch {
    // Not one of ours.
  }
  throw wrongToken(token);
}

const wrongToken = (token: string) =>
  InvalidParameterValueException(`The value ${token} for parameter NextToken is invalid.`);

/** The queries of GetMetricData: what is wrong with them, before any is answered. */
import type { Cloudwatch, Operation } from "./api.ts";
import { notHere, ValidationError } from "./errors.ts";
import { isPeriod, PERIODS_IN_WORDS } from "./period.ts";
import { toStatistic } from "./statistic.ts";

export type Input = Parameters<Operation<"GetMetricData">>[0];
export type Query = Input["MetricDataQueries"][number];
export type MetricStat = NonNullable<Query["MetricStat"]>;

const QUERIES_MAX = 500;
const ID = /^[a-z][a-zA-Z0-9_]*$/;
const INSIGHTS = /^\s*SELECT\s/i;

export function checkInput(input: Input, cw: Cloudwatch): void {
  const { MetricDataQueries, StartTime, EndTime } = input;
  const lengthMs = EndTime.getTime() - StartTime.getTime();
  if (lengthMs === 0) {
    throw ValidationError("The parameter StartTime must not equal parameter EndTime.");
  }
  if (lengthMs < 0) {
    throw ValidationError("The parameter StartTime must be less than the parameter EndTime.");
  }
  if (MetricDataQueries.length > QUERIES_MAX) {
    throw ValidationError(
      `The collection MetricDataQueries must not have a size greater than ${QUERIES_MAX}.`,
    );
  }
  for (const [at, query] of MetricDataQueries.entries()) {
    checkQuery(query, `MetricDataQueries.member.${at + 1}`, cw);
  }
  if (new Set(MetricDataQueries.map(({ Id }) => Id)).size < MetricDataQueries.length) {
    throw ValidationError("The values for parameter id in MetricDataQueries are not unique.");
  }
}

/** `path`: what a mistake calls the query. */
export function checkQuery(query: Query, path: string, cw: Cloudwatch): void {
  const { Id, MetricStat, Expression, Period, AccountId } = query;
  if (!ID.test(Id)) {
    throw ValidationError(
      `The value ${Id} for parameter ${path}.Id is not matching the expected pattern ${ID.source}.`,
    );
  }
  if (MetricStat === undefined && Expression === undefined) {
    // AWS: with the empty line.
    throw ValidationError(`The parameter ${path}.MetricStat is required.\n`);
  }
  if (MetricStat !== undefined && Expression !== undefined) {
    throw ValidationError(
      `The parameters ${path}.Expression and ${path}.MetricStat are mutually exclusive ` +
        "and you have specified both.",
    );
  }
  if (AccountId !== undefined && AccountId !== cw.accountId) {
    throw notHere("metrics of linked accounts");
  }
  if (Expression !== undefined && INSIGHTS.test(Expression)) {
    throw notHere("Metrics Insights queries");
  }
  checkPeriod(Period, `${path}.Period`);
  if (MetricStat !== undefined) checkMetricStat(MetricStat, `${path}.MetricStat`);
}

function checkMetricStat({ Metric, Period, Stat }: MetricStat, path: string): void {
  for (const name of ["Namespace", "MetricName"] as const) {
    if (Metric[name] === undefined) {
      throw ValidationError(`The parameter ${path}.Metric.${name} is required.\n`);
    }
  }
  checkPeriod(Period, `${path}.Period`);
  if (toStatistic(Stat) === undefined) {
    throw ValidationError(`The value ${Stat} for parameter ${path}.Stat is not a valid statistic.`);
  }
}

function checkPeriod(seconds: number | undefined, path: string): void {
  if (seconds !== undefined && !isPeriod(seconds)) {
    throw ValidationError(`The parameter ${path} must be ${PERIODS_IN_WORDS}.`);
  }
}

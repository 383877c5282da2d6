/**
 * Pages of GetMetricData: results in order, cut where the page has as many points as were asked
 * for.
 */
import type { MessageData, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { InvalidNextToken, ValidationError } from "./errors.ts";
import type { Input } from "./metric-data-query.ts";

export interface Result {
  readonly id: string;
  readonly label: string;
  readonly points: ReadonlyMap<number, number>;
  readonly messages?: MessageData[];
}

const POINTS_MAX = 100_800;
const MARK = "points:";

export function pageOf(results: readonly Result[], input: Input) {
  const most = input.MaxDatapoints ?? POINTS_MAX;
  if (most < 1 || most > POINTS_MAX) {
    throw ValidationError(`The parameter MaxDatapoints must be between 1 and ${POINTS_MAX}.`);
  }
  const given = input.NextToken === undefined ? 0 : fromToken(input.NextToken);
  const all = results.reduce((count, { points }) => count + points.size, 0);
  if (given > all) throw wrongToken();
  const until = given + most;
  const MetricDataResults: MetricDataResult[] = [];
  let before = 0;
  for (const { id, label, points, messages } of results) {
    const from = Math.max(given - before, 0);
    const upTo = Math.min(until - before, points.size);
    const here =
      points.size === 0
        ? before >= given && (before < until || until >= all)
        : from < points.size && upTo > 0;
    before += points.size;
    if (!here) continue;
    const told = inOrder(points, input).slice(from, upTo);
    MetricDataResults.push({
      Id: id,
      Label: label,
      Timestamps: told.map(([at]) => new Date(at)),
      Values: told.map(([, value]) => value),
      StatusCode: upTo < points.size ? "PartialData" : "Complete",
      ...(messages !== undefined && { Messages: messages }),
    });
  }
  const NextToken = until < all ? toToken(until) : undefined;
  return { MetricDataResults, Messages: [], NextToken };
}

/** AWS: the newest first, unless the oldest are wanted first. */
function inOrder(points: ReadonlyMap<number, number>, { ScanBy }: Input) {
  return ScanBy === "TimestampAscending" ? [...points] : [...points].toReversed();
}

const toToken = (given: number) => Buffer.from(`${MARK}${given}`).toString("base64");

function fromToken(token: string): number {
  const text = Buffer.from(token, "base64").toString("utf8");
  const given = /^points:(\d{1,15})$/.exec(text)?.[1];
  if (given === undefined) throw wrongToken();
  return Number(given);
}

const wrongToken = () => InvalidNextToken("The specified nextToken is invalid.");

import type { Cloudwatch, Operation } from "../api.ts";
import { InvalidNextToken } from "../errors.ts";
import type { Alarm, AlarmState, HistoryItem } from "../state.ts";

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 30 * DAY_MS;
const PAGE_DEFAULT = 100;

type Entry = Pick<HistoryItem, "type" | "summary" | "data">;

/** AWS: for a month. */
function record({ name, kind }: Alarm, entry: Entry, cw: Cloudwatch): void {
  const { now: at } = cw;
  const order = cw.nextOrder();
  cw.history.insert({ ...entry, order, alarm: name, kind, at, expiresAt: at + KEPT_MS });
}

export function recordTransition(alarm: Alarm, from: AlarmState, to: AlarmState, cw: Cloudwatch) {
  record(
    alarm,
    {
      type: "StateUpdate",
      summary: `Alarm updated from ${from.value} to ${to.value}`,
      data: `{"version":"1.0","oldState":${stateText(from)},"newState":${stateText(to)}}`,
    },
    cw,
  );
}

function stateText({ value, reason, reasonData }: AlarmState): string {
  const text = JSON.stringify({ stateValue: value, stateReason: reason });
  return reasonData === undefined ? text : `${text.slice(0, -1)},"stateReasonData":${reasonData}}`;
}

const DONE = { Create: "created", Update: "updated", Delete: "deleted" } as const;

export function recordConfiguration(
  alarm: Alarm,
  type: keyof typeof DONE,
  configuration: object,
  cw: Cloudwatch,
): void {
  const done = DONE[type];
  record(
    alarm,
    {
      type: "ConfigurationUpdate",
      summary: `Alarm "${alarm.name}" ${done}`,
      data: JSON.stringify({ type, version: "1.0", [`${done}Alarm`]: configuration }),
    },
    cw,
  );
}

type Input = Parameters<Operation<"DescribeAlarmHistory">>[0];

/** AWS: of metric alarms alone, unless composite ones are asked for. */
export const DescribeAlarmHistory: Operation<"DescribeAlarmHistory"> = (input, cw) => {
  // Contributors are those of PromQL alarms, which are not here.
  if (input.AlarmContributorId !== undefined) return { AlarmHistoryItems: [] };
  const items: HistoryItem[] = [];
  let NextToken: string | undefined;
  for (const item of candidates(input, cw)) {
    if (!matches(item, input)) continue;
    const last = items.at(-1);
    if (items.length === (input.MaxRecords ?? PAGE_DEFAULT) && last !== undefined) {
      NextToken = Buffer.from(`history:${last.order}`).toString("base64");
      break;
    }
    items.push(item);
  }
  return { AlarmHistoryItems: items.map(toWire), NextToken };
};

function candidates(input: Input, cw: Cloudwatch): Iterable<HistoryItem> {
  const reverse = input.ScanBy !== "TimestampAscending";
  const after = input.NextToken === undefined ? undefined : orderIn(input.NextToken);
  const bounds = {
    reverse,
    ...(after !== undefined && (reverse ? { before: after } : { after })),
  };
  return input.AlarmName === undefined
    ? cw.history.scan([], bounds)
    : cw.history.scanIndex("byAlarm", [input.AlarmName], bounds);
}

function orderIn(token: string): number {
  const text = Buffer.from(token, "base64").toString("utf8");
  const order = /^history:(\d+)$/.exec(text)?.[1];
  if (order === undefined) throw InvalidNextToken("The specified nextToken is invalid.");
  return Number(order);
}

function matches(item: HistoryItem, input: Input): boolean {
  const { AlarmTypes = ["MetricAlarm"], HistoryItemType, StartDate, EndDate } = input;
  if (HistoryItemType !== undefined && item.type !== HistoryItemType) return false;
  if (StartDate !== undefined && item.at < StartDate.getTime()) return false;
  if (EndDate !== undefined && item.at > EndDate.getTime()) return false;
  return AlarmTypes.some((type) => type === item.kind);
}

const toWire = (item: HistoryItem) => ({
  AlarmName: item.alarm,
  AlarmType: item.kind,
  Timestamp: new Date(item.at),
  HistoryItemType: item.type,
  HistorySummary: item.summary,
  HistoryData: item.data,
});

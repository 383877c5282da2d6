/** Numbers and instants as alarms write them. */

/** As Java writes doubles: 21.0, 0.5, 1.0E7. */
export function double(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** "2030-01-01T00:00:00.000+0000" */
export const instant = (at: number): string => new Date(at).toISOString().replace("Z", "+0000");

/** "01/01/30 00:00:00": the day first. */
export function shortInstant(at: number): string {
  const [, year, month, day, time] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T([\d:]{8})/.exec(new Date(at).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}

const LONG = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "2-digit",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

/** "Friday 22 July, 2022 15:57:45 UTC" */
export function longInstant(at: number): string {
  const parts = new Map(LONG.formatToParts(at).map(({ type, value }) => [type, value]));
  const time = new Date(at).toISOString().slice(11, 19);
  const [weekday, day] = [parts.get("weekday"), parts.get("day")];
  return `${weekday} ${day} ${parts.get("month")}, ${parts.get("year")} ${time} UTC`;
}

/** "1 datapoint", "2 datapoints" */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

export const were = (count: number): string => (count === 1 ? "was" : "were");

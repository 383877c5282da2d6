/** How alarms are named. */
import type { Cloudwatch } from "../api.ts";

export const alarmArn = (name: string, cw: Cloudwatch): string =>
  cw.arn("cloudwatch", `alarm:${name}`);

/** Undefined: an ARN of something else, or of elsewhere. */
export function alarmNameIn(arn: string, cw: Cloudwatch): string | undefined {
  const start = alarmArn("", cw);
  return arn.startsWith(start) ? arn.slice(start.length) : undefined;
}

/** From a name or an ARN. */
export const toAlarmName = (text: string, cw: Cloudwatch): string => alarmNameIn(text, cw) ?? text;

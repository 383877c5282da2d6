import type { Cloudwatch, Operation } from "../api.ts";
import { ResourceNotFoundException } from "../errors.ts";
import type { Alarm } from "../state.ts";
import { alarmNameIn } from "./arn.ts";
import { toTags } from "./tag-set.ts";

export const TagResource: Operation<"TagResource"> = (input, cw) => {
  const alarm = findAlarm(input.ResourceARN, cw);
  cw.alarms.update(alarm, { tags: toTags(input.Tags, alarm.tags) });
  return {};
};

export const UntagResource: Operation<"UntagResource"> = (input, cw) => {
  const alarm = findAlarm(input.ResourceARN, cw);
  const left = Object.entries(alarm.tags).filter(([key]) => !input.TagKeys.includes(key));
  cw.alarms.update(alarm, { tags: Object.fromEntries(left) });
  return {};
};

/** AWS: what is not there has no tags. */
export const ListTagsForResource: Operation<"ListTagsForResource"> = (input, cw) => {
  const tags = Object.entries(alarmOf(input.ResourceARN, cw)?.tags ?? {});
  return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
};

function alarmOf(arn: string, cw: Cloudwatch): Alarm | undefined {
  const name = alarmNameIn(arn, cw);
  return name === undefined ? undefined : cw.alarms.get(name);
}

function findAlarm(arn: string, cw: Cloudwatch): Alarm {
  const alarm = alarmOf(arn, cw);
  if (alarm !== undefined) return alarm;
  throw ResourceNotFoundException({ members: { ResourceType: "alarm", ResourceId: arn } });
}

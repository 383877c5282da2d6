/** What metric alarms and composite ones have in common when they are written. */
import type { Cloudwatch } from "../api.ts";
import { ValidationError } from "../errors.ts";
import type { Alarm } from "../state.ts";
import { configurationOf, publishConfiguration } from "./event.ts";
import { recordConfiguration } from "./history.ts";
import { toTags, type WireTag } from "./tag-set.ts";

interface Input {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
  readonly Tags?: readonly WireTag[] | undefined;
}

type Settings = Pick<
  Alarm,
  | "name"
  | "description"
  | "actionsEnabled"
  | "okActions"
  | "alarmActions"
  | "insufficientDataActions"
  | "configuredAt"
  | "tags"
  | "state"
>;

/** A new alarm has no data yet; one that is there keeps its state and its tags. */
export function settingsOf(input: Input, before: Alarm | undefined, cw: Cloudwatch): Settings {
  const { AlarmName: name, AlarmDescription: description, ActionsEnabled = true } = input;
  const { now } = cw;
  return {
    name,
    ...(description !== undefined && { description }),
    actionsEnabled: ActionsEnabled,
    okActions: actionsIn(input.OKActions, cw),
    alarmActions: actionsIn(input.AlarmActions, cw),
    insufficientDataActions: actionsIn(input.InsufficientDataActions, cw),
    configuredAt: now,
    tags: before?.tags ?? toTags(input.Tags ?? [], {}),
    state: before?.state ?? {
      value: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      updatedAt: now,
      transitionedAt: now,
    },
  };
}

/** To the history and to the other services. */
export function tellChange(alarm: Alarm, before: Alarm | undefined, cw: Cloudwatch): void {
  const configuration = configurationOf(alarm, cw);
  recordConfiguration(alarm, before === undefined ? "Create" : "Update", configuration, cw);
  const change =
    before === undefined
      ? ({ operation: "create" } as const)
      : ({ operation: "update", before: configurationOf(before, cw) } as const);
  publishConfiguration(alarm, change, configuration, cw);
}

const ARN = /^arn:[^:]+:[^:]+:([^:]*):[^:]*:.+$/;

/** AWS: whether an action is there is not checked, but it must be of this region. */
function actionsIn(actions: readonly string[] | undefined, cw: Cloudwatch): readonly string[] {
  for (const action of actions ?? []) {
    const parts = ARN.exec(action);
    if (parts === null) throw ValidationError(`Invalid arn syntax: ${action}`);
    const [, region = ""] = parts;
    if (region !== "" && region !== cw.region) {
      throw ValidationError(`Invalid region ${region} specified. Only ${cw.region} is supported.`);
    }
  }
  return [...(actions ?? [])];
}

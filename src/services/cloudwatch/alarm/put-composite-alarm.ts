import type { Cloudwatch, Operation } from "../api.ts";
import { ValidationError } from "../errors.ts";
import type { CompositeAlarm, Suppressor } from "../state.ts";
import { toAlarmName } from "./arn.ts";
import { settingsOf, tellChange } from "./configuration.ts";
import { alarmsOf, parseRule, RuleError, type Rule } from "./rule.ts";
import { endPeriod } from "./suppression.ts";
import { askComposite } from "./transition.ts";

type Input = Parameters<Operation<"PutCompositeAlarm">>[0];

const CHILDREN_MAX = 100;
const PARENTS_MAX = 150;

export const PutCompositeAlarm: Operation<"PutCompositeAlarm"> = (input, cw) => {
  const before = cw.alarms.get(input.AlarmName);
  if (before?.kind === "MetricAlarm") {
    throw ValidationError(`An alarm of another type has the name ${input.AlarmName}.`);
  }
  const children = childrenOf(readRule(input.AlarmRule), input.AlarmName, cw);
  if (before !== undefined) leave(before, cw);
  const suppressor = readSuppressor(input, cw);
  const facts = { kind: "CompositeAlarm", rule: input.AlarmRule, children } as const;
  const settings = settingsOf(input, before, cw);
  const kept = suppressor?.alarm === before?.suppressor?.alarm ? before?.suppressed : undefined;
  if (before !== undefined && kept === undefined) endPeriod(before, cw);
  const alarm: CompositeAlarm = {
    ...facts,
    ...settings,
    ...(suppressor !== undefined && { suppressor }),
    ...(kept !== undefined && { suppressed: kept }),
  };
  cw.alarms.put(alarm);
  tellChange(alarm, before, cw);
  for (const child of children) cw.parents.put({ child, parent: alarm.name });
  if (suppressor !== undefined) {
    cw.suppressions.put({ suppressor: suppressor.alarm, composite: alarm.name });
  }
  askComposite(alarm.name, { kind: before === undefined ? "created" : "updated" }, cw);
  return {};
};

/** AWS: replacing it discards a period that runs. */
function readSuppressor(input: Input, cw: Cloudwatch): Suppressor | undefined {
  const { ActionsSuppressor, ActionsSuppressorWaitPeriod: waitSeconds } = input;
  const { ActionsSuppressorExtensionPeriod: extensionSeconds } = input;
  if (ActionsSuppressor === undefined) {
    if (waitSeconds === undefined && extensionSeconds === undefined) return undefined;
    throw ValidationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod can only be specified " +
        "with ActionsSuppressor.",
    );
  }
  if (waitSeconds === undefined || extensionSeconds === undefined) {
    throw ValidationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required " +
        "with ActionsSuppressor.",
    );
  }
  if (waitSeconds < 0 || extensionSeconds < 0) {
    throw ValidationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must not be negative.",
    );
  }
  const alarm = toAlarmName(ActionsSuppressor, cw);
  if (!cw.alarms.has(alarm)) {
    throw ValidationError(`The actions suppressor ${ActionsSuppressor} does not exist.`);
  }
  return { alarm, given: ActionsSuppressor, waitSeconds, extensionSeconds };
}

function readRule(text: string): Rule {
  try {
    return parseRule(text);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw ValidationError(`The alarm rule is not valid: ${error.message}.`);
  }
}

function childrenOf(rule: Rule, own: string, cw: Cloudwatch): readonly string[] {
  const children = [...new Set(alarmsOf(rule).map((alarm) => toAlarmName(alarm, cw)))];
  const missing = children.filter((child) => child !== own && !cw.alarms.has(child));
  if (missing.length > 0) {
    throw ValidationError(
      `Could not save the composite alarm as alarms [${missing.join(", ")}] ` +
        "in the alarm rule do not exist",
    );
  }
  if (children.length > CHILDREN_MAX) {
    throw ValidationError(`An alarm rule can have no more than ${CHILDREN_MAX} alarms.`);
  }
  for (const child of children) {
    if (cw.parents.count(undefined, [child]) < PARENTS_MAX) continue;
    throw ValidationError(`No more than ${PARENTS_MAX} composite alarms can depend on ${child}.`);
  }
  return children;
}

/** Its children have nothing to tell it any more. */
export function leave({ name, children, suppressor }: CompositeAlarm, cw: Cloudwatch): void {
  for (const child of children) cw.parents.remove({ child, parent: name });
  if (suppressor !== undefined) {
    cw.suppressions.remove({ suppressor: suppressor.alarm, composite: name });
  }
}

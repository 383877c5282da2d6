import type { Access, AccessTarget } from "../../kernel/service.ts";
import { alarmArn, alarmNameIn } from "./alarm/arn.ts";
import type { Cloudwatch } from "./api.ts";
import type { state } from "./state.ts";

type Input = Readonly<Record<string, unknown>>;

/**
 * Metrics are no resources: policies name `*`, and the namespace as a condition where data are put.
 * Alarms are.
 */
export const access: Access<typeof state> = {
  targets: (operation, input, cw) => {
    const { caller } = cw;
    const alarms = alarmTargets(operation, input, cw);
    if (alarms !== undefined) return alarms;
    const namespace = input["Namespace"];
    if (operation !== "PutMetricData" || typeof namespace !== "string") return [{ resource: "*" }];
    const target = { resource: "*", conditions: { "cloudwatch:namespace": namespace } };
    return [caller.kind === "service" ? { ...target, grants: grantTo(caller.arn) } : target];
  },
};

function alarmTargets(
  operation: string,
  input: Input,
  cw: Cloudwatch,
): readonly AccessTarget[] | undefined {
  switch (operation) {
    case "PutMetricAlarm":
    case "PutCompositeAlarm":
      return creation(input, cw);
    case "DeleteAlarms":
    case "DisableAlarmActions":
    case "EnableAlarmActions":
      return textsIn(input["AlarmNames"]).map((name) => alarmTarget(name, cw));
    case "SetAlarmState":
      return textsIn([input["AlarmName"]]).map((name) => alarmTarget(name, cw));
    case "DescribeAlarms":
      return [{ resource: alarmArn("*", cw) }];
    case "DescribeAlarmHistory":
      return [alarmTarget(textsIn([input["AlarmName"]])[0] ?? "*", cw)];
    case "ListTagsForResource":
    case "TagResource":
    case "UntagResource":
      return textsIn([input["ResourceARN"]]).map((arn) => tagTarget(arn, input, cw));
    default:
      return undefined;
  }
}

/** AWS: tags on a new alarm need leave to tag. */
function creation(input: Input, cw: Cloudwatch): readonly AccessTarget[] {
  const name = textsIn([input["AlarmName"]])[0] ?? "";
  const actions = ["OKActions", "AlarmActions", "InsufficientDataActions"].flatMap((member) =>
    textsIn(input[member]),
  );
  const requestTags = tagsIn(input);
  const target = {
    ...alarmTarget(name, cw),
    ...(requestTags && { requestTags }),
    ...(actions.length > 0 && { conditions: { "cloudwatch:AlarmActions": actions } }),
  };
  if (requestTags === undefined || cw.alarms.has(name)) return [target];
  return [target, { ...target, action: "cloudwatch:TagResource" }];
}

function alarmTarget(name: string, cw: Cloudwatch): AccessTarget {
  const resourceTags = cw.alarms.get(name)?.tags;
  return { resource: alarmArn(name, cw), ...(resourceTags && { resourceTags }) };
}

function tagTarget(arn: string, input: Input, cw: Cloudwatch): AccessTarget {
  const name = alarmNameIn(arn, cw);
  const target = name === undefined ? { resource: arn } : alarmTarget(name, cw);
  const requestTags = tagsIn(input);
  const keys = textsIn(input["TagKeys"]);
  return {
    ...target,
    ...(requestTags && { requestTags }),
    ...(keys.length > 0 && { conditions: { "aws:TagKeys": keys } }),
  };
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

function tagsIn({ Tags }: Input): Readonly<Record<string, string>> | undefined {
  if (!Array.isArray(Tags) || Tags.length === 0) return undefined;
  return Object.fromEntries(Tags.map(({ Key, Value }: Input) => [String(Key), String(Value)]));
}

/** The cloud's own services publish their metrics, and no policy of an account is asked. */
const grantTo = (principal: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: principal },
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
      },
    ],
  });

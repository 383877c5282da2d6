import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import { evaluateAlarm, evaluateComposite } from "./alarm/evaluate.ts";
import { endSuppression } from "./alarm/suppression.ts";
import type { Sdk } from "./api.ts";
import * as operations from "./operations.ts";
import { state } from "./state.ts";
import { usage } from "./usage.ts";

/** Nobody is here yet whom an alarm could notify: actions are kept and told, not carried out. */
const ACTIONS = ["AlarmActions", "InsufficientDataActions", "OKActions"];

export const cloudwatch = defineService<Sdk>()({
  name: "cloudwatch",
  state,
  operations,
  access,
  usage,
  fidelity: {
    stored: ["DisableAlarmActions", "EnableAlarmActions"],
    ignores: {
      // Instants in labels are not written, so that there is nothing to write in a time zone.
      GetMetricData: ["LabelOptions"],
      PutCompositeAlarm: ACTIONS,
      PutMetricAlarm: ACTIONS,
      // The data of EntityMetricData are kept; what they are about is neither checked nor kept.
      PutMetricData: ["StrictEntityValidation", "EntityMetricData.Entity"],
    },
  },
  tasks: { endSuppression, evaluateAlarm, evaluateComposite },
});

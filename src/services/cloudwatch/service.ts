import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { GetMetricData } from "./metric-data.ts";
import { GetMetricStatistics } from "./metric-statistics.ts";
import { ListMetrics } from "./metric.ts";
import { PutMetricData } from "./put-metric-data.ts";
import { state } from "./state.ts";

export const cloudwatch = defineService<Sdk>()({
  name: "cloudwatch",
  state,
  operations: { GetMetricData, GetMetricStatistics, ListMetrics, PutMetricData },
  access,
  fidelity: {
    ignores: {
      // Instants in labels are not written, so that there is nothing to write in a time zone.
      GetMetricData: ["LabelOptions"],
      // The data of EntityMetricData are kept; what they are about is neither checked nor kept.
      PutMetricData: ["StrictEntityValidation", "EntityMetricData.Entity"],
    },
  },
});

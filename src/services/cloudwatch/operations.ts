/** Every operation of CloudWatch that is there. */
export {
  DeleteAlarms,
  DisableAlarmActions,
  EnableAlarmActions,
  SetAlarmState,
} from "./alarm/alarm.ts";
export { DescribeAlarms, DescribeAlarmsForMetric } from "./alarm/describe.ts";
export { DescribeAlarmHistory } from "./alarm/history.ts";
export { PutCompositeAlarm } from "./alarm/put-composite-alarm.ts";
export { PutMetricAlarm } from "./alarm/put-metric-alarm.ts";
export { ListTagsForResource, TagResource, UntagResource } from "./alarm/tag.ts";
export { GetMetricData } from "./metric-data.ts";
export { GetMetricStatistics } from "./metric-statistics.ts";
export { ListMetrics } from "./metric.ts";
export { PutMetricData } from "./put-metric-data.ts";

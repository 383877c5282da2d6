export { startCloud } from "./cloud.ts";
export type {
  ClientConfig,
  ConfigOptions,
  Credentials,
  Duration,
  StartOptions,
  TestCloud,
} from "./cloud.ts";
export type { ActiveFault, FaultRule, InjectedError } from "../fault-rule.ts";
export type { UsageFilter, UsageLine } from "../kernel/usage-line.ts";
export type { TrailDecision, TrailRecord } from "../trail.ts";

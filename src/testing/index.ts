export { startCloud } from "./cloud.ts";
export type {
  ClientConfig,
  ConfigOptions,
  Credentials,
  Duration,
  StartOptions,
  TestCloud,
} from "./cloud.ts";
export type { TrailDecision, TrailRecord } from "../trail.ts";

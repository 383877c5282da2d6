/** What was used, as readers see it. */

export interface UsageLine {
  /** When the hour began, by the cloud's clock: epoch milliseconds. */
  readonly hourAt: number;
  readonly accountId: string;
  readonly region: string;
  readonly service: string;
  readonly usageType: string;
  readonly operation: string;
  /** As AWS's reports name it: an ARN, the name of a bucket; empty where there is none. */
  readonly resource: string;
  readonly unit: string;
  readonly quantity: number;
}

/** Which hours: those that begin at `from` or later, and before `to`. Epoch milliseconds. */
export interface UsageFilter {
  readonly from?: number;
  readonly to?: number;
}

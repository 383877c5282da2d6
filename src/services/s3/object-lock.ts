/**
 * Object lock: what a bucket keeps its objects from, what a version is kept from, and whether it
 * may be deleted now.
 */
import type { Operation, S3 } from "./api.ts";
import { AwsError } from "../../kernel/errors.ts";
import { findBucket } from "./buckets.ts";
import {
  accessDenied,
  invalidArgument,
  invalidBucketState,
  invalidRequest,
  malformedXml,
  noObjectLock,
} from "./errors.ts";
import type { Bucket, DefaultRetention, Description, Retention, StoredObject } from "./state.ts";

export const GetObjectLockConfiguration: Operation<"GetObjectLockConfiguration"> = (input, s3) => {
  const { objectLock, name } = findBucket(input, s3);
  if (objectLock === undefined) throw noObjectLock(name);
  const { mode, days, years } = objectLock;
  if (mode === undefined) return { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } };
  const DefaultRetention = { Mode: mode, Days: days, Years: years };
  return { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } } };
};

export const PutObjectLockConfiguration: Operation<"PutObjectLockConfiguration"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { ObjectLockEnabled, Rule } = input.ObjectLockConfiguration ?? {};
  if (ObjectLockEnabled !== "Enabled") throw malformedXml();
  const objectLock = Rule === undefined ? {} : readRule(Rule.DefaultRetention);
  if (bucket.versioning !== "Enabled") {
    throw invalidBucketState(
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  s3.buckets.update(bucket, { objectLock });
  return {};
};

interface DefaultRetentionElement {
  readonly Mode?: string | undefined;
  readonly Days?: number | undefined;
  readonly Years?: number | undefined;
}

const DAYS_MAX = 36_500;
const YEARS_MAX = 100;

function readRule(asked: DefaultRetentionElement | undefined): DefaultRetention {
  const { Mode: mode, Days: days, Years: years } = asked ?? {};
  if (!isMode(mode) || (days === undefined) === (years === undefined)) throw malformedXml();
  const period = days ?? years ?? 0;
  if (period <= 0 || period > (days === undefined ? YEARS_MAX : DAYS_MAX)) {
    throw new AwsError(
      "InvalidRetentionPeriod",
      "Default retention period must be a positive integer value.",
      { status: 400 },
    );
  }
  return days === undefined ? { mode, years: period } : { mode, days: period };
}

export const isMode = (text: string | undefined): text is Retention["mode"] =>
  text === "GOVERNANCE" || text === "COMPLIANCE";

/** What a writer asks for with an object. */
export interface LockRequest {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

export type Lock = Pick<Description, "retention" | "legalHold">;

/** Undefined: the writer asks for nothing. */
export function readLock(input: LockRequest, now: number): Lock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  const { ObjectLockLegalHoldStatus: legalHold } = input;
  if (mode === undefined && until === undefined && legalHold === undefined) return undefined;
  const lock: Lock = {};
  if (legalHold !== undefined) {
    if (!isHold(legalHold)) throw unknownHold(legalHold);
    lock.legalHold = legalHold;
  }
  if (mode === undefined && until === undefined) return lock;
  if (mode === undefined || until === undefined) {
    const missing = mode === undefined ? MODE : RETAIN_UNTIL;
    throw invalidArgument(`${RETAIN_UNTIL} and ${MODE} must both be supplied`, {
      ArgumentName: missing,
    });
  }
  if (!isMode(mode)) {
    throw invalidArgument("Unknown wormMode directive.", {
      ArgumentName: MODE,
      ArgumentValue: mode,
    });
  }
  checkFuture(until, RETAIN_UNTIL, now);
  lock.retention = { mode, until: until.getTime() };
  return lock;
}

const MODE = "x-amz-object-lock-mode";
const RETAIN_UNTIL = "x-amz-object-lock-retain-until-date";

export const isHold = (text: string | undefined): text is "ON" | "OFF" =>
  text === "ON" || text === "OFF";

const unknownHold = (status: string) =>
  invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", {
    ArgumentName: "x-amz-object-lock-legal-hold",
    ArgumentValue: status,
  });

export function checkFuture(until: Date, name: string, now: number): void {
  if (until.getTime() > now) return;
  throw invalidArgument("The retain until date must be in the future!", {
    ArgumentName: name,
    ArgumentValue: inSeattle(until),
  });
}

/** AWS shows the date in its own time: "Tue Dec 31 16:00:00 PST 2019". */
function inSeattle(date: Date): string {
  const parts = new Map(SEATTLE.formatToParts(date).map(({ type, value }) => [type, value]));
  const [weekday, month, day, hour, minute, second, zone, year] = SHOWN.map((type) =>
    parts.get(type),
  );
  return `${weekday} ${month} ${day} ${hour}:${minute}:${second} ${zone} ${year}`;
}

const SHOWN = [
  "weekday",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "timeZoneName",
  "year",
] as const;

const SEATTLE = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  weekday: "short",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  year: "numeric",
  timeZoneName: "short",
});

/** Throws where the bucket knows no locks. */
export function checkHasLock({ objectLock }: Bucket): void {
  if (objectLock === undefined) {
    throw invalidRequest("Bucket is missing Object Lock Configuration");
  }
}

/** The lock of a new object: what its writer asked for, or else what the bucket says. */
export function lockOfNew(asked: Lock | undefined, bucket: Bucket, now: number): Lock {
  if (asked !== undefined) checkHasLock(bucket);
  const { mode, days, years = 0 } = bucket.objectLock ?? {};
  if (mode === undefined || asked?.retention !== undefined) return asked ?? {};
  const until = new Date(now);
  if (days === undefined) until.setUTCFullYear(until.getUTCFullYear() + years);
  else until.setUTCDate(until.getUTCDate() + days);
  return { ...asked, retention: { mode, until: until.getTime() } };
}

/** AWS: bytes that nobody may ever replace have to be known for right. */
export function checkDigestBrought(lock: Lock, hasDigest: boolean): void {
  if (hasDigest || (lock.retention === undefined && lock.legalHold === undefined)) return;
  throw invalidRequest(
    "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests " +
      "with Object Lock parameters",
  );
}

/** Throws where a version may not be deleted yet. `bypass`: the caller may lift governance. */
export function checkMayDelete(
  object: StoredObject | undefined,
  bypass: boolean,
  { now }: S3,
): void {
  if (object === undefined) return;
  const { legalHold, retention } = object;
  if (legalHold === "ON" || !mayShorten(retention, bypass, now)) throw protectedByLock();
}

/** A retention may be cut short: it is over, or of the kind that a special right lifts. */
export const mayShorten = (
  retention: Retention | undefined,
  bypass: boolean,
  now: number,
): boolean =>
  retention === undefined || retention.until <= now || (bypass && retention.mode === "GOVERNANCE");

export const protectedByLock = () =>
  accessDenied("Access Denied because object protected by object lock.");

/** Only buckets with locks know the right to lift them. */
export function checkBypass(bypass: boolean | undefined, { objectLock }: Bucket): void {
  if (bypass === undefined || objectLock !== undefined) return;
  throw invalidArgument(
    "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
    { ArgumentName: "x-amz-bypass-governance-retention" },
  );
}

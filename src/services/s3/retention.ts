/** How long a version is kept, and whether it is held: asked and said of one version. */
import type { Operation, S3 } from "./api.ts";
import { AwsError } from "../../kernel/errors.ts";
import { onObject } from "./access.ts";
import { findBucket, type BucketRequest } from "./buckets.ts";
import { malformedXml } from "./errors.ts";
import {
  checkFuture,
  checkHasLock,
  isHold,
  isMode,
  mayShorten,
  protectedByLock,
  type Lock,
} from "./object-lock.ts";
import type { Bucket, Retention, StoredObject } from "./state.ts";
import { findVersion, replaceVersion } from "./versions.ts";

interface VersionRequest extends BucketRequest {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

function findLockable(input: VersionRequest, s3: S3): StoredObject {
  const bucket = findBucket(input, s3);
  checkHasLock(bucket);
  return findVersion(bucket, input.Key, input.VersionId, s3);
}

const notLocked = () =>
  new AwsError(
    "NoSuchObjectLockConfiguration",
    "The specified object does not have a ObjectLock configuration",
    { status: 404 },
  );

export const GetObjectRetention: Operation<"GetObjectRetention"> = (input, s3) => {
  const { retention } = findLockable(input, s3);
  if (retention === undefined) throw notLocked();
  return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
};

export const PutObjectRetention: Operation<"PutObjectRetention"> = (input, s3) => {
  const object = findLockable(input, s3);
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
  if (!isMode(mode) || until === undefined) throw malformedXml();
  checkFuture(until, "RetainUntilDate", s3.now);
  const retention = { mode, until: until.getTime() };
  const bypass = input.BypassGovernanceRetention === true;
  if (!mayBecome(object.retention, retention, bypass, s3.now)) throw protectedByLock();
  replaceVersion({ ...object, retention }, s3);
  return {};
};

/** A retention may always be made longer, and its mode stricter only by who might lift it. */
function mayBecome(
  before: Retention | undefined,
  after: Retention,
  bypass: boolean,
  now: number,
): boolean {
  if (before?.mode === after.mode && after.until >= before.until) return true;
  return mayShorten(before, bypass, now);
}

export const GetObjectLegalHold: Operation<"GetObjectLegalHold"> = (input, s3) => {
  const { legalHold } = findLockable(input, s3);
  if (legalHold === undefined) throw notLocked();
  return { LegalHold: { Status: legalHold } };
};

export const PutObjectLegalHold: Operation<"PutObjectLegalHold"> = (input, s3) => {
  const object = findLockable(input, s3);
  const status = input.LegalHold?.Status;
  if (!isHold(status)) throw malformedXml();
  replaceVersion({ ...object, legalHold: status }, s3);
  return {};
};

/** What HEAD and GET say of it: AWS tells each half only to those who may ask for it. */
export function lockMembers(object: StoredObject, bucket: Bucket, s3: S3) {
  const { retention, legalHold } = object;
  if (retention === undefined && legalHold === undefined) return {};
  const mayAsk = (action: string) =>
    s3.refusal(onObject(bucket, { Key: object.key }, action, s3)) === undefined;
  return {
    ...(retention !== undefined && mayAsk("s3:GetObjectRetention")
      ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: new Date(retention.until) }
      : {}),
    ...(legalHold !== undefined && mayAsk("s3:GetObjectLegalHold")
      ? { ObjectLockLegalHoldStatus: legalHold }
      : {}),
  };
}

/** Taken over from an upload to the object that it becomes. */
export const lockOfUpload = ({ retention, legalHold }: Lock): Lock | undefined =>
  retention === undefined && legalHold === undefined
    ? undefined
    : {
        ...(retention === undefined ? {} : { retention }),
        ...(legalHold === undefined ? {} : { legalHold }),
      };

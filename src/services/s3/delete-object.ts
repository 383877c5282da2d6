/** Deleting objects, one or many. */
import type { Operation, S3 } from "./api.ts";
import { AwsError } from "../../kernel/errors.ts";
import { LIFT, onObject } from "./access.ts";
import { findBucket } from "./buckets.ts";
import { checkWrite } from "./conditions.ts";
import {
  headerNotImplemented,
  invalidVersionId,
  malformedXml,
  noSuchVersion,
  userKeyMissing,
} from "./errors.ts";
import { checkKey } from "./object-keys.ts";
import { checkBypass, checkMayDelete } from "./object-lock.ts";
import type { Bucket } from "./state.ts";
import {
  deleteKey,
  deleteVersion,
  isVersionId,
  versionIfThere,
  type Deletion,
} from "./versions.ts";

export const DeleteObject: Operation<"DeleteObject"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  checkKey(input.Key);
  checkBypass(input.BypassGovernanceRetention, bucket);
  if (input.IfMatchLastModifiedTime !== undefined) {
    throw headerNotImplemented("x-amz-if-match-last-modified-time");
  }
  if (input.IfMatchSize !== undefined) throw headerNotImplemented("x-amz-if-match-size");
  if (input.IfMatch !== undefined) {
    checkWrite(s3.objects.get(bucket.name, input.Key), input.Key, { ifMatch: input.IfMatch });
  }
  const { VersionId: versionId } = input;
  if (versionId === undefined) return toOutput(deleteKey(bucket, input.Key, s3));
  if (!isVersionId(versionId)) throw invalidVersionId(versionId);
  if (bucket.objectLock !== undefined) {
    const object = versionIfThere(bucket, input.Key, versionId, s3);
    checkMayDelete(object, input.BypassGovernanceRetention === true, s3);
  }
  return toOutput(deleteVersion(bucket, input.Key, versionId, s3) ?? { versionId });
};

const toOutput = ({ deleteMarker, versionId }: Deletion) => ({
  ...(deleteMarker === true ? { DeleteMarker: true } : {}),
  ...(versionId === undefined ? {} : { VersionId: versionId }),
});

const KEYS_MAX = 1000;

export const DeleteObjects: Operation<"DeleteObjects"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  checkBypass(input.BypassGovernanceRetention, bucket);
  const { Objects, Quiet } = input.Delete;
  if (Objects.length === 0 || Objects.length > KEYS_MAX) throw malformedXml();
  if (Objects.some(({ Key }) => Key === "")) throw userKeyMissing();
  const bypass = input.BypassGovernanceRetention === true;
  const outcomes = Objects.map((asked) => deleteOne(bucket, asked, bypass, s3));
  const deleted = outcomes.flatMap(({ done }) => (done === undefined ? [] : [done]));
  const failed = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]));
  return {
    ...(deleted.length === 0 || Quiet === true ? {} : { Deleted: deleted }),
    ...(failed.length === 0 ? {} : { Errors: failed }),
  };
};

interface Identifier {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModifiedTime?: Date | undefined;
  readonly Size?: number | undefined;
}

function deleteOne(bucket: Bucket, asked: Identifier, bypass: boolean, s3: S3) {
  const { Key, VersionId } = asked;
  const named = VersionId === undefined ? { Key } : { Key, VersionId };
  const mayLift = (version: Identifier) =>
    bypass && s3.refusal(onObject(bucket, version, LIFT, s3)) === undefined;
  try {
    const action = VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
    const refused = s3.refusal(onObject(bucket, asked, action, s3));
    if (refused !== undefined) throw refused;
    if (asked.LastModifiedTime !== undefined) throw headerNotImplemented("LastModifiedTime");
    if (asked.Size !== undefined) throw headerNotImplemented("Size");
    if (asked.ETag !== undefined) {
      checkWrite(s3.objects.get(bucket.name, Key), Key, { ifMatch: asked.ETag });
    }
    if (VersionId === undefined) return { done: deletedKey(Key, deleteKey(bucket, Key, s3)) };
    if (!isVersionId(VersionId)) throw noSuchVersion(Key, VersionId);
    if (bucket.objectLock !== undefined) {
      checkMayDelete(versionIfThere(bucket, Key, VersionId, s3), mayLift(asked), s3);
    }
    return { done: deletedVersion(named, deleteVersion(bucket, Key, VersionId, s3) ?? {}) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { error: { ...named, Code: error.code, Message: error.message } };
  }
}

function deletedKey(Key: string, { deleteMarker, versionId }: Deletion) {
  if (deleteMarker !== true) return { Key };
  return {
    Key,
    DeleteMarker: true,
    ...(versionId === undefined ? {} : { DeleteMarkerVersionId: versionId }),
  };
}

function deletedVersion(named: { Key: string; VersionId?: string }, { deleteMarker }: Deletion) {
  if (deleteMarker !== true) return named;
  return {
    ...named,
    DeleteMarker: true,
    ...(named.VersionId === undefined ? {} : { DeleteMarkerVersionId: named.VersionId }),
  };
}

/** Deleting objects, one or many. */
import type { Operation, S3 } from "./api.ts";
import { AwsError } from "../../kernel/errors.ts";
import { deletion } from "./access.ts";
import { findBucket } from "./buckets.ts";
import { checkWrite } from "./conditions.ts";
import {
  headerNotImplemented,
  invalidArgument,
  invalidVersionId,
  malformedXml,
  noSuchVersion,
} from "./errors.ts";
import type { Bucket } from "./state.ts";
import { deleteKey, deleteVersion, isVersionId, type Deletion } from "./versions.ts";

interface BypassRequest {
  readonly BypassGovernanceRetention?: boolean | undefined;
}

export const DeleteObject: Operation<"DeleteObject"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  checkBypass(input);
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
  return toOutput(deleteVersion(bucket, input.Key, versionId, s3) ?? { versionId });
};

const toOutput = ({ deleteMarker, versionId }: Deletion) => ({
  ...(deleteMarker === true ? { DeleteMarker: true } : {}),
  ...(versionId === undefined ? {} : { VersionId: versionId }),
});

function checkBypass(input: BypassRequest): void {
  if (input.BypassGovernanceRetention === undefined) return;
  throw invalidArgument(
    "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
    { ArgumentName: "x-amz-bypass-governance-retention" },
  );
}

const KEYS_MAX = 1000;

export const DeleteObjects: Operation<"DeleteObjects"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  checkBypass(input);
  const { Objects, Quiet } = input.Delete;
  if (Objects.length === 0 || Objects.length > KEYS_MAX) throw malformedXml();
  const outcomes = Objects.map((asked) => deleteOne(bucket, asked, s3));
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

function deleteOne(bucket: Bucket, asked: Identifier, s3: S3) {
  const { Key, VersionId } = asked;
  const named = VersionId === undefined ? { Key } : { Key, VersionId };
  try {
    const refused = s3.refusal(deletion(bucket, asked, s3));
    if (refused !== undefined) throw refused;
    if (asked.LastModifiedTime !== undefined) throw headerNotImplemented("LastModifiedTime");
    if (asked.Size !== undefined) throw headerNotImplemented("Size");
    if (asked.ETag !== undefined) {
      checkWrite(s3.objects.get(bucket.name, Key), Key, { ifMatch: asked.ETag });
    }
    if (VersionId === undefined) return { done: deletedKey(Key, deleteKey(bucket, Key, s3)) };
    if (!isVersionId(VersionId)) throw noSuchVersion(Key, VersionId);
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

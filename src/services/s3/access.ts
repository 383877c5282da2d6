/** What each call touches, and under which conditions: for the authorisation of it. */
import type { Access, AccessTarget, ActionTarget } from "../../kernel/service.ts";
import type { S3 } from "./api.ts";
import { bucketArn } from "./buckets.ts";
import { readCopySource } from "./copy-source.ts";
import { accessDenied, noSuchBucket } from "./errors.ts";
import { isPublicPolicy } from "./policy-document.ts";
import { ACTIONS, VERSION_ACTIONS } from "./access-actions.ts";
import { conditionsOf, existingTagConditions, requestConditions } from "./access-conditions.ts";
import type { state, Bucket, StoredObject } from "./state.ts";

type Input = Readonly<Record<string, unknown>>;

export const access: Access<typeof state> = {
  actions: ACTIONS,
  anonymous: true,
  targets: (operation, input, s3) => {
    const name = textIn(input, "Bucket");
    if (name === undefined) return [{ resource: "*", conditions: requestConditions(s3) }];
    if (operation === "CreateBucket") {
      return [{ resource: bucketArn(name), conditions: conditionsOf(operation, input, s3) }];
    }
    // AWS: that a bucket does not exist is no secret.
    const bucket = s3.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    if (isOwnersRoot(bucket, s3) && input["CopySource"] === undefined) {
      return [{ resource: bucketArn(name), accountId: bucket.accountId }];
    }
    return [...targetsIn(bucket, operation, input, s3), ...sourceTargets(input, s3)];
  },
};

/**
 * The root user of the bucket's account, and no policy that could say otherwise: nothing needs to
 * be looked up.
 */
const isOwnersRoot = (bucket: Bucket, { caller }: S3): boolean =>
  caller.kind === "root" && caller.accountId === bucket.accountId && bucket.policy === undefined;

function targetsIn(bucket: Bucket, operation: string, input: Input, s3: S3): AccessTarget[] {
  const conditions = conditionsOf(operation, input, s3);
  const key = textIn(input, "Key");
  // AWS: each key has a decision of its own, and the answer tells it.
  if (operation === "DeleteObjects") return [];
  if (key === undefined) {
    return [{ ...ofBucket(bucket, s3), resource: bucketArn(bucket.name), conditions }];
  }
  const object = READS.has(operation) ? s3.objects.get(bucket.name, key) : undefined;
  const missing = READS.has(operation) && object === undefined && input["VersionId"] === undefined;
  const target: AccessTarget = {
    ...ofBucket(bucket, s3),
    resource: `${bucketArn(bucket.name)}/${key}`,
    conditions: { ...conditions, ...existingTagConditions(object) },
  };
  return [
    ...actionsOn(operation, input).map((action) =>
      action === undefined ? target : { ...target, action },
    ),
    ...(missing ? [mayList(bucket, s3)] : []),
  ];
}

/** Operations that read an object, or something of it. */
const READS = new Set([
  "GetObject",
  "HeadObject",
  "GetObjectAttributes",
  "GetObjectTagging",
  "PutObjectTagging",
  "DeleteObjectTagging",
  "GetObjectAcl",
]);

/** AWS: who may not list a bucket is not told that a key is missing, either. */
const mayList = (bucket: Bucket, s3: S3): AccessTarget => ({
  ...ofBucket(bucket, s3),
  resource: bucketArn(bucket.name),
  action: "s3:ListBucket",
  conditions: requestConditions(s3),
  denied: (sentence) => accessDenied(sentence),
});

function ofBucket(bucket: Bucket, s3: S3) {
  const policy = effectivePolicy(bucket, s3);
  return { accountId: bucket.accountId, ...(policy === undefined ? {} : { policy }) };
}

/** RestrictPublicBuckets: a public policy lets in nobody from outside the account but services. */
function effectivePolicy({ policy, publicAccessBlock, accountId }: Bucket, { caller }: S3) {
  if (policy === undefined || publicAccessBlock?.RestrictPublicBuckets !== true) return policy;
  if (caller.kind === "service" || caller.accountId === accountId) return policy;
  return isPublicPolicy(policy) ? undefined : policy;
}

/** The actions that a call needs on its object; undefined: the operation's own. */
function actionsOn(operation: string, input: Input): readonly (string | undefined)[] {
  const actions: (string | undefined)[] = [];
  const versioned = input["VersionId"] !== undefined ? VERSION_ACTIONS[operation] : undefined;
  actions.push(versioned);
  if (operation === "GetObjectAttributes") {
    actions.push(
      versioned === undefined ? "s3:GetObjectAttributes" : "s3:GetObjectVersionAttributes",
    );
  }
  if (WRITES.has(operation)) {
    if (input["Tagging"] !== undefined) actions.push("s3:PutObjectTagging");
    if (input["ACL"] !== undefined) actions.push("s3:PutObjectAcl");
  }
  return actions;
}

const WRITES = new Set(["PutObject", "CopyObject", "CreateMultipartUpload"]);

/** A copy reads its source as whoever copies. */
function sourceTargets(input: Input, s3: S3): AccessTarget[] {
  const header = textIn(input, "CopySource");
  if (header === undefined) return [];
  const source = readCopySource(header);
  const bucket = s3.buckets.get(source.bucket);
  if (bucket === undefined) throw noSuchBucket(source.bucket);
  const object: StoredObject | undefined = s3.objects.get(source.bucket, source.key);
  const target = {
    ...ofBucket(bucket, s3),
    resource: `${bucketArn(source.bucket)}/${source.key}`,
    action: source.versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion",
    conditions: { ...requestConditions(s3), ...existingTagConditions(object) },
  };
  const missing = object === undefined && source.versionId === undefined;
  return missing ? [target, mayList(bucket, s3)] : [target];
}

/** What it takes to delete one of the keys of a DeleteObjects. */
export const deletion = (
  bucket: Bucket,
  { Key, VersionId }: { readonly Key: string; readonly VersionId?: string | undefined },
  s3: S3,
): ActionTarget => ({
  ...ofBucket(bucket, s3),
  resource: `${bucketArn(bucket.name)}/${Key}`,
  action: VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
  conditions: {
    ...requestConditions(s3),
    ...(VersionId === undefined ? {} : { "s3:VersionId": VersionId }),
  },
});

function textIn(input: Input, member: string): string | undefined {
  const value = input[member];
  return typeof value === "string" ? value : undefined;
}

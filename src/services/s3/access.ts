/** What each call touches, and under which conditions: for the authorisation of it. */
import { AwsError } from "../../kernel/errors.ts";
import type { Access, AccessTarget, ActionTarget } from "../../kernel/service.ts";
import { bucketGrants, isForeign, joinedPolicy, objectGrants } from "./access-grants.ts";
import { hasLists } from "./access-lists.ts";
import { hasAcl } from "./acl-request.ts";
import type { S3 } from "./api.ts";
import { bucketArn } from "./buckets.ts";
import { readCopySource } from "./copy-source.ts";
import { accessDenied, noSuchBucket } from "./errors.ts";
import { isPublicPolicy } from "./policy-document.ts";
import { ACTIONS, VERSION_ACTIONS } from "./access-actions.ts";
import { conditionsOf, existingTagConditions, requestConditions } from "./access-conditions.ts";
import type { state, Bucket, StoredObject } from "./state.ts";
import { versionIfThere } from "./versions.ts";

type Input = Readonly<Record<string, unknown>>;

export const access: Access<typeof state> = {
  actions: ACTIONS,
  anonymous: true,
  targets: (operation, input, s3) => {
    const name = textIn(input, "Bucket");
    if (name === undefined) return [{ resource: "*", conditions: requestConditions(s3) }];
    if (operation === "CreateBucket") {
      const target = { resource: bucketArn(name), conditions: conditionsOf(operation, input, s3) };
      return creationActions(input).map((action) => ({ ...target, action }));
    }
    // AWS: that a bucket does not exist is no secret.
    const bucket = s3.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    s3.billTo(bucket);
    const listed = hasLists(bucket) && ON_OBJECTS.has(operation);
    const simple = isOwnersRoot(bucket, s3) && !listed && input["CopySource"] === undefined;
    if (simple || isRescue(operation, bucket, s3)) {
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

/** AWS: no policy can lock the root user of the bucket's account out of that policy. */
const isRescue = (operation: string, { accountId }: Bucket, { caller }: S3): boolean =>
  RESCUES.has(operation) && caller.kind === "root" && caller.accountId === accountId;

const RESCUES = new Set(["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"]);

function targetsIn(bucket: Bucket, operation: string, input: Input, s3: S3): AccessTarget[] {
  const conditions = conditionsOf(operation, input, s3, bucket);
  const key = textIn(input, "Key");
  // AWS: each key has a decision of its own, and the answer tells it.
  if (operation === "DeleteObjects") return [];
  if (key === undefined) {
    const target: AccessTarget = {
      ...ofBucket(bucket, s3),
      resource: bucketArn(bucket.name),
      conditions,
    };
    return [SHOW_REGION.has(operation) ? showingRegion(target, bucket) : target];
  }
  const resource = `${bucketArn(bucket.name)}/${key}`;
  const actions = actionsOn(operation, input);
  const given = (target: AccessTarget) =>
    actions.map((action) => (action === undefined ? target : { ...target, action }));
  if (!ON_OBJECTS.has(operation)) {
    return given({ ...ofBucket(bucket, s3, WRITES.has(operation)), resource, conditions });
  }
  const versionId = textIn(input, "VersionId");
  const object = versionIfThere(bucket, key, versionId, s3);
  const existing = { ...conditions, ...existingTagConditions(object) };
  // AWS: the tags of an object are the bucket owner's business, whoever wrote it.
  const of = OF_BUCKET.has(operation) ? ofBucket(bucket, s3) : ofObject(bucket, object, s3);
  const targets = given({ ...of, resource, conditions: existing });
  if (object !== undefined || versionId !== undefined || operation === "PutObjectAcl") {
    return targets;
  }
  return [...targets, mayList(bucket, key, s3)];
}

/** Operations on an object that is there: its own list counts, and whose it is. */
const ON_OBJECTS = new Set([
  "GetObject",
  "HeadObject",
  "GetObjectAttributes",
  "GetObjectTagging",
  "PutObjectTagging",
  "DeleteObjectTagging",
  "GetObjectAcl",
  "PutObjectAcl",
]);

const OF_BUCKET = new Set(["GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"]);

/** AWS: who may not list a bucket, or this key of it, is not told that the key is missing, either. */
const mayList = (bucket: Bucket, key: string, s3: S3): AccessTarget => ({
  denied: (sentence) => accessDenied(sentence),
  ...ofBucket(bucket, s3),
  resource: bucketArn(bucket.name),
  action: "s3:ListBucket",
  conditions: { ...requestConditions(s3, bucket), "s3:prefix": key },
});

function ofBucket(bucket: Bucket, s3: S3, writesObject = false) {
  const { accountId } = bucket;
  const grants = bucketGrants(bucket, writesObject, s3);
  const policy = joinedPolicy(effectivePolicy(bucket, s3), grants, false);
  return { accountId, ...discreet(accountId, s3), ...(policy === undefined ? {} : { policy }) };
}

/** AWS: who and why is told within an account; callers of others are only told that they may not. */
const discreet = (accountId: string, { caller }: S3): Pick<AccessTarget, "denied"> =>
  caller.accountId === accountId ? {} : { denied: () => accessDenied() };

const SHOW_REGION = new Set(["HeadBucket", "ListObjects", "ListObjectsV2"]);

/** AWS: where a bucket lies, a refusal says to anybody; there SDKs look for it. */
const showingRegion = (target: AccessTarget, { region }: Bucket): AccessTarget => ({
  ...target,
  denied: (sentence) =>
    new AwsError("AccessDenied", target.denied?.(sentence).message ?? sentence, {
      status: 403,
      headers: { "x-amz-bucket-region": region },
    }),
});

function ofObject(bucket: Bucket, object: StoredObject | undefined, s3: S3) {
  const grants = objectGrants(bucket, object, s3);
  const foreign = isForeign(object, bucket);
  const policy = joinedPolicy(effectivePolicy(bucket, s3), grants, foreign);
  const accountId = foreign ? (object?.ownerAccountId ?? "") : bucket.accountId;
  return { accountId, ...discreet(accountId, s3), ...(policy === undefined ? {} : { policy }) };
}

/** RestrictPublicBuckets: a public policy lets in nobody from outside the account but services. */
function effectivePolicy({ policy, publicAccessBlock, accountId }: Bucket, { caller }: S3) {
  if (policy === undefined || publicAccessBlock?.RestrictPublicBuckets !== true) return policy;
  if (caller.kind === "service" || caller.accountId === accountId) return policy;
  return isPublicPolicy(policy) ? undefined : policy;
}

/** What it takes to make a bucket: locks and lists are rights of their own. */
function creationActions(input: Input): readonly string[] {
  const actions = ["s3:CreateBucket"];
  if (input["ObjectLockEnabledForBucket"] === true) {
    actions.push("s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning");
  }
  if (hasAcl(input) && input["ACL"] !== "private") actions.push("s3:PutBucketAcl");
  if (input["ObjectOwnership"] !== undefined) actions.push("s3:PutBucketOwnershipControls");
  return actions;
}

export const LIFT = "s3:BypassGovernanceRetention";

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
    if (input["ObjectLockMode"] !== undefined) actions.push("s3:PutObjectRetention");
    if (input["ObjectLockLegalHoldStatus"] !== undefined) actions.push("s3:PutObjectLegalHold");
  }
  if (input["BypassGovernanceRetention"] === true) actions.push(LIFT);
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
  const object = versionIfThere(bucket, source.key, source.versionId, s3);
  const target = {
    ...ofObject(bucket, object, s3),
    resource: `${bucketArn(source.bucket)}/${source.key}`,
    action: source.versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion",
    conditions: { ...requestConditions(s3, bucket), ...existingTagConditions(object) },
  };
  const missing = object === undefined && source.versionId === undefined;
  return missing ? [target, mayList(bucket, source.key, s3)] : [target];
}

/** What it takes to do something to one version of one key, where a call is not all or nothing. */
export const onObject = (
  bucket: Bucket,
  { Key, VersionId }: { readonly Key: string; readonly VersionId?: string | undefined },
  action: string,
  s3: S3,
): ActionTarget => ({
  ...ofBucket(bucket, s3),
  resource: `${bucketArn(bucket.name)}/${Key}`,
  action,
  conditions: {
    ...requestConditions(s3, bucket),
    ...(VersionId === undefined ? {} : { "s3:VersionId": VersionId }),
  },
});

function textIn(input: Input, member: string): string | undefined {
  const value = input[member];
  return typeof value === "string" ? value : undefined;
}

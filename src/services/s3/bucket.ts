/** Buckets: made, found, listed, deleted. */
import type { InputOf } from "../../kernel/types.ts";
import { aclOfNewBucket } from "./access-lists.ts";
import type { Operation, S3, Sdk } from "./api.ts";
import { isBucketName } from "./bucket-names.ts";
import { bucketArn, canonicalId, findBucket, findBucketAnywhere } from "./buckets.ts";
import {
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  illegalLocationConstraint,
  invalidArgument,
  invalidBucketName,
  invalidLocationConstraint,
  malformedXml,
  notBuilt,
} from "./errors.ts";
import { toSecond } from "./listing.ts";
import { isOwnership } from "./ownership.ts";
import type { Bucket, ObjectOwnership, PublicAccessBlock, Strings } from "./state.ts";
import { newBucketTags } from "./tags.ts";

/** Since April 2023 every new bucket blocks public access. */
const ALL_BLOCKED: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export const CreateBucket: Operation<"CreateBucket"> = (input, s3) => {
  const name = input.Bucket;
  if (!isBucketName(name)) throw invalidBucketName({ BucketName: name });
  if (input.BucketNamespace === "account-regional") throw notBuilt("names of an account's own");
  const { LocationConstraint, Tags } = configurationIn(input);
  const region = regionFor(LocationConstraint, s3);
  const ownership = ownershipAsked(input.ObjectOwnership);
  const tags = newBucketTags(Tags ?? []);
  const block = { accountId: s3.accountId, ownership, publicAccessBlock: ALL_BLOCKED };
  const acl = aclOfNewBucket(input, block);

  const existing = s3.buckets.get(name);
  if (existing !== undefined) return recreated(existing, { region, tags, acl }, s3);

  s3.buckets.insert({
    name,
    accountId: s3.accountId,
    region,
    ...(LocationConstraint === "EU" ? { locationConstraint: "EU" } : {}),
    createdAt: s3.now,
    ownership,
    publicAccessBlock: ALL_BLOCKED,
    ...(acl === undefined ? {} : { acl }),
    ...(input.ObjectLockEnabledForBucket === true
      ? { versioning: "Enabled" as const, objectLock: {} }
      : {}),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  });
  return created(name, region);
};

/** AWS: a configuration may be left out, but not be empty. */
function configurationIn({ CreateBucketConfiguration: asked }: InputOf<Sdk, "CreateBucket">) {
  if (asked === undefined) return {};
  if (Object.values(asked).every((value) => value === undefined)) throw malformedXml();
  return asked;
}

const created = (name: string, region: string) => ({
  Location: region === "us-east-1" ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
  BucketArn: bucketArn(name),
});

interface AskedAgain {
  readonly region: string;
  readonly tags: Strings;
  readonly acl: Bucket["acl"] | undefined;
}

/**
 * AWS: in us-east-1 alone, creating a bucket that one has already succeeds, unless it is to be
 * tagged; its access list is then what a new bucket's would be.
 */
function recreated(existing: Bucket, { region, tags, acl }: AskedAgain, s3: S3) {
  if (existing.accountId !== s3.accountId) throw bucketAlreadyExists(existing.name);
  const inFirstRegion = region === "us-east-1" && existing.region === "us-east-1";
  if (!inFirstRegion || Object.keys(tags).length > 0) throw bucketAlreadyOwnedByYou(existing.name);
  if (existing.acl !== acl) s3.buckets.update(existing, { acl });
  return created(existing.name, region);
}

/**
 * us-east-1 makes buckets for every region; the other regions only their own, and want that said.
 */
function regionFor(constraint: string | undefined, s3: S3): string {
  if (s3.region === "us-east-1") {
    if (constraint === undefined || constraint === "") return "us-east-1";
    if (constraint === "EU") return "eu-west-1";
    if (!REGION.test(constraint) || constraint === "us-east-1") {
      throw invalidLocationConstraint({ LocationConstraint: constraint });
    }
    return constraint;
  }
  if (constraint === undefined || constraint === "") throw illegalLocationConstraint("unspecified");
  const named = constraint === "EU" ? "eu-west-1" : constraint;
  if (named !== s3.region) throw illegalLocationConstraint(constraint);
  return named;
}

const REGION = /^(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(?:[a-z]+)-\d$/;

function ownershipAsked(asked: string | undefined): ObjectOwnership {
  if (asked === undefined) return "BucketOwnerEnforced";
  if (isOwnership(asked)) return asked;
  throw invalidArgument(`Invalid x-amz-object-ownership header: ${asked}`, {
    ArgumentName: "x-amz-object-ownership",
  });
}

export const DeleteBucket: Operation<"DeleteBucket"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const holds = (rows: readonly unknown[]) => rows.length > 0;
  const objects = holds(s3.objects.list([bucket.name], { limit: 1 }));
  if (objects || holds(s3.versions.list([bucket.name], { limit: 1 }))) {
    throw bucketNotEmpty(bucket.name, bucket.versioning !== undefined);
  }
  for (const upload of s3.uploads.range("byKey", [bucket.name])) {
    for (const part of s3.parts.list([upload.uploadId])) s3.parts.remove(part);
    s3.uploads.remove(upload);
  }
  s3.buckets.remove(bucket);
  return {};
};

export const HeadBucket: Operation<"HeadBucket"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  return {
    BucketArn: bucketArn(bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
  };
};

export const GetBucketLocation: Operation<"GetBucketLocation"> = (input, s3) => {
  const { region, locationConstraint } = findBucketAnywhere(input, s3);
  if (region === "us-east-1") return {};
  return { LocationConstraint: (locationConstraint ?? region) as "eu-west-1" };
};

const LISTED_MAX = 10_000;

export const ListBuckets: Operation<"ListBuckets"> = (input, s3) => {
  const limit = bucketsAsked(input.MaxBuckets);
  const { Prefix: prefix, BucketRegion: region, ContinuationToken: token } = input;
  if (region !== undefined && !REGION.test(region)) {
    throw invalidArgument(`Argument value ${region} is not a valid AWS Region`, {
      ArgumentName: "bucket-region",
    });
  }
  const found: Bucket[] = [];
  const bounds = token === undefined ? {} : { after: nameIn(token) };
  for (const bucket of s3.buckets.scanIndex("byOwner", [s3.accountId], bounds)) {
    if (prefix !== undefined && !bucket.name.startsWith(prefix)) continue;
    if (region !== undefined && bucket.region !== region) continue;
    found.push(bucket);
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const more = found.length > limit && last !== undefined;
  // AWS: regions are told only to those who ask for something in particular.
  const particular = [input.MaxBuckets, prefix, region, token].some((said) => said !== undefined);
  return {
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: toSecond(bucket.createdAt),
      ...(particular ? { BucketRegion: bucket.region } : {}),
      BucketArn: bucketArn(bucket.name),
    })),
    Owner: { ID: canonicalId(s3.accountId) },
    ...(prefix === undefined ? {} : { Prefix: prefix }),
    ...(more ? { ContinuationToken: Buffer.from(last.name).toString("base64") } : {}),
  };
};

function bucketsAsked(asked: number = LISTED_MAX): number {
  if (asked >= 1 && asked <= LISTED_MAX) return asked;
  throw invalidArgument(`Argument max-buckets must be an integer between 1 and ${LISTED_MAX}.`, {
    ArgumentName: "max-buckets",
    ArgumentValue: asked,
  });
}

function nameIn(token: string): string {
  const name = Buffer.from(token, "base64").toString("utf8");
  if (isBucketName(name)) return name;
  throw invalidArgument("The continuation token provided is incorrect", {
    ArgumentName: "continuation-token",
  });
}

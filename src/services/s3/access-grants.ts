/**
 * Access lists in the words of policies: what they let this caller do stands beside the statements
 * of the bucket's policy. As the user guide maps permissions to actions.
 */
import type { Caller } from "../../kernel/service.ts";
import { hasLists, ownerOf } from "./access-lists.ts";
import type { S3 } from "./api.ts";
import { bucketArn, canonicalId } from "./buckets.ts";
import { ALL_USERS, AUTHENTICATED_USERS, isPublicGrant } from "./grants.ts";
import type { Bucket, Grant, Permission, StoredObject } from "./state.ts";

type Actions = Readonly<Record<Exclude<Permission, "FULL_CONTROL">, readonly string[]>>;

const ON_BUCKET: Actions = {
  READ: ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
  WRITE: [],
  READ_ACP: ["s3:GetBucketAcl"],
  WRITE_ACP: ["s3:PutBucketAcl"],
};

/** Whoever may write an object may say with it who else may read it, and what its tags are. */
const IN_BUCKET: Actions = {
  READ: [],
  WRITE: ["s3:PutObject", "s3:DeleteObject"],
  READ_ACP: [],
  WRITE_ACP: [],
};
const WITH_OBJECT = ["s3:PutObjectAcl", "s3:PutObjectTagging"];

const ON_OBJECT: Actions = {
  READ: ["s3:GetObject", "s3:GetObjectVersion"],
  WRITE: [],
  READ_ACP: ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
  WRITE_ACP: ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
};

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: "*" | { readonly AWS: string };
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** What the bucket's list lets the caller do. */
export function bucketGrants(bucket: Bucket, writesObject: boolean, s3: S3): Statement[] {
  if (bucket.acl === undefined || !hasLists(bucket)) return [];
  const arn = bucketArn(bucket.name);
  const statements: Statement[] = [];
  for (const [principal, permission] of grantedTo(bucket.acl, bucket, s3.caller)) {
    const inside = actionsOf(permission, IN_BUCKET);
    const writing = inside.length > 0 && writesObject ? [...inside, ...WITH_OBJECT] : inside;
    statements.push(
      ...statement("BucketAcl", principal, actionsOf(permission, ON_BUCKET), arn),
      ...statement("BucketAcl", principal, writing, `${arn}/*`),
    );
  }
  return statements;
}

/**
 * What the object's list lets the caller do. Where there is no object, the bucket's stands in for
 * it: who may list the bucket is told that the key is missing.
 */
export function objectGrants(bucket: Bucket, object: StoredObject | undefined, s3: S3) {
  const { acl } = object ?? bucket;
  if (acl === undefined || !hasLists(bucket)) return [];
  const resource = `${bucketArn(bucket.name)}/*`;
  return grantedTo(acl, bucket, s3.caller).flatMap(([principal, permission]) =>
    statement("ObjectAcl", principal, actionsOf(permission, ON_OBJECT), resource),
  );
}

function statement(
  Sid: string,
  Principal: Statement["Principal"],
  Action: readonly string[],
  Resource: string,
): Statement[] {
  return Action.length === 0 ? [] : [{ Sid, Effect: "Allow", Principal, Action, Resource }];
}

const actionsOf = (permission: Permission, actions: Actions): readonly string[] =>
  permission === "FULL_CONTROL" ? Object.values(actions).flat() : actions[permission];

/** The entries of a list that mean this caller. */
function grantedTo(acl: readonly Grant[], { publicAccessBlock }: Bucket, caller: Caller) {
  const ignored = publicAccessBlock?.IgnorePublicAcls === true;
  return acl.flatMap((grant): (readonly [Statement["Principal"], Permission])[] => {
    if (ignored && isPublicGrant(grant)) return [];
    const principal = principalMeant(grant, caller);
    return principal === undefined ? [] : [[principal, grant.permission]];
  });
}

function principalMeant(
  { id, group }: Grant,
  { kind, accountId }: Caller,
): Statement["Principal"] | undefined {
  if (group === ALL_USERS) return "*";
  if (kind === "anonymous" || kind === "service") return undefined;
  if (group === AUTHENTICATED_USERS) return "*";
  if (id === undefined || id !== canonicalId(accountId)) return undefined;
  return { AWS: `arn:aws:iam::${accountId}:root` };
}

/**
 * AWS: a bucket's policy lets nobody at objects that others own; what it forbids holds for them,
 * too.
 */
export const isForeign = (object: StoredObject | undefined, bucket: Bucket): boolean =>
  object !== undefined && ownerOf(object, bucket) !== bucket.accountId;

/** The bucket's policy and what lists grant, as one policy; undefined: neither says anything. */
export function joinedPolicy(
  policy: string | undefined,
  grants: readonly Statement[],
  foreign: boolean,
): string | undefined {
  if (grants.length === 0 && (policy === undefined || !foreign)) return policy;
  const document: Readonly<Record<string, unknown>> =
    policy === undefined ? { Version: "2012-10-17" } : Object(JSON.parse(policy));
  const said = [document["Statement"] ?? []].flat();
  const kept = foreign ? said.filter(isDeny) : said;
  const statements = [...kept, ...grants];
  return statements.length === 0
    ? undefined
    : JSON.stringify({ ...document, Statement: statements });
}

const isDeny = (said: unknown): boolean => Reflect.get(Object(said), "Effect") === "Deny";

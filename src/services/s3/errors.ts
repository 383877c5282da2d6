/** S3's refusals. Its model names few of them; the others stand here with their status. */
import { AwsError, defineErrors, notImplemented } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

type Members = Readonly<Record<string, unknown>>;

const modelled = defineErrors<Sdk>()({
  BucketAlreadyExists:
    "The requested bucket name is not available. The bucket namespace is shared by all users of " +
    "the system. Please select a different name and try again.",
  BucketAlreadyOwnedByYou:
    "Your previous request to create the named bucket succeeded and you already own it.",
  NoSuchBucket: "The specified bucket does not exist",
  NoSuchKey: "The specified key does not exist.",
  NoSuchUpload:
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have " +
    "been aborted or completed.",
});

export const bucketAlreadyExists = (name: string) =>
  modelled.BucketAlreadyExists({ members: { BucketName: name } });
export const bucketAlreadyOwnedByYou = (name: string) =>
  modelled.BucketAlreadyOwnedByYou({ members: { BucketName: name } });
export const noSuchBucket = (name: string) =>
  modelled.NoSuchBucket({ members: { BucketName: name } });
export const noSuchKey = (key: string, headers: Readonly<Record<string, string>> = {}) =>
  modelled.NoSuchKey({ members: { Key: key }, headers });
export const noSuchUpload = (uploadId: string) =>
  modelled.NoSuchUpload({ members: { UploadId: uploadId } });

/** An error that the model does not name: code, status, sentence; what it gets is its members. */
const unmodelled =
  (code: string, status: number, sentence: string) =>
  (members: Members = {}) =>
    new AwsError(code, sentence, { status, members });

/** The same, where the sentence varies. */
const worded =
  (code: string) =>
  (sentence: string, members: Members = {}) =>
    new AwsError(code, sentence, { status: 400, members });

export const invalidArgument = worded("InvalidArgument");
export const invalidRequest = worded("InvalidRequest");
export const invalidTag = worded("InvalidTag");
export const malformedPolicy = worded("MalformedPolicy");
export const badDigest = worded("BadDigest");

export const accessDenied = (sentence = "Access Denied", members: Members = {}) =>
  new AwsError("AccessDenied", sentence, { status: 403, members });

export const malformedXml = unmodelled(
  "MalformedXML",
  400,
  "The XML you provided was not well-formed or did not validate against our published schema",
);
export const userKeyMissing = unmodelled(
  "UserKeyMustBeSpecified",
  400,
  "The bucket POST must contain the specified field name. If it is specified, please check the " +
    "order of the fields.",
);
export const invalidBucketState = (sentence: string) =>
  new AwsError("InvalidBucketState", sentence, { status: 409 });
export const malformedAcl = unmodelled(
  "MalformedACLError",
  400,
  "The XML you provided was not well-formed or did not validate against our published schema",
);
export const invalidBucketName = unmodelled(
  "InvalidBucketName",
  400,
  "The specified bucket is not valid.",
);
export const invalidLocationConstraint = unmodelled(
  "InvalidLocationConstraint",
  400,
  "The specified location-constraint is not valid",
);
export const illegalLocationConstraint = (asked: string) =>
  new AwsError(
    "IllegalLocationConstraintException",
    `The ${asked} location constraint is incompatible for the region specific endpoint this ` +
      "request was sent to.",
    { status: 400 },
  );
export const bucketNotEmpty = (name: string, versioned: boolean) =>
  new AwsError(
    "BucketNotEmpty",
    versioned
      ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
      : "The bucket you tried to delete is not empty",
    { status: 409, members: { BucketName: name } },
  );
export const invalidBucketOwner = (asked: string) =>
  new AwsError(
    "InvalidBucketOwnerAWSAccountID",
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${asked}]`,
    { status: 400 },
  );
export const permanentRedirect = (bucket: string, region: string) =>
  new AwsError(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. " +
      "Please send all future requests to this endpoint.",
    {
      status: 301,
      members: { Endpoint: `${bucket}.s3.${region}.amazonaws.com`, Bucket: bucket },
      headers: { "x-amz-bucket-region": region },
    },
  );

export const invalidRedirectLocation = (sentence: string) =>
  new AwsError("InvalidRedirectLocation", sentence, { status: 400 });
export const keyTooLong = (sizeBytes: number) =>
  new AwsError("KeyTooLongError", "Your key is too long", {
    status: 400,
    members: { Size: sizeBytes, MaxSizeAllowed: 1024 },
  });
export const metadataTooLarge = (sizeBytes: number) =>
  new AwsError(
    "MetadataTooLarge",
    "Your metadata headers exceed the maximum allowed metadata size",
    { status: 400, members: { Size: sizeBytes, MaxSizeAllowed: 2048 } },
  );
export const invalidStorageClass = (asked: string) =>
  new AwsError("InvalidStorageClass", "The storage class you specified is not valid", {
    status: 400,
    members: { StorageClassRequested: asked },
  });
export const entityTooLarge = (proposed: number, allowed: number) =>
  new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    status: 400,
    members: { ProposedSize: proposed, MaxSizeAllowed: allowed },
  });
export const entityTooSmall = (members: Members) =>
  new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    status: 400,
    members,
  });
export const malformedTrailer = unmodelled(
  "MalformedTrailerError",
  400,
  "The request contained trailing data that was not well-formed or did not conform to our " +
    "published schema.",
);
export const incompleteBody = unmodelled(
  "IncompleteBody",
  400,
  "You did not provide the number of bytes specified by the Content-Length HTTP header",
);
export const missingContentLength = unmodelled(
  "MissingContentLength",
  411,
  "You must provide the Content-Length HTTP header.",
);
export const invalidDigest = (given: string) =>
  new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", {
    status: 400,
    members: { "Content-MD5": given },
  });

export const noSuchVersion = (key: string, versionId: string) =>
  new AwsError("NoSuchVersion", "The specified version does not exist.", {
    status: 404,
    members: { Key: key, VersionId: versionId },
  });
export const invalidVersionId = (asked: string, argument = "versionId") =>
  invalidArgument(
    asked === "" ? "Version id cannot be the empty string" : "Invalid version id specified",
    { ArgumentName: argument, ArgumentValue: asked },
  );
export const methodNotAllowed = (
  method: string,
  resourceType: string,
  headers: Readonly<Record<string, string>> = {},
) =>
  new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
    members: { Method: method, ResourceType: resourceType },
    headers,
  });

export const preconditionFailed = (condition: string) =>
  new AwsError(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    { status: 412, members: { Condition: condition } },
  );
export const conditionalRequestConflict = (condition: string, key: string) =>
  new AwsError(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { status: 409, members: { Condition: condition, Key: key } },
  );
export const notModified = (headers: Readonly<Record<string, string>>) =>
  new AwsError("NotModified", "Not Modified", { status: 304, headers });
export const invalidRange = (asked: string, sizeBytes: number) =>
  new AwsError("InvalidRange", "The requested range is not satisfiable", {
    status: 416,
    members: { RangeRequested: asked, ActualObjectSize: sizeBytes },
  });
export const invalidPartNumber = (asked: number, count: number) =>
  new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", {
    status: 416,
    members: { PartNumberRequested: asked, ActualPartCount: count },
  });

export const invalidPart = (uploadId: string, number: number, etag: string) =>
  new AwsError(
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been " +
      "uploaded, or the specified entity tag may not match the part's entity tag.",
    { status: 400, members: { UploadId: uploadId, PartNumber: number, ETag: etag } },
  );
export const invalidPartOrder = (uploadId: string) =>
  new AwsError(
    "InvalidPartOrder",
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { status: 400, members: { UploadId: uploadId } },
  );

export const invalidEncryptionAlgorithm = (asked: string) =>
  new AwsError(
    "InvalidEncryptionAlgorithmError",
    "The Encryption request you specified is not valid. Supported value: AES256.",
    {
      status: 400,
      members: { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: asked },
    },
  );
export const headerNotImplemented = (header: string, detail?: string) =>
  new AwsError(
    "NotImplemented",
    "A header you provided implies functionality that is not implemented",
    {
      status: 501,
      members: { Header: header, ...(detail === undefined ? {} : { additionalMessage: detail }) },
    },
  );

/** What real S3 can and we cannot: said, and not passed over in silence. */
export const notBuilt = (what: string) =>
  notImplemented(`Snowglobe's S3 does not have ${what} yet.`);

/** A configuration that nobody has put: each has its own code and sentence. */
const notConfigured = (code: string, sentence: string) => (bucket: string) =>
  new AwsError(code, sentence, { status: 404, members: { BucketName: bucket } });

export const noSuchBucketPolicy = notConfigured(
  "NoSuchBucketPolicy",
  "The bucket policy does not exist",
);
export const noSuchCors = notConfigured(
  "NoSuchCORSConfiguration",
  "The CORS configuration does not exist",
);
export const noSuchTagSet = notConfigured("NoSuchTagSet", "The TagSet does not exist");
export const noSuchWebsite = notConfigured(
  "NoSuchWebsiteConfiguration",
  "The specified bucket does not have a website configuration",
);
export const noSuchLifecycle = notConfigured(
  "NoSuchLifecycleConfiguration",
  "The lifecycle configuration does not exist",
);
export const noReplication = notConfigured(
  "ReplicationConfigurationNotFoundError",
  "The replication configuration was not found",
);
export const noObjectLock = notConfigured(
  "ObjectLockConfigurationNotFoundError",
  "Object Lock configuration does not exist for this bucket",
);
export const noOwnershipControls = notConfigured(
  "OwnershipControlsNotFoundError",
  "The bucket ownership controls were not found",
);
export const noPublicAccessBlock = notConfigured(
  "NoSuchPublicAccessBlockConfiguration",
  "The public access block configuration was not found",
);
export const noSuchConfiguration = unmodelled(
  "NoSuchConfiguration",
  404,
  "The specified configuration does not exist.",
);
export const accessControlListNotSupported = unmodelled(
  "AccessControlListNotSupported",
  400,
  "The bucket does not allow ACLs",
);

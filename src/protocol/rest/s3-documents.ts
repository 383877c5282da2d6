/**
 * S3's documents: roots that the model does not name, one that is a bare text, and the error
 * document.
 */
import type { Operation, ServiceModel } from "../../model/model.ts";
import type { ResponseMeta } from "../../kernel/http.ts";
import { wordOf } from "../scalars.ts";
import { element, escapeXml } from "../xml/text.ts";

export function isS3(service: ServiceModel): boolean {
  return service.name === "s3";
}

const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** From the response syntax in the S3 API reference. */
const ROOTS: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: "CompleteMultipartUploadResult",
  CreateMultipartUpload: "InitiateMultipartUploadResult",
  CreateSession: "CreateSessionResult",
  DeleteObjects: "DeleteResult",
  GetBucketAccelerateConfiguration: "AccelerateConfiguration",
  GetBucketAcl: "AccessControlPolicy",
  GetBucketCors: "CORSConfiguration",
  GetBucketLifecycle: "LifecycleConfiguration",
  GetBucketLifecycleConfiguration: "LifecycleConfiguration",
  GetBucketLogging: "BucketLoggingStatus",
  GetBucketNotification: "NotificationConfiguration",
  GetBucketNotificationConfiguration: "NotificationConfiguration",
  GetBucketRequestPayment: "RequestPaymentConfiguration",
  GetBucketTagging: "Tagging",
  GetBucketVersioning: "VersioningConfiguration",
  GetBucketWebsite: "WebsiteConfiguration",
  GetObjectAcl: "AccessControlPolicy",
  GetObjectAttributes: "GetObjectAttributesResponse",
  GetObjectTagging: "Tagging",
  ListBucketAnalyticsConfigurations: "ListBucketAnalyticsConfigurationResult",
  ListBucketIntelligentTieringConfigurations: "ListBucketIntelligentTieringConfigurationsOutput",
  ListBucketInventoryConfigurations: "ListInventoryConfigurationsResult",
  ListBucketMetricsConfigurations: "ListMetricsConfigurationsResult",
  ListBuckets: "ListAllMyBucketsResult",
  ListDirectoryBuckets: "ListAllMyDirectoryBucketsResult",
  ListMultipartUploads: "ListMultipartUploadsResult",
  ListObjectVersions: "ListVersionsResult",
  ListObjects: "ListBucketResult",
  ListObjectsV2: "ListBucketResult",
  ListParts: "ListPartsResult",
};

export function s3Root(operationName: string): string | undefined {
  return ROOTS[operationName];
}

/** AWS: the location of a bucket is the text of the root itself; us-east-1 is the empty one. */
export function s3Document(
  operation: Operation,
  output: Readonly<Record<string, unknown>>,
): string | undefined {
  if (operation.name !== "GetBucketLocation") return undefined;
  const place = escapeXml(wordOf(output["LocationConstraint"]));
  return element("LocationConstraint", place, NAMESPACE);
}

/** AWS: these answer 204, which the model does not say. */
export const S3_WITHOUT_CONTENT: ReadonlySet<string> = new Set([
  "PutBucketPolicy",
  "PutBucketTagging",
]);

export function s3ErrorDocument(content: string, meta: ResponseMeta): string {
  const ids =
    element("RequestId", escapeXml(meta.requestId)) +
    (meta.extendedRequestId === undefined
      ? ""
      : element("HostId", escapeXml(meta.extendedRequestId)));
  return element("Error", content + ids);
}

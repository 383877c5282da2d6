/** Uploads from a browser's form: no operation of the model, but PutObject in another dress. */
import type { HttpResponse } from "../../kernel/http.ts";
import type { RawHandler, SignedForm } from "../../kernel/service.ts";
import type { S3Async } from "./api.ts";
import { objectUrl } from "./buckets.ts";
import { invalidArgument, malformedXml, preconditionFailed } from "./errors.ts";
import { boundaryOf, readForm, type Form } from "./form-body.ts";
import { checkPolicy, withinSize, type SizeRange } from "./post-policy.ts";
import type { state } from "./state.ts";

type Fields = ReadonlyMap<string, string>;

export const postObject: RawHandler<typeof state> = async (raw, s3) => {
  const { request, labels } = raw;
  const boundary = boundaryOf(request.headers["content-type"]);
  if (boundary === undefined) {
    throw preconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data");
  }
  const form = await readForm(request.body.stream(), boundary);
  const { file } = form;
  if (file === undefined) {
    throw invalidArgument("POST requires exactly one file upload per request.", {
      ArgumentName: "file",
      ArgumentValue: 0,
    });
  }
  const bucket = labels["Bucket"] ?? "";
  const key = keyOf(form);
  const checked = new Map([...form.fields, ["key", key], ["bucket", bucket]]);
  const policy = form.fields.get("policy");
  const signed = policy === undefined ? undefined : signatureOf(form.fields, policy);
  const size = policy === undefined ? ANY : checkPolicy(policy, checked, raw.nowsMs);
  const input = {
    ...inputFrom(form.fields),
    Bucket: bucket,
    Key: key,
    Body: withinSize(file.bytes, size),
  };
  const output = await raw.run("PutObject", input, signed);
  return answer({ bucket, key, headers: headersFrom(output) }, form.fields, s3);
};

const ANY: SizeRange = { minBytes: 0, maxBytes: 5 * 1024 ** 3 };

const missing = (field: string) =>
  invalidArgument(
    `Bucket POST must contain a field named '${field}'.  If it is specified, please check the order of the fields.`,
    { ArgumentName: field, ArgumentValue: "" },
  );

function keyOf({ fields, file }: Form): string {
  const key = fields.get("key");
  if (key === undefined || key === "") throw missing("key");
  return key.replaceAll("${filename}", file?.name ?? "");
}

/** The policy as it was sent is what was signed. */
function signatureOf(fields: Fields, text: string): SignedForm {
  const field = (name: string): string => {
    const value = fields.get(name.toLowerCase());
    if (value === undefined) throw missing(name);
    return value;
  };
  const securityToken = fields.get("x-amz-security-token");
  const token = securityToken === undefined ? {} : { securityToken };
  if (fields.has("awsaccesskeyid") || fields.has("signature")) {
    const accessKeyId = field("AWSAccessKeyId");
    return { accessKeyId, scope: "", text, signature: field("Signature"), ...token };
  }
  const algorithm = field("X-Amz-Algorithm");
  if (algorithm !== "AWS4-HMAC-SHA256") {
    throw invalidArgument('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"', {
      ArgumentName: "X-Amz-Algorithm",
      ArgumentValue: algorithm,
    });
  }
  const [accessKeyId = "", ...scope] = field("X-Amz-Credential").split("/");
  field("X-Amz-Date");
  return {
    accessKeyId,
    scope: scope.join("/"),
    text,
    signature: field("X-Amz-Signature"),
    ...token,
  };
}

/** Form field -> member of PutObject. */
const MEMBERS: Readonly<Record<string, string>> = {
  acl: "ACL",
  "cache-control": "CacheControl",
  "content-disposition": "ContentDisposition",
  "content-encoding": "ContentEncoding",
  "content-language": "ContentLanguage",
  "content-md5": "ContentMD5",
  "content-type": "ContentType",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
  "x-amz-object-lock-legal-hold": "ObjectLockLegalHoldStatus",
  "x-amz-object-lock-mode": "ObjectLockMode",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "x-amz-server-side-encryption-customer-key": "SSECustomerKey",
  "x-amz-server-side-encryption-customer-key-md5": "SSECustomerKeyMD5",
  "x-amz-storage-class": "StorageClass",
  "x-amz-website-redirect-location": "WebsiteRedirectLocation",
};

const METADATA = "x-amz-meta-";

function inputFrom(fields: Fields): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of fields) {
    const member = MEMBERS[name];
    if (member !== undefined) input[member] = asHeader(value);
    else if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = asHeader(value);
  }
  const expires = Date.parse(fields.get("expires") ?? "");
  if (!Number.isNaN(expires)) input["Expires"] = new Date(expires);
  const retainUntil = Date.parse(fields.get("x-amz-object-lock-retain-until-date") ?? "");
  if (!Number.isNaN(retainUntil)) input["ObjectLockRetainUntilDate"] = new Date(retainUntil);
  if (Object.keys(metadata).length > 0) input["Metadata"] = metadata;
  const tagging = fields.get("tagging");
  if (tagging !== undefined) input["Tagging"] = taggingHeader(tagging);
  return input;
}

/** Fields are text; headers, whose place these take, are bytes, each of them a character. */
const asHeader = (text: string): string =>
  /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text).toString("latin1");

const TAG = /<Tag>\s*<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>\s*<\/Tag>/g;

/** The field holds the document of PutObjectTagging; PutObject has the same in a header. */
function taggingHeader(document: string): string {
  const tags = new URLSearchParams();
  const match =
    /^\s*(?:<\?xml[^>]*\?>)?\s*<Tagging[^>]*>\s*<TagSet>(.*)<\/TagSet>\s*<\/Tagging>\s*$/s.exec(
      document,
    );
  if (match === null) throw malformedXml();
  const set = match[1] ?? "";
  if (set.replaceAll(TAG, "").trim() !== "") throw malformedXml();
  for (const [, key = "", value = ""] of set.matchAll(TAG)) tags.append(plain(key), plain(value));
  return tags.toString();
}

const plain = (text: string) =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

/** Header -> member of PutObject's output. */
const ANSWERED = Object.entries({
  etag: "ETag",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-server-side-encryption-bucket-key-enabled": "BucketKeyEnabled",
  "x-amz-server-side-encryption-context": "SSEKMSEncryptionContext",
  "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "x-amz-server-side-encryption-customer-key-md5": "SSECustomerKeyMD5",
  "x-amz-version-id": "VersionId",
});

function headersFrom(output: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of ANSWERED) {
    const value: unknown = Reflect.get(Object(output), member);
    if (typeof value === "string" || value === true) headers[name] = String(value);
  }
  return headers;
}

interface Uploaded {
  readonly bucket: string;
  readonly key: string;
  /** What the write answers in headers, the ETag among it. */
  readonly headers: Readonly<Record<string, string>>;
}

function answer(uploaded: Uploaded, fields: Fields, s3: S3Async): HttpResponse {
  const { bucket, key } = uploaded;
  const { etag = "" } = uploaded.headers;
  const location = objectUrl(bucket, key, s3.request);
  const headers = { ...uploaded.headers, location };
  const redirect = redirectTarget(fields.get("success_action_redirect") ?? fields.get("redirect"));
  if (redirect !== undefined) {
    for (const [name, value] of Object.entries({ bucket, key, etag })) {
      redirect.searchParams.set(name, value);
    }
    return { status: 303, headers: { ...headers, location: redirect.href }, body: "" };
  }
  const status = fields.get("success_action_status");
  if (status === "200") return { status: 200, headers, body: "" };
  if (status !== "201") return { status: 204, headers, body: "" };
  const body = element(
    "PostResponse",
    element("Location", escaped(location)) +
      element("Bucket", escaped(bucket)) +
      element("Key", escaped(key)) +
      element("ETag", escaped(etag)),
  );
  return { status: 201, headers: { ...headers, "content-type": "application/xml" }, body };
}

/** AWS: what is no URL is passed over, and the answer is the plain one. */
function redirectTarget(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const target = new URL(text);
  return target.protocol === "http:" || target.protocol === "https:" ? target : undefined;
}

const element = (name: string, content: string) => `<${name}>${content}</${name}>`;

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

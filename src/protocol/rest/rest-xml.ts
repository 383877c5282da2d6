/**
 * restXml: S3, S3 Control, Route 53, CloudFront. S3's documents and errors have a form of their
 * own.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Member, Operation, ServiceModel, Shape, XmlNamespace } from "../../model/model.ts";
import { errorFacts, reading } from "../errors.ts";
import type { EventCodec } from "../event-stream/events.ts";
import type { ResponseMeta } from "../../kernel/http.ts";
import { perModel } from "../memo.ts";
import type { Protocol } from "../protocol.ts";
import { errorMembers, errorSentence } from "../xml/error-members.ts";
import { readStructure, xmlReader } from "../xml/read.ts";
import { element, escapeXml, namespaceAttribute, XML_DECLARATION } from "../xml/text.ts";
import { parseXml, type XmlElement, XmlError } from "../xml/tree.ts";
import { structureAttributes, structureContent } from "../xml/write.ts";
import { type DocumentFormat, parseRest, serialiseRest } from "./rest.ts";
import { isS3, S3_WITHOUT_CONTENT, s3Document, s3ErrorDocument, s3Root } from "./s3-documents.ts";
import { type ResponseHead, writeBindings } from "./write-bindings.ts";

export const restXml: Protocol = {
  name: "rest-xml",
  parse: (operation, request, labels) => parseRest(operation, request, labels, documents),
  serialise(operation, output, meta) {
    const headers = idHeaders(operation.service, meta);
    const response = serialiseRest(operation, output, headers, documents);
    const empty = isS3(operation.service) && S3_WITHOUT_CONTENT.has(operation.name);
    return empty ? { ...response, status: 204 } : response;
  },
  serialiseError(service, operation, error, meta) {
    const facts = errorFacts(service, operation, error);
    const head: ResponseHead = { status: facts.status, headers: idHeaders(service, meta) };
    const unchanged = facts.status === 304;
    if (!unchanged) head.headers["content-type"] = "application/xml";
    if (facts.shape !== undefined) writeBindings(facts.shape, facts.members, head);
    Object.assign(head.headers, error.headers);
    const content =
      element("Code", escapeXml(facts.queryCode)) +
      errorSentence(error.message) +
      errorMembers(facts);
    const silent = operation?.http.method === "HEAD" || unchanged;
    if (silent) return { ...head, body: "" };
    if (isS3(service)) return { ...head, body: XML_DECLARATION + s3ErrorDocument(content, meta) };
    const fault = element("Error", element("Type", facts.fault) + content);
    const ids = element("RequestId", escapeXml(meta.requestId));
    const namespace = namespaceAttribute(namespaceOf(service));
    const body = XML_DECLARATION + element("ErrorResponse", fault + ids, namespace);
    return { ...head, body };
  },
};

const documents: DocumentFormat = {
  contentType: "application/xml",
  hasEmptyDocument: false,
  readBody: (operation, shape, body) =>
    readingXml(operation.service, body, (root) => readStructure(shape, root)),
  readPayload: (operation, payload, body) =>
    readingXml(operation.service, body, (root) => {
      if (isS3(operation.service)) checkRoot(root, payload);
      return xmlReader(payload.shape)(root);
    }),
  writeBody(operation, shape, output) {
    const own = isS3(operation.service) ? s3Document(operation, output) : undefined;
    return XML_DECLARATION + (own ?? bodyDocument(operation, shape, output));
  },
  writePayload(operation, payload, value) {
    const s3 = isS3(operation.service);
    const fallback = s3 ? payload.name : payload.shape.name;
    const name = payload.locationName ?? payload.shape.locationName ?? fallback;
    return XML_DECLARATION + rootElement(operation.service, name, payload, value);
  },
  events: () => xmlEvents,
};

/**
 * In events there is no operation to ask: their documents carry no namespace, as S3 writes them.
 */
const xmlEvents: EventCodec = {
  contentType: "text/xml",
  hasInitialMessage: false,
  read: (shape, body) => readingXml(undefined, body, (root) => readStructure(shape, root)),
  write: (shape, value) => {
    const content = structureContent(shape, value);
    const root = element(shape.locationName ?? shape.name, content, ' xmlns=""');
    return new TextEncoder().encode(XML_DECLARATION.trimEnd() + root);
  },
};

function bodyDocument(operation: Operation, shape: Shape, output: unknown): string {
  const s3 = isS3(operation.service) ? s3Root(operation.name) : undefined;
  const name = s3 ?? shape.locationName ?? shape.name;
  const namespace = shape.xmlNamespace ?? namespaceOf(operation.service);
  const attributes = namespaceAttribute(namespace) + structureAttributes(shape, output);
  return element(name, structureContent(shape, output), attributes);
}

function rootElement(service: ServiceModel, name: string, payload: Member, value: unknown): string {
  const own = payload.xmlNamespace ?? payload.shape.xmlNamespace;
  const namespace = namespaceAttribute(own ?? namespaceOf(service));
  const attributes = namespace + structureAttributes(payload.shape, value);
  return element(name, structureContent(payload.shape, value), attributes);
}

/** The models name the namespace of the service, or only that of its inputs. */
const namespaceOf = perModel((service: ServiceModel): XmlNamespace | undefined => {
  if (service.xmlNamespace !== undefined) return service.xmlNamespace;
  if (isS3(service)) return { uri: "http://s3.amazonaws.com/doc/2006-03-01/" };
  for (const operation of service.operations.values()) {
    const found = operation.inputElement?.xmlNamespace;
    if (found !== undefined) return found;
  }
  return undefined;
});

/**
 * AWS: S3 refuses a document of another name. Releases of the SDKs for JavaScript and PHP gave it
 * that of its shape, and were understood.
 */
function checkRoot({ name }: XmlElement, { locationName, name: member, shape }: Member): void {
  if (name === (locationName ?? shape.locationName ?? member) || name === shape.name) return;
  throw new XmlError(`<${name}> is no ${member}`);
}

function readingXml<Value>(
  service: ServiceModel | undefined,
  body: Uint8Array,
  read: (root: XmlElement) => Value,
): Value {
  const refused = () => malformed(service);
  return reading(() => {
    try {
      return read(parseXml(body));
    } catch (error) {
      throw error instanceof XmlError ? refused() : error;
    }
  }, refused);
}

function malformed(service: ServiceModel | undefined): AwsError {
  const sentence =
    "The XML you provided was not well-formed or did not validate against our published schema";
  const code =
    service?.name === "cloudfront" || service?.name === "route53" ? "MalformedInput" : undefined;
  return new AwsError(code ?? "MalformedXML", sentence, { status: 400 });
}

export function idHeaders(service: ServiceModel, meta: ResponseMeta): Record<string, string> {
  if (service.signingName !== "s3" && !isS3(service)) return { "x-amzn-requestid": meta.requestId };
  const headers: Record<string, string> = { "x-amz-request-id": meta.requestId };
  if (meta.extendedRequestId !== undefined) headers["x-amz-id-2"] = meta.extendedRequestId;
  return headers;
}

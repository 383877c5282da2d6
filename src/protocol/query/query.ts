/**
 * awsQuery: a form in, XML out. IAM, STS, SNS, CloudFormation, RDS, and the old face of SQS and
 * CloudWatch.
 */
import type { Operation, ServiceModel, Shape } from "../../model/model.ts";
import { documentBody } from "../content-encoding.ts";
import { errorFacts } from "../errors.ts";
import { perModel } from "../memo.ts";
import type { HttpResponse, ParsedRequest } from "../../kernel/http.ts";
import type { Protocol } from "../protocol.ts";
import { element, escapeXml, namespaceAttribute } from "../xml/text.ts";
import { structureContent } from "../xml/write.ts";
import { errorMembers, errorSentence } from "../xml/error-members.ts";
import { type FormNode, parseForm } from "./form.ts";
import { awsQueryDialect, readForm } from "./read.ts";

export const query: Protocol = {
  name: "query",
  parse(operation, request, labels) {
    const shape = operation.input;
    if (shape === undefined) return {};
    const given = Object.entries(labels).filter(([name]) => shape.members?.has(name) === true);
    const form = readForm(shape, requestForm(request), awsQueryDialect);
    const input: Record<string, unknown> = { ...Object.fromEntries(given), ...form };
    if (KNOWS_EMPTY.has(operation.service.name)) {
      for (const [name, empty] of requiredCollections(shape)) input[name] ??= empty();
    }
    return input;
  },
  serialise(operation, output, meta) {
    const metadata = element("ResponseMetadata", element("RequestId", escapeXml(meta.requestId)));
    const result = resultOf(operation, output);
    const body = element(
      `${operation.name}Response`,
      result + metadata,
      namespaceAttribute(namespaceOf(operation.service)),
    );
    return respond(200, body, meta.requestId);
  },
  serialiseError(service, operation, error, meta) {
    const facts = errorFacts(service, operation, error);
    const content =
      element("Type", facts.fault) +
      element("Code", escapeXml(facts.queryCode)) +
      errorSentence(error.message) +
      errorMembers(facts);
    const body = element(
      "ErrorResponse",
      element("Error", content) + element("RequestId", escapeXml(meta.requestId)),
      namespaceAttribute(namespaceOf(service)),
    );
    const response = respond(facts.status, body, meta.requestId);
    Object.assign(response.headers, error.headers);
    return response;
  },
};

/**
 * A form has no words for an empty list or map. AWS: these services take one that they require, and
 * that is not there, for empty, and say so in their own words.
 */
const KNOWS_EMPTY: ReadonlySet<string> = new Set(["sqs"]);

const requiredCollections = perModel((shape: Shape) =>
  [...(shape.members?.values() ?? [])].flatMap(({ name, required, shape: { type } }) => {
    if (required !== true || (type !== "list" && type !== "map")) return [];
    return [[name, type === "list" ? () => [] : () => ({})] as const];
  }),
);

/** Parameters come in the body, in the query string, or in both. */
export function requestForm(request: ParsedRequest): FormNode {
  const posted = Buffer.from(documentBody(request)).toString("utf8").trim();
  if (posted === "") return parseForm(request.query);
  return parseForm(request.query === "" ? posted : `${request.query}&${posted}`);
}

function resultOf(operation: Operation, output: Readonly<Record<string, unknown>>): string {
  if (operation.output === undefined) return "";
  const content = structureContent(operation.output, output);
  return element(operation.resultWrapper ?? `${operation.name}Result`, content);
}

/**
 * Services that speak query without their model's saying so (SQS) have their namespace by
 * convention.
 */
function namespaceOf(service: ServiceModel) {
  if (service.xmlNamespace !== undefined) return service.xmlNamespace;
  const host = `${service.endpointPrefix}.amazonaws.com`;
  return { uri: `http://${host}/doc/${service.apiVersion}/` };
}

function respond(status: number, body: string, requestId: string): HttpResponse {
  const headers = { "content-type": "text/xml", "x-amzn-requestid": requestId };
  return { status, headers, body };
}

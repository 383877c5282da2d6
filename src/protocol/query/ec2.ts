/**
 * ec2Query: EC2's own dialect of the query protocol. Lists are always flat on the way in, never on
 * the way out.
 */
import { errorFacts } from "../errors.ts";
import type { HttpResponse } from "../../kernel/http.ts";
import type { Protocol } from "../protocol.ts";
import { errorMembers, errorSentence } from "../xml/error-members.ts";
import { element, escapeXml, namespaceAttribute, XML_DECLARATION } from "../xml/text.ts";
import { structureContent } from "../xml/write.ts";
import { requestForm } from "./query.ts";
import { ec2Dialect, readForm } from "./read.ts";

export const ec2: Protocol = {
  name: "ec2",
  parse(operation, request) {
    if (operation.input === undefined) return {};
    return readForm(operation.input, requestForm(request), ec2Dialect);
  },
  serialise(operation, output, meta) {
    const { service } = operation;
    const content =
      operation.output === undefined ? "" : structureContent(operation.output, output);
    // AWS: with a slash at the end, which the public models leave out.
    const namespace = { uri: `http://ec2.amazonaws.com/doc/${service.apiVersion}/` };
    const id = element("requestId", escapeXml(meta.requestId));
    const body = element(`${operation.name}Response`, id + content, namespaceAttribute(namespace));
    return respond(200, body, meta.requestId);
  },
  serialiseError(service, operation, error, meta) {
    const facts = errorFacts(service, operation, error);
    const content =
      element("Code", escapeXml(facts.queryCode)) +
      errorSentence(error.message) +
      errorMembers(facts);
    const errors = element("Errors", element("Error", content));
    const id = element("RequestID", escapeXml(meta.requestId));
    const response = respond(facts.status, element("Response", errors + id), meta.requestId);
    Object.assign(response.headers, error.headers);
    return response;
  },
};

function respond(status: number, body: string, requestId: string): HttpResponse {
  const headers = { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId };
  return { status, headers, body: XML_DECLARATION + body };
}

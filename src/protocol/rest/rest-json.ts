/** restJson1: Lambda, API Gateway, EventBridge Scheduler, ECR Public, most services since 2013. */
import type { Operation } from "../../model/model.ts";
import { errorFacts } from "../errors.ts";
import { errorBody } from "../json/error-body.ts";
import { jsonEvents, parseJson, readJson } from "../json/json.ts";
import { jsonReader } from "../json/read.ts";
import { jsonWords } from "../json/words.ts";
import { memberText, shapeText } from "../json/write.ts";
import { reading, serializationError } from "../errors.ts";
import type { Protocol } from "../protocol.ts";
import { type DocumentFormat, parseRest, serialiseRest } from "./rest.ts";
import { type ResponseHead, writeBindings } from "./write-bindings.ts";

export const restJson: Protocol = {
  name: "rest-json",
  parse: (operation, request, labels) => parseRest(operation, request, labels, documents),
  serialise: (operation, output, meta) =>
    serialiseRest(operation, output, { "x-amzn-requestid": meta.requestId }, documents),
  serialiseError(service, operation, error, meta) {
    const facts = errorFacts(service, operation, error);
    const head: ResponseHead = {
      status: facts.status,
      headers: {
        "content-type": "application/json",
        "x-amzn-requestid": meta.requestId,
        "x-amzn-errortype": facts.name,
      },
    };
    if (facts.shape !== undefined) writeBindings(facts.shape, facts.members, head);
    Object.assign(head.headers, error.headers);
    const silent = operation?.http.method === "HEAD";
    return { ...head, body: silent ? "" : JSON.stringify(errorBody(facts, error.message)) };
  },
};

const documents: DocumentFormat = {
  contentType: "application/json",
  hasEmptyDocument: true,
  readBody: (operation, shape, body) => readJson(operation, shape, parseJson(body)),
  readPayload(operation, payload, body) {
    const value = parseJson(body);
    if (value === null) return undefined;
    const read = jsonReader(payload.shape, jsonWords(operation.service.name));
    return reading(
      () => read(value),
      () => serializationError("The request body is nested too deeply"),
    );
  },
  writeBody: (_operation, shape, output) => shapeText(shape)(output),
  writePayload: (_operation, payload, value) => memberText(payload)(value),
  events: (operation: Operation) => jsonEvents(operation, false),
};

import type { AwsError } from "../kernel/errors.ts";
import type { Operation, ProtocolName, ServiceModel } from "../model/model.ts";
import type { HttpResponse, ParsedRequest, ResponseMeta } from "../kernel/http.ts";

/**
 * One wire protocol, both directions. `parse` throws `AwsError` (`SerializationException`,
 * `MalformedXML`, ...: what AWS answers to bytes that make no sense); it does not check
 * constraints: that is validate.ts.
 *
 * Values in memory: strings, numbers, booleans; blobs are Uint8Array; timestamps are Date; lists
 * are arrays; maps and structures are plain objects; absent members are absent; documents are plain
 * JSON; event streams are async iterables.
 * Input and output have the form that the official JavaScript SDK uses for the same operation.
 */
export interface Protocol {
  readonly name: ProtocolName;
  /** `labels`: what the router took from the path, decoded. */
  parse(
    operation: Operation,
    request: ParsedRequest,
    labels: Readonly<Record<string, string>>,
  ): Record<string, unknown>;
  serialise(
    operation: Operation,
    output: Readonly<Record<string, unknown>>,
    meta: ResponseMeta,
  ): HttpResponse;
  /** `operation` is absent when none was recognised. */
  serialiseError(
    service: ServiceModel,
    operation: Operation | undefined,
    error: AwsError,
    meta: ResponseMeta,
  ): HttpResponse;
}

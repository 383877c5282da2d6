import { linkService } from "../../src/model/link.ts";
import type {
  ErrorTraits,
  Operation,
  Pagination,
  ProtocolName,
  ServiceModel,
  ShapeType,
  XmlNamespace,
} from "../../src/model/model.ts";
import type {
  MemberSource,
  OperationSource,
  ServiceSource,
  ServiceTraits,
  ShapeSource,
} from "../../src/model/source.ts";
import type {
  BotocoreMetadata,
  BotocoreModel,
  BotocoreOperation,
  BotocorePaginator,
  BotocoreReference,
  BotocoreShape,
} from "./botocore-types.ts";
import { defined } from "./defined.ts";
import { withSqsQueryNames } from "./sqs-query.ts";

/**
 * botocore's service-2.json and paginators-1.json, read into our model. Only traits that a server
 * acts on are kept.
 */

export interface BotocoreContext {
  /** botocore's folder name. */
  readonly name: string;
  readonly paginators?: Readonly<Record<string, BotocorePaginator>>;
  /** Endpoint prefixes of the services that are one for all regions. */
  readonly globalPrefixes?: ReadonlySet<string>;
}

export function toServiceModel(json: BotocoreModel, context: BotocoreContext): ServiceModel {
  return linkService(toServiceSource(json, context));
}

/**
 * One operation of a protocol vector suite: its `metadata` and `shapes`, and the operation a case
 * is `given`.
 */
export function toOperation(
  suite: Pick<BotocoreModel, "metadata" | "shapes">,
  given: BotocoreOperation,
): Operation {
  const model = toServiceModel(
    { ...suite, operations: { [given.name]: given } },
    { name: suite.metadata.endpointPrefix ?? "vectors" },
  );
  const operation = model.operations.get(given.name);
  if (operation === undefined) throw new Error(`no operation ${given.name}`);
  return operation;
}

export function toServiceSource(model: BotocoreModel, context: BotocoreContext): ServiceSource {
  const json = context.name === "sqs" ? withSqsQueryNames(model) : model;
  const traits = toServiceTraits(json.metadata, context);
  const shapes = new Map(
    Object.entries(json.shapes).map(([name, shape]) => [name, toShapeSource(name, shape)]),
  );
  const operations = new Map(
    Object.entries(json.operations).map(([name, operation]) => [
      name,
      toOperationSource(name, operation, traits, context.paginators?.[name]),
    ]),
  );
  for (const operation of Object.values(json.operations)) addErrorsOfUses(operation, shapes);
  return {
    traits,
    operationNames: [...operations.keys()].toSorted(byCodeUnit),
    shapeNames: reachable([...operations.values()], shapes).toSorted(byCodeUnit),
    operation: (name) => found(operations.get(name), name),
    shape: (name) => found(shapes.get(name), name),
  };
}

/** Not the locale's order: the files must come out the same on every machine. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the model has no ${name}`);
  return value;
}

function toServiceTraits(metadata: BotocoreMetadata, context: BotocoreContext): ServiceTraits {
  const { name } = context;
  const protocols = protocolsOf(metadata);
  const endpointPrefix = metadata.endpointPrefix ?? name;
  return {
    name,
    serviceId: metadata.serviceId ?? name,
    fullName: metadata.serviceFullName ?? metadata.serviceId ?? name,
    apiVersion: metadata.apiVersion,
    signingName: metadata.signingName ?? endpointPrefix,
    endpointPrefix,
    protocols,
    ...defined({
      jsonVersion: protocols.includes("json") ? metadata.jsonVersion : undefined,
      targetPrefix: metadata.targetPrefix,
      xmlNamespace: toNamespace(metadata.xmlNamespace),
      queryCompatible: metadata.awsQueryCompatible === undefined ? undefined : true,
      globalEndpoint: metadata.globalEndpoint,
      global: context.globalPrefixes?.has(endpointPrefix) === true ? true : undefined,
    }),
  };
}

/**
 * A service that is compatible with query clients still answers them, also where the model no
 * longer lists it (SQS).
 */
function protocolsOf(metadata: BotocoreMetadata): readonly ProtocolName[] {
  const listed = metadata.protocols ?? [metadata.protocol];
  const oldClients =
    metadata.awsQueryCompatible !== undefined && metadata.jsonVersion !== undefined;
  return oldClients && !listed.includes("query") ? [...listed, "query"] : listed;
}

function toNamespace(given: string | XmlNamespace | undefined): XmlNamespace | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return { uri: given };
  return { uri: given.uri, ...defined({ prefix: given.prefix }) };
}

function toShapeSource(name: string, shape: BotocoreShape): ShapeSource {
  const type: ShapeType = shape.document === true ? "document" : shape.type;
  return {
    name,
    type,
    ...defined({
      min: shape.min,
      max: shape.max,
      pattern: shape.pattern,
      enum: shape.enum,
      members: type === "structure" ? toMembers(shape) : undefined,
      union: shape.union,
      payload: shape.payload,
      member: toMember("member", shape.member),
      key: toMember("key", shape.key),
      value: toMember("value", shape.value),
      flattened: shape.flattened,
      locationName: shape.locationName,
      xmlNamespace: toNamespace(shape.xmlNamespace),
      timestampFormat: shape.timestampFormat,
      sensitive: shape.sensitive,
      streaming: shape.streaming,
      requiresLength: shape.requiresLength,
      eventStream: shape.eventstream,
      event: shape.event,
      error: toErrorTraits(shape),
    }),
  };
}

function toMembers(shape: BotocoreShape): readonly MemberSource[] {
  const required = new Set(shape.required);
  return Object.entries(shape.members ?? {}).map(([name, use]) =>
    toMemberSource(name, use, required.has(name)),
  );
}

function toMember(name: string, use: BotocoreReference | undefined): MemberSource | undefined {
  return use === undefined ? undefined : toMemberSource(name, use, false);
}

function toMemberSource(name: string, use: BotocoreReference, required: boolean): MemberSource {
  return {
    name,
    shape: use.shape,
    ...defined({
      required: required ? true : undefined,
      location: use.location,
      locationName: use.locationName,
      queryName: use.queryName,
      flattened: use.flattened,
      xmlAttribute: use.xmlAttribute,
      xmlNamespace: toNamespace(use.xmlNamespace),
      timestampFormat: use.timestampFormat,
      streaming: use.streaming,
      idempotencyToken: use.idempotencyToken,
      jsonValue: use.jsonvalue,
      hostLabel: use.hostLabel,
      eventPayload: use.eventpayload,
      eventHeader: use.eventheader,
    }),
  };
}

function toErrorTraits(
  shape: Pick<BotocoreShape, "error" | "exception" | "fault">,
): ErrorTraits | undefined {
  if (shape.exception !== true && shape.error === undefined) return undefined;
  return defined({
    code: shape.error?.code,
    status: shape.error?.httpStatusCode,
    senderFault: shape.error?.senderFault,
    fault: shape.fault ?? shape.error?.fault,
  });
}

/** Old models (SimpleDB) write an error's code and status where it is used. */
function addErrorsOfUses(operation: BotocoreOperation, shapes: Map<string, ShapeSource>): void {
  for (const use of operation.errors ?? []) {
    const shape = shapes.get(use.shape);
    if (shape === undefined || Object.keys(shape.error ?? {}).length > 0) continue;
    shapes.set(use.shape, { ...shape, error: toErrorTraits(use) ?? shape.error ?? {} });
  }
}

function toOperationSource(
  name: string,
  operation: BotocoreOperation,
  service: ServiceTraits,
  paginator: BotocorePaginator | undefined,
): OperationSource {
  const { input, output, http } = operation;
  const element = input?.locationName;
  return {
    name,
    http: { method: http.method, uri: http.requestUri, status: http.responseCode ?? 200 },
    errors: (operation.errors ?? []).map((use) => use.shape),
    ...defined({
      input: input?.shape,
      output: output?.shape,
      inputElement:
        element === undefined
          ? undefined
          : { name: element, ...defined({ xmlNamespace: toNamespace(input?.xmlNamespace) }) },
      resultWrapper: resultWrapperOf(name, operation, service),
      readonly: operation.readonly,
      unsigned: operation.authtype === "none" ? true : undefined,
      checksum: toChecksum(operation),
      hostPrefix: operation.endpoint?.hostPrefix,
      pagination: toPagination(paginator),
      deprecated: operation.deprecated,
    }),
  };
}

/**
 * Models that moved from query to JSON or CBOR no longer name it; their old clients still expect
 * it.
 */
function resultWrapperOf(name: string, operation: BotocoreOperation, service: ServiceTraits) {
  const { output } = operation;
  if (output?.resultWrapper !== undefined) return output.resultWrapper;
  const moved = service.queryCompatible === true && service.protocols.includes("query");
  return moved && output !== undefined ? `${name}Result` : undefined;
}

function toChecksum(operation: BotocoreOperation): Operation["checksum"] {
  const traits = defined({
    requestAlgorithmMember: operation.httpChecksum?.requestAlgorithmMember,
    requestRequired:
      operation.httpChecksum?.requestChecksumRequired ?? operation.httpChecksumRequired,
    responseAlgorithms: operation.httpChecksum?.responseAlgorithms,
    requestValidationModeMember: operation.httpChecksum?.requestValidationModeMember,
  });
  return Object.keys(traits).length === 0 ? undefined : traits;
}

function toPagination(paginator: BotocorePaginator | undefined): Pagination | undefined {
  if (paginator === undefined) return undefined;
  return {
    input: [paginator.input_token].flat(),
    output: [paginator.output_token].flat(),
    results: [paginator.result_key ?? []].flat(),
    ...defined({ limit: paginator.limit_key }),
  };
}

/** What operations use, and every error: some are sent without being listed. */
function reachable(
  operations: readonly OperationSource[],
  shapes: ReadonlyMap<string, ShapeSource>,
): string[] {
  const seen = new Set<string>();
  const queue = operations.flatMap((o) => [o.input ?? [], o.output ?? [], o.errors].flat());
  for (const shape of shapes.values()) if (shape.error !== undefined) queue.push(shape.name);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { members, member, key, value } = found(shapes.get(name), name);
    for (const use of [members ?? [], member ?? [], key ?? [], value ?? []].flat()) {
      queue.push(use.shape);
    }
  }
  return [...seen];
}

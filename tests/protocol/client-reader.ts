/**
 * A client, small and slow, written from the rules of the protocols over the vectors' own shapes
 * and sharing nothing with the codecs. It proves itself on every vector's own response before it is
 * asked about ours.
 */
import { readCbor, readXml, type Node } from "./plain-readers.ts";
import type { RawMember, RawShape, RawShapes, VectorCase } from "./suites.ts";

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ClientError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly members: Record<string, unknown>;
}

export function readResult(vector: VectorCase, response: WireResponse): Record<string, unknown> {
  const name = vector.raw.given.output?.shape;
  if (name === undefined) return {};
  const shape = vector.shapes[name] as RawShape;
  return readShape(vector, shape, response, (root) => {
    if (vector.protocol !== "query") return root;
    const wrapper = vector.raw.given.output?.resultWrapper ?? `${vector.raw.given.name}Result`;
    return root.children.find((child) => child.name === wrapper);
  });
}

export function readError(vector: VectorCase, response: WireResponse): ClientError {
  const isXml = ["query", "ec2", "rest-xml"].includes(vector.protocol);
  return isXml ? readXmlError(vector, response) : readDataError(vector, response);
}

function readXmlError(vector: VectorCase, response: WireResponse): ClientError {
  const root = readXml(text(response));
  const error = find(root, "Error") ?? root;
  const code = error.children.find(({ name }) => name === "Code")?.text;
  const message = error.children.find(({ name }) => name === "Message")?.text;
  const shape = errorShape(vector, code);
  const members = shape === undefined ? {} : readShape(vector, shape, response, () => error);
  return { code, message, members };
}

function readDataError(vector: VectorCase, response: WireResponse): ClientError {
  const body = dataBody(vector, response);
  const named = response.headers["x-amzn-errortype"] ?? body["__type"] ?? body["code"];
  const name = String(named).split(":")[0]?.split("#").pop();
  const message = body["message"] ?? body["Message"];
  const shape = errorShape(vector, name);
  const members = shape === undefined ? {} : readShape(vector, shape, response, (root) => root);
  const queryCode = response.headers["x-amzn-query-error"]?.split(";")[0];
  return { code: queryCode ?? name, message: message as string | undefined, members };
}

function errorShape(vector: VectorCase, code: string | undefined): RawShape | undefined {
  const names = (vector.raw.given.errors ?? []).map(({ shape }) => shape);
  const found = names.find((name) => name === code || vector.shapes[name]?.error?.code === code);
  return found === undefined ? undefined : vector.shapes[found];
}

function find(node: Node, name: string): Node | undefined {
  if (node.name === name) return node;
  for (const child of node.children) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const text = (response: WireResponse) => Buffer.from(response.body).toString("utf8");

function dataBody(vector: VectorCase, response: WireResponse): Record<string, unknown> {
  if (response.body.length === 0) return {};
  const isCbor = vector.protocol === "smithy-rpc-v2-cbor";
  const value = isCbor ? readCbor(response.body) : (JSON.parse(text(response)) as unknown);
  return (value ?? {}) as Record<string, unknown>;
}

function readShape(
  vector: VectorCase,
  shape: RawShape,
  response: WireResponse,
  within: (root: Node) => Node | undefined,
): Record<string, unknown> {
  const result = readBound(shape, vector.shapes, response);
  const isRest = vector.protocol.startsWith("rest-");
  const payload = isRest ? shape.members?.[shape.payload ?? ""] : undefined;
  const isXml = ["query", "ec2", "rest-xml"].includes(vector.protocol);
  if (payload !== undefined && shape.payload !== undefined) {
    const value = readPayload(vector, payload, response, isXml);
    if (value !== undefined) result[shape.payload] = value;
    return result;
  }
  if (response.body.length === 0) return result;
  if (!isXml) {
    const body = readData(shape, vector.shapes, dataBody(vector, response), {}) as object;
    return { ...result, ...body };
  }
  const root = within(readXml(text(response)));
  return root === undefined ? result : { ...result, ...xmlStructure(shape, vector.shapes, root) };
}

function readPayload(
  vector: VectorCase,
  payload: RawMember,
  response: WireResponse,
  isXml: boolean,
): unknown {
  const shape = vector.shapes[payload.shape] as RawShape;
  if (shape.type === "blob" || shape.type === "string") {
    return response.body.length === 0 ? undefined : text(response);
  }
  if (response.body.length === 0) return undefined;
  if (isXml) return xmlValue(shape, vector.shapes, readXml(text(response)), payload);
  const value: unknown = JSON.parse(text(response));
  if (shape.document === true) return value;
  return readData(shape, vector.shapes, value, payload);
}

function readBound(shape: RawShape, shapes: RawShapes, response: WireResponse) {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const wire = (member.locationName ?? name).toLowerCase();
    const target = shapes[member.shape] as RawShape;
    if (member.location === "statusCode") result[name] = response.status;
    if (member.location === "header" && response.headers[wire] !== undefined) {
      result[name] = headerValue(target, shapes, response.headers[wire] ?? "", member);
    }
    if (member.location !== "headers") continue;
    const prefix = (member.locationName ?? "").toLowerCase();
    // Where the prefix is empty the vectors still do not count what every response has.
    const entries = Object.entries(response.headers).filter(
      ([key]) => key.startsWith(prefix) && key !== "content-type",
    );
    result[name] = Object.fromEntries(
      entries.map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }
  return result;
}

/** Bindings to a query or a path mean nothing in a response: such members are in the body. */
function isHeader({ location }: RawMember): boolean {
  return location === "header" || location === "headers" || location === "statusCode";
}

function headerValue(shape: RawShape, shapes: RawShapes, value: string, use: RawMember): unknown {
  if (use.jsonvalue === true) return Buffer.from(value, "base64").toString("utf8");
  if (shape.type !== "list") return scalar(shape, value, use);
  const element = shapes[shape.member?.shape ?? ""] as RawShape;
  const pattern = element.type === "timestamp" ? /\w{3}, [^,]+/g : /"(?:\\.|[^"])*"|[^,]+/g;
  return [...value.matchAll(pattern)].map(([part]) => {
    const trimmed = part.trim();
    const bare = trimmed.startsWith('"')
      ? trimmed.slice(1, -1).replaceAll(/\\(.)/g, "$1")
      : trimmed;
    return scalar(element, bare, shape.member ?? use);
  });
}

function readData(
  shape: RawShape,
  shapes: RawShapes,
  value: unknown,
  use: Partial<RawMember>,
): unknown {
  if (value === null || value === undefined || shape.document === true) return value;
  if (shape.type === "structure") {
    const body = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(shape.members ?? {})) {
      const part = body[member.locationName ?? name];
      if (isHeader(member) || part === undefined || part === null) continue;
      result[name] = readData(shapes[member.shape] as RawShape, shapes, part, member);
    }
    return result;
  }
  const inner = shape.type === "list" ? shape.member : shape.value;
  const follow = (part: unknown) =>
    readData(shapes[inner?.shape ?? ""] as RawShape, shapes, part, inner ?? {});
  if (shape.type === "list") return (value as unknown[]).map(follow);
  if (shape.type === "map") {
    const entries = Object.entries(value).filter(([, part]) => part !== null);
    return Object.fromEntries(entries.map(([key, part]) => [key, follow(part)]));
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return typeof value === "string" ? scalar(shape, value, use) : value;
}

function scalar(shape: RawShape, value: string, _use: Partial<RawMember>): unknown {
  switch (shape.type) {
    case "boolean":
      return value === "true";
    case "integer":
    case "long":
      return Number(value);
    case "float":
    case "double":
      return /^(?:NaN|-?Infinity)$/.test(value) ? value : Number(value);
    case "blob":
      return Buffer.from(value, "base64").toString("utf8");
    case "timestamp":
      return /^[\d.]+$/.test(value) ? Number(value) : Date.parse(value) / 1000;
    default:
      return value;
  }
}

function xmlStructure(shape: RawShape, shapes: RawShapes, node: Node): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    if (isHeader(member)) continue;
    const target = shapes[member.shape] as RawShape;
    const wire = xmlName(name, member, target);
    if (member.xmlAttribute === true) {
      const value = node.attributes[member.locationName ?? name];
      if (value !== undefined) result[name] = scalar(target, value, member);
      continue;
    }
    const found = node.children.filter((child) => child.name === wire);
    if (found.length === 0) continue;
    const flat = member.flattened === true || target.flattened === true;
    result[name] = flat
      ? flatValue(target, shapes, found)
      : xmlValue(target, shapes, found[0] as Node, member);
  }
  return result;
}

function xmlName(name: string, member: RawMember, target: RawShape): string {
  const shared = target.flattened === true ? target.member?.locationName : undefined;
  return member.locationName ?? shared ?? name;
}

function flatValue(shape: RawShape, shapes: RawShapes, nodes: readonly Node[]): unknown {
  if (shape.type === "map") return xmlEntries(shape, shapes, nodes);
  const element = shapes[shape.member?.shape ?? ""] as RawShape;
  return nodes.map((node) => xmlValue(element, shapes, node, shape.member as RawMember));
}

function xmlEntries(shape: RawShape, shapes: RawShapes, nodes: readonly Node[]): unknown {
  const content = shapes[shape.value?.shape ?? ""] as RawShape;
  return Object.fromEntries(
    nodes.map((node) => {
      const key = node.children.find(({ name }) => name === (shape.key?.locationName ?? "key"));
      const value = node.children.find(
        ({ name }) => name === (shape.value?.locationName ?? "value"),
      );
      return [key?.text, xmlValue(content, shapes, value as Node, shape.value as RawMember)];
    }),
  ) as unknown;
}

function xmlValue(shape: RawShape, shapes: RawShapes, node: Node, use: RawMember): unknown {
  if (shape.type === "structure") return xmlStructure(shape, shapes, node);
  if (shape.type === "list") return flatValue(shape, shapes, node.children);
  if (shape.type === "map") return xmlEntries(shape, shapes, node.children);
  return scalar(shape, node.text, use);
}

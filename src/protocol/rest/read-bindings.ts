/**
 * What of an input travels outside the body: path labels, query, headers. Compiled once an input
 * shape.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Member, Operation, Shape } from "../../model/model.ts";
import { serializationError } from "../errors.ts";
import type { ParsedRequest } from "../../kernel/http.ts";
import { perModel } from "../memo.ts";
import { fromBase64, setKey, toBoolean, toInstant, toInteger, toNumber } from "../scalars.ts";
import { parseQuery, type QueryValues } from "./query-string.ts";

interface Sources {
  readonly headers: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly query: QueryValues;
}

/** Puts a member into the result when the request has it. */
type Binding = (sources: Sources, result: Record<string, unknown>) => void;

export function readBindings(
  operation: Operation,
  shape: Shape,
  request: ParsedRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const bindings = bindingsOf(shape);
  if (bindings.length === 0) return result;
  const sources = { headers: request.headers, labels, query: parseQuery(request.query) };
  try {
    for (const bind of bindings) bind(sources, result);
  } catch (error) {
    if (error instanceof BindingError) throw refusal(operation, error);
    throw error;
  }
  return result;
}

const bindingsOf = perModel((shape: Shape): readonly Binding[] => {
  const members = [...(shape.members?.values() ?? [])];
  return members.flatMap((member) => {
    const binding = bindingOf(member);
    return binding === undefined ? [] : [binding];
  });
});

function bindingOf(member: Member): Binding | undefined {
  const wire = member.locationName ?? member.name;
  switch (member.location) {
    case "uri":
      return ({ labels }, result) => put(result, member, wire, labels[wire]);
    case "querystring":
      return member.shape.type === "map" ? queryMapBinding(member) : queryBinding(member, wire);
    case "header": {
      const lower = wire.toLowerCase();
      if (member.shape.type === "timestamp" && PASSED_OVER.has(lower)) {
        return instantBinding(member, lower);
      }
      return ({ headers }, result) => {
        const value = headers[lower];
        if (value !== undefined) bindHeader(result, member, wire, value);
      };
    }
    case "headers":
      return prefixBinding(member, (member.locationName ?? "").toLowerCase());
    default:
      return undefined;
  }
}

class BindingError extends Error {
  readonly value: string;
  readonly wire: string;
  readonly type: string;
  constructor(value: string, wire: string, type: string) {
    super(`${wire}: "${value}" is no ${type}`);
    this.value = value;
    this.wire = wire;
    this.type = type;
  }
}

function refusal(operation: Operation, { value, wire, type }: BindingError): AwsError {
  if (operation.service.name === "s3" && type === "integer") {
    const message = `Provided ${wire} not an integer or within integer range`;
    const members = { ArgumentName: wire, ArgumentValue: value };
    return new AwsError("InvalidArgument", message, { status: 400, members });
  }
  const javaType = type.charAt(0).toUpperCase() + type.slice(1);
  return serializationError(`'${value}' can not be converted to an ${javaType}`);
}

function put(
  result: Record<string, unknown>,
  member: Member,
  wire: string,
  text: string | undefined,
): void {
  // An empty number, boolean or instant says nothing; an empty string is a string.
  if (text === undefined || (text === "" && member.shape.type !== "string")) return;
  result[member.name] = scalar(member.shape, wire, text);
}

function scalar(shape: Shape, wire: string, text: string): unknown {
  const value = scalarOf(shape, text);
  if (value === undefined) throw new BindingError(text, wire, shape.type);
  return value;
}

function scalarOf(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case "boolean":
      return toBoolean(text);
    case "integer":
    case "long":
      return toInteger(text);
    case "float":
    case "double":
      return toNumber(text);
    case "timestamp":
      return toInstant(text);
    case "blob":
      return fromBase64(text);
    default:
      return text;
  }
}

function queryBinding(member: Member, wire: string): Binding {
  const element = member.shape.type === "list" ? member.shape.member?.shape : undefined;
  return ({ query }, result) => {
    const values = query.get(wire);
    if (values === undefined) return;
    if (element === undefined) put(result, member, wire, values[0]);
    else result[member.name] = values.map((text) => scalar(element, wire, text));
  };
}

/**
 * A map in the query takes every parameter, also those that another member has: Smithy says so for
 * servers.
 */
function queryMapBinding(member: Member): Binding {
  const isList = member.shape.value?.shape.type === "list";
  return ({ query }, result) => {
    if (query.size === 0) return;
    const map: Record<string, unknown> = {};
    for (const [name, values] of query) setKey(map, name, isList ? [...values] : values[0]);
    result[member.name] = map;
  };
}

/**
 * Headers whose instants cannot be refused. A condition on a date that is none does not hold back
 * anything (RFC 9110); and S3 keeps whatever text stands in `Expires`, which has no place in this
 * member.
 */
const PASSED_OVER: ReadonlySet<string> = new Set([
  "expires",
  "if-modified-since",
  "if-unmodified-since",
  "x-amz-copy-source-if-modified-since",
  "x-amz-copy-source-if-unmodified-since",
]);

function instantBinding(member: Member, header: string): Binding {
  return ({ headers }, result) => {
    const text = headers[header];
    const at = text === undefined ? undefined : toInstant(text);
    if (at !== undefined) result[member.name] = at;
  };
}

function prefixBinding(member: Member, prefix: string): Binding {
  return ({ headers }, result) => {
    const map: Record<string, unknown> = {};
    let found = false;
    for (const name in headers) {
      if (!name.startsWith(prefix)) continue;
      found = true;
      setKey(map, name.slice(prefix.length), headers[name]);
    }
    if (found) result[member.name] = map;
  };
}

function bindHeader(
  result: Record<string, unknown>,
  member: Member,
  wire: string,
  text: string,
): void {
  const { shape } = member;
  if (shape.type === "list" && shape.member !== undefined) {
    const element = shape.member.shape;
    result[member.name] = splitHeader(text, element).map((part) => scalar(element, wire, part));
  } else if (member.jsonValue === true) {
    const bytes = fromBase64(text.trim());
    if (bytes === undefined) throw new BindingError(text, wire, "blob");
    result[member.name] = Buffer.from(bytes).toString("utf8");
  } else {
    put(result, member, wire, text);
  }
}

const HTTP_DATE = /[A-Za-z]{3,9}, \d\d[ -][A-Za-z]{3}[ -]\d{2,4} [\d:.]+ GMT/g;

/** Commas part the values, but not those within quotes or within an HTTP date. */
function splitHeader(text: string, element: Shape): string[] {
  if (element.type === "timestamp") {
    const dates = text.match(HTTP_DATE);
    if (dates !== null) return dates;
  }
  if (!text.includes('"')) return text === "" ? [] : text.split(",").map((part) => part.trim());
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(unquote);
}

function unquote(part: string): string {
  const quoted = part.length >= 2 && part.startsWith('"') && part.endsWith('"');
  return quoted ? part.slice(1, -1).replace(/\\(.)/g, "$1") : part;
}

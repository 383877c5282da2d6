import {
  ERROR_LETTERS,
  LETTER_OF_LOCATION,
  LETTER_OF_TYPE,
  lowered,
  MARKS,
  MEMBER_LETTERS,
  OPERATION_LETTERS,
  SHAPE_LETTERS,
} from "../../src/model/compact.ts";
import type {
  MemberSource,
  OperationSource,
  ServiceSource,
  ShapeSource,
} from "../../src/model/source.ts";

/**
 * Writes models/<service>.json (the format is in src/model/compact.ts): one line a shape, one line
 * an operation.
 */
export function writeCompact(source: ServiceSource): string {
  const places = new Map(source.shapeNames.map((name, place) => [name, place]));
  function placeOf(name: string): number {
    const place = places.get(name);
    if (place === undefined) throw new Error(`${source.traits.name}: no shape ${name}`);
    return place;
  }
  const shortNames = namesByOperation(source);
  const shapes = source.shapeNames.map((name) =>
    shapeRow(shortNames.get(name) ?? name, source.shape(name), placeOf),
  );
  const operations = source.operationNames.map((name) =>
    operationRow(source.operation(name), placeOf),
  );
  return [
    `{"traits":${JSON.stringify(source.traits)},`,
    `"shapes":${lines(shapes)},`,
    `"operations":${lines(operations)}}`,
    "",
  ].join("\n");
}

export function lines(rows: readonly unknown[]): string {
  return rows.length === 0 ? "[]" : `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]`;
}

type PlaceOf = (name: string) => number;

/** "+Request" for the CreateQueueRequest that CreateQueue, first of all operations, takes. */
function namesByOperation(source: ServiceSource): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const operation of source.operationNames) {
    const { input, output } = source.operation(operation);
    for (const shape of [input, output]) {
      if (shape !== undefined && !users.has(shape)) users.set(shape, operation);
    }
  }
  const named = [...users].filter(([shape, operation]) => shape.startsWith(operation));
  return new Map(named.map(([shape, operation]) => [shape, `+${shape.slice(operation.length)}`]));
}

function shapeRow(shortName: string, shape: ShapeSource, placeOf: PlaceOf): unknown[] {
  const { name: _, type, members, member, key, value, error, ...rest } = shape;
  const traits = shortened(
    { ...rest, ...(error !== undefined && { error: shortened(error, ERROR_LETTERS) }) },
    SHAPE_LETTERS,
  );
  const row: unknown[] = [shortName, LETTER_OF_TYPE[type]];
  if (members !== undefined) row.push(members.flatMap((m) => memberItems(m, placeOf)));
  for (const nested of [member, key, value]) {
    if (nested !== undefined) row.push(use(nested, placeOf));
  }
  if (Object.keys(traits).length > 0) row.push(traits);
  return row;
}

function memberItems(member: MemberSource, placeOf: PlaceOf): unknown[] {
  const { name, shape, required, location: _, locationName: __, ...rest } = member;
  if (/[!?/~]|^\.$|^$/.test(name)) throw new Error(`the format cannot say the name "${name}"`);
  const named = name === shape ? "" : name === lowered(shape) ? "." : name;
  const mark = markOf(member);
  const label = named + (required === true ? MARKS.required : "") + mark;
  const written = use(mark === "" ? member : { name, shape, ...rest }, placeOf);
  return label === "" ? [written] : [label, written];
}

function markOf({ name, location, locationName }: MemberSource): string {
  if (location === "querystring" && locationName === name) return MARKS.query;
  if (location === "uri" && locationName === name) return MARKS.path;
  if (location === undefined && locationName === lowered(name)) return MARKS.lowered;
  return "";
}

/** A location name that repeats the member's own is written as "=". */
function use(member: MemberSource, placeOf: PlaceOf): unknown {
  const { name, shape, required: _, location, locationName, ...rest } = member;
  const traits = shortened(
    {
      ...rest,
      ...(location !== undefined && { location: LETTER_OF_LOCATION[location] }),
      ...(locationName !== undefined && {
        locationName: locationName === name ? "=" : locationName,
      }),
    },
    MEMBER_LETTERS,
  );
  return Object.keys(traits).length === 0 ? placeOf(shape) : [placeOf(shape), traits];
}

function operationRow(operation: OperationSource, placeOf: PlaceOf): unknown[] {
  const { name, http, input, output, errors, ...rest } = operation;
  const call = `${http.method} ${http.uri}${http.status === 200 ? "" : ` ${http.status}`}`;
  const traits = shortened(rest, OPERATION_LETTERS);
  return [
    name,
    call === "POST /" ? "" : call,
    input === undefined ? -1 : placeOf(input),
    output === undefined ? -1 : placeOf(output),
    errors.map(placeOf),
    ...(Object.keys(traits).length > 0 ? [traits] : []),
  ];
}

/**
 * Names to letters in the table's order, which makes the bytes the same whatever the order of the
 * source.
 */
function shortened(
  traits: Readonly<Record<string, unknown>> | object,
  letters: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(traits));
  const short: Record<string, unknown> = {};
  for (const [name, letter] of Object.entries(letters)) {
    const value = given.get(name);
    if (value !== undefined) short[letter] = value === true ? 1 : value;
    given.delete(name);
  }
  if (given.size > 0) throw new Error(`no letter for ${[...given.keys()].join(", ")}`);
  return short;
}

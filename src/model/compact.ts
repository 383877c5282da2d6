import type { ErrorTraits, Operation, ShapeType } from "./model.ts";
import type {
  MemberSource,
  OperationSource,
  ServiceSource,
  ServiceTraits,
  ShapeSource,
} from "./source.ts";

/**
 * The format of models/<service>.json, and its reader; the writer is tools/models/write-compact.ts.
 * docs/adr/0002 says why.
 *
 * Rows are sorted by name and refer to shapes by their place in `shapes`. Traits that are true are
 * 1; absent ones are left out. A row is decoded when its shape or operation is first asked for.
 */
export interface CompactService {
  readonly traits: ServiceTraits;
  readonly shapes: readonly CompactShape[];
  readonly operations: readonly CompactOperation[];
}

/**
 * The letter says the type and what follows. A name that starts with "+" goes on from the name of
 * the first operation whose input or output the shape is.
 */
export type CompactShape =
  | readonly [name: string, letter: "s", members: CompactMembers, traits?: ShapeTraits]
  | readonly [name: string, letter: "l", element: CompactUse, traits?: ShapeTraits]
  | readonly [name: string, letter: "m", key: CompactUse, value: CompactUse, traits?: ShapeTraits]
  | readonly [name: string, letter: ScalarLetter, traits?: ShapeTraits];

type ScalarLetter = "t" | "b" | "x" | "w" | "i" | "n" | "f" | "d" | "j";

/** A shape's place in `shapes`; with the traits of the use, where there are any. */
export type CompactUse = number | readonly [shape: number, traits: CompactTraits];

/**
 * Uses, each after its member's name and marks: "Bucket!/". No name means the shape's own, "." the
 * shape's own with a small first letter; nothing at all before a use means neither name nor marks.
 */
export type CompactMembers = readonly (string | CompactUse)[];

/**
 * What follows a member's name. The last three replace traits that most members of some protocols
 * have.
 */
export const MARKS = {
  required: "!",
  /** In the query string under the member's own name. */
  query: "?",
  /** In the path under the member's own name. */
  path: "/",
  /** `locationName` is the member's name with a small first letter. */
  lowered: "~",
} as const;

export function lowered(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

export type CompactTraits = Readonly<Record<string, unknown>>;

interface ShapeTraits extends CompactTraits {
  /** The error traits, by their own letters. */
  readonly E?: CompactTraits;
}

/**
 * `http` is "GET /path 204"; "POST /" and the status 200 are left out. Places are -1 where there is
 * no shape.
 */
export type CompactOperation = readonly [
  name: string,
  http: string,
  input: number,
  output: number,
  errors: readonly number[],
  traits?: CompactTraits,
];

export const LETTER_OF_TYPE: Readonly<Record<ShapeType, string>> = {
  structure: "s",
  list: "l",
  map: "m",
  string: "t",
  boolean: "b",
  blob: "x",
  timestamp: "w",
  integer: "i",
  long: "n",
  float: "f",
  double: "d",
  document: "j",
};

type Letters<T, Left extends PropertyKey> = Readonly<Record<Exclude<keyof T, Left>, string>>;

export const SHAPE_LETTERS: Letters<ShapeSource, "name" | "type" | Nested> = {
  min: "i",
  max: "a",
  pattern: "p",
  enum: "e",
  union: "u",
  payload: "b",
  flattened: "f",
  locationName: "n",
  xmlNamespace: "x",
  timestampFormat: "t",
  sensitive: "s",
  streaming: "m",
  requiresLength: "r",
  eventStream: "v",
  event: "k",
  error: "E",
};

type Nested = "members" | "member" | "key" | "value";

export const MEMBER_LETTERS: Letters<MemberSource, "name" | "shape" | "required"> = {
  location: "l",
  locationName: "n",
  queryName: "q",
  flattened: "f",
  xmlAttribute: "a",
  xmlNamespace: "x",
  timestampFormat: "t",
  streaming: "m",
  idempotencyToken: "i",
  jsonValue: "j",
  hostLabel: "h",
  eventPayload: "p",
  eventHeader: "e",
};

export const ERROR_LETTERS: Letters<ErrorTraits, never> = {
  code: "c",
  status: "s",
  senderFault: "b",
  fault: "f",
};

export const OPERATION_LETTERS: Letters<
  Operation,
  "name" | "service" | "http" | "input" | "output" | "errors"
> = {
  inputElement: "n",
  resultWrapper: "w",
  readonly: "r",
  unsigned: "u",
  checksum: "c",
  hostPrefix: "h",
  pagination: "p",
  deprecated: "d",
};

/** Written once in full and as a letter in the files: there are seventeen thousand of them. */
export const LETTER_OF_LOCATION: Readonly<Record<NonNullable<MemberSource["location"]>, string>> = {
  header: "h",
  headers: "H",
  querystring: "q",
  uri: "u",
  statusCode: "s",
};

const typeOfLetter = reversed(LETTER_OF_TYPE);
const locationOfLetter = reversed(LETTER_OF_LOCATION);
const shapeTraitOfLetter = reversed(SHAPE_LETTERS);
const memberTraitOfLetter = reversed(MEMBER_LETTERS);
const errorTraitOfLetter = reversed(ERROR_LETTERS);
const operationTraitOfLetter = reversed(OPERATION_LETTERS);

export function toSource(compact: CompactService): ServiceSource {
  const shapeNames = fullNames(compact);
  const shapes = new Map(shapeNames.map((name, place) => [name, compact.shapes[place]]));
  const operations = new Map(compact.operations.map((row) => [row[0], row]));
  return {
    traits: compact.traits,
    shapeNames,
    operationNames: [...operations.keys()],
    shape: (name) => decodeShape(name, present(shapes.get(name), name), shapeNames),
    operation: (name) => decodeOperation(present(operations.get(name), name), shapeNames),
  };
}

function fullNames({ shapes, operations }: CompactService): readonly string[] {
  const names = shapes.map(([name]) => name);
  for (const [operation, , input, output] of operations) {
    for (const place of [input, output]) {
      const name = names[place];
      if (name?.startsWith("+") === true) names[place] = operation + name.slice(1);
    }
  }
  return names;
}

function decodeShape(name: string, row: CompactShape, names: readonly string[]): ShapeSource {
  if (row[1] === "s") {
    const members = decodeMembers(row[2], names);
    return { name, type: "structure", members, ...shapeTraits(row[3]) };
  }
  if (row[1] === "l") {
    const member = decodeUse("member", row[2], names);
    return { name, type: "list", member, ...shapeTraits(row[3]) };
  }
  if (row[1] === "m") {
    const key = decodeUse("key", row[2], names);
    const value = decodeUse("value", row[3], names);
    return { name, type: "map", key, value, ...shapeTraits(row[4]) };
  }
  const type = present(typeOfLetter.get(row[1]), row[1]);
  return { name, type, ...shapeTraits(row[2]) };
}

function shapeTraits(traits: ShapeTraits | undefined): Partial<ShapeSource> {
  const full: Partial<ShapeSource> = spelled(traits, shapeTraitOfLetter);
  if (traits?.E === undefined) return full;
  return { ...full, error: spelled(traits.E, errorTraitOfLetter) };
}

function decodeMembers(members: CompactMembers, names: readonly string[]): MemberSource[] {
  const decoded: MemberSource[] = [];
  let label = "";
  for (const item of members) {
    if (typeof item === "string") {
      label = item;
    } else {
      decoded.push(decodeMember(label, item, names));
      label = "";
    }
  }
  return decoded;
}

function decodeMember(label: string, use: CompactUse, names: readonly string[]): MemberSource {
  const marksAt = label.search(/[!?/~]/);
  const given = marksAt < 0 ? label : label.slice(0, marksAt);
  const marks = marksAt < 0 ? "" : label.slice(marksAt);
  const shape = nameAt(typeof use === "number" ? use : use[0], names);
  const name = given === "" ? shape : given === "." ? lowered(shape) : given;
  return {
    ...decodeUse(name, use, names),
    ...(marks.includes(MARKS.required) && { required: true }),
    ...(marks.includes(MARKS.query) && { location: "querystring", locationName: name }),
    ...(marks.includes(MARKS.path) && { location: "uri", locationName: name }),
    ...(marks.includes(MARKS.lowered) && { locationName: lowered(name) }),
  };
}

function decodeUse(name: string, use: CompactUse, names: readonly string[]): MemberSource {
  if (typeof use === "number") return { name, shape: nameAt(use, names) };
  const { location, ...traits } = spelled<MemberSource>(use[1], memberTraitOfLetter);
  return {
    name,
    shape: nameAt(use[0], names),
    ...traits,
    ...(location !== undefined && { location: present(locationOfLetter.get(location), location) }),
    ...(traits.locationName === "=" && { locationName: name }),
  };
}

function decodeOperation(row: CompactOperation, names: readonly string[]): OperationSource {
  const [name, http, input, output, errors, traits] = row;
  const [method = "", uri = "", status = "200"] = (http === "" ? "POST /" : http).split(" ");
  return {
    name,
    http: { method, uri, status: Number(status) },
    ...(input >= 0 && { input: nameAt(input, names) }),
    ...(output >= 0 && { output: nameAt(output, names) }),
    errors: errors.map((error) => nameAt(error, names)),
    ...spelled<OperationSource>(traits, operationTraitOfLetter),
  };
}

/** Letters back to names; 1 back to true, except where a number is meant. */
function spelled<T>(
  traits: CompactTraits | undefined,
  names: ReadonlyMap<string, keyof T & string>,
): Partial<T> {
  const full: Record<string, unknown> = {};
  for (const letter in traits) {
    const name = present(names.get(letter), letter);
    const value = traits[letter];
    full[name] = value === 1 && !COUNTS.has(name) ? true : value;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both come from a T
  return full as Partial<T>;
}

const COUNTS = new Set(["min", "max", "status"]);

function nameAt(place: number, names: readonly string[]): string {
  return present(names[place], String(place));
}

function reversed<K extends string>(letters: Readonly<Record<K, string>>): ReadonlyMap<string, K> {
  const names = new Map<string, K>();
  for (const name in letters) names.set(letters[name], name);
  return names;
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`models: unknown ${what}`);
  return value;
}

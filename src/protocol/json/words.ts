/**
 * What AWS says about JSON of the wrong type. Its services share one framework, in two generations:
 * the older one names Java classes, the newer one (DynamoDB's) names the tokens of its parser.
 */
import type { Shape } from "../../model/model.ts";

/** Where a value stands: as the whole body, as a member of a structure, in a list or a map. */
export type Place = "root" | "field" | "element";

export interface JsonWords {
  /** `value` is anything but undefined, and null only at the root. */
  mismatch(value: unknown, shape: Shape, place: Place): string;
  base64(text: string): string;
  /** Refuses a last digit that says more than the bytes need. */
  hasSpareBits?(text: string, bytes: Uint8Array): boolean;
  /** Texts that are read as Booleans. */
  readonly booleans: ReadonlyMap<string, boolean>;
  /** An empty body and one of `null` are refused; for others they are an empty structure. */
  readonly needsObject: boolean;
  /** Of a body that is no JSON. */
  readonly malformed: string;
}

const LIST = "Start of list found where not expected";
const MAP = "Start of structure or map found where not expected.";
const BIG_NUMBER = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber";

export const CLASS_WORDS: JsonWords = {
  // AWS: some services read these words as Booleans; the others answer as below all the same.
  booleans: new Map([
    ["true", true],
    ["false", false],
  ]),
  needsObject: false,
  malformed: "Unable to parse the request body as JSON",
  mismatch(value, shape) {
    if (Array.isArray(value)) return LIST;
    if (typeof value === "object") return MAP;
    switch (shape.type) {
      case "list":
        return "Expected list or null";
      case "map":
        return "Expected map or null";
      case "structure":
        return "Expected null";
      case "boolean":
        if (typeof value === "string") {
          return `'${value.toUpperCase()}' can not be converted to an Boolean`;
        }
        break;
      default:
    }
    const article = shape.type === "blob" ? "a" : "an";
    return `${javaClass(value)} can not be converted to ${article} ${javaType(shape)}`;
  },
  base64(text) {
    const refused = `'${text}' can not be converted to a Blob: `;
    if (text.length % 4 !== 0) {
      const expected = "Base64 encoded length is expected a multiple of 4 bytes but found: ";
      return `${refused}${expected}${text.length}`;
    }
    const strange = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ""))?.[0] ?? "=";
    return `${refused}Invalid Base64 character: '${strange}'`;
  },
};

/** AWS: what happens to a scalar where a list of lists, or of maps, has one of these. */
const CAST =
  "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class " +
  "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and " +
  "java.lang.Class are in module java.base of loader 'bootstrap')";

export const TOKEN_WORDS: JsonWords = {
  booleans: new Map(
    ["true", "True", "TRUE", "1", "yes", "Yes", "YES"]
      .map((text): [string, boolean] => [text, true])
      .concat(["false", "False", "FALSE", "0", "no", "No", "NO"].map((text) => [text, false])),
  ),
  needsObject: true,
  // AWS: no sentence at all.
  malformed: "",
  mismatch(value, shape, place) {
    if (Array.isArray(value)) {
      return place === "root" ? LIST : `Unrecognized collection type ${javaClassOf(shape)}`;
    }
    if (isObject(value) && value !== null) return MAP.slice(0, -1);
    switch (shape.type) {
      case "list":
      case "map":
        return place === "element" ? CAST : "Unexpected field type";
      case "structure":
        return place === "field" ? "Unexpected field type" : "Unexpected value type in payload";
      case "blob":
        return "only base-64-encoded strings are convertible to bytes";
      case "boolean":
        if (typeof value === "string") return "Unexpected token received from parser";
        break;
      default:
    }
    return `${tokenOf(value)} cannot be converted to ${javaType(shape)}`;
  },
  base64(text) {
    if (text.length % 4 !== 0) {
      return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
    }
    if (/[^A-Za-z0-9+/=]/.test(text)) return "Invalid Base64 character";
    // AWS: spelled so.
    return "Invalid last non-pad Base64 character dectected";
  },
  hasSpareBits: (text, bytes) => Buffer.from(bytes).toString("base64") !== text,
};

const DYNAMODB_CLASSES = "com.amazonaws.dynamodb.v20120810";

/** With `class` before it, unless it has parameters. */
function javaClassOf(shape: Shape): string {
  return shape.type === "list" || shape.type === "map"
    ? javaName(shape)
    : `class ${javaName(shape)}`;
}

function javaName(shape: Shape): string {
  switch (shape.type) {
    case "structure":
      return `${DYNAMODB_CLASSES}.${shape.name}`;
    case "list":
      return `java.util.List<${partName(shape.member?.shape)}>`;
    case "map":
      return `java.util.Map<java.lang.String, ${partName(shape.value?.shape)}>`;
    case "blob":
      return "java.nio.ByteBuffer";
    case "timestamp":
      return "java.util.Date";
    default:
      return `java.lang.${javaType(shape)}`;
  }
}

const partName = (shape: Shape | undefined) => (shape === undefined ? "?" : javaName(shape));

/** Services that run the newer framework. */
const TOKEN_SERVICES = new Set(["dynamodb", "dynamodbstreams"]);

export function jsonWords(serviceName: string): JsonWords {
  return TOKEN_SERVICES.has(serviceName) ? TOKEN_WORDS : CLASS_WORDS;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && !Array.isArray(value);
}

function javaClass(value: unknown): string {
  if (typeof value === "string") return "class java.lang.String";
  return typeof value === "boolean" ? "class java.lang.Boolean" : BIG_NUMBER;
}

function javaType(shape: Shape): string {
  if (shape.type === "timestamp") return "Date";
  return shape.type.charAt(0).toUpperCase() + shape.type.slice(1);
}

function tokenOf(value: unknown): string {
  if (typeof value === "string") return "STRING_VALUE";
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
}

/**
 * What AWS says about JSON of the wrong type. Its services share one framework, in two generations:
 * the older one names Java classes, the newer one (DynamoDB's) names the tokens of its parser.
 */
import type { Shape } from "../../model/model.ts";

export interface JsonWords {
  /** `value` is anything but null and undefined. */
  mismatch(value: unknown, shape: Shape): string;
  base64(text: string): string;
}

const LIST = "Start of list found where not expected";
const MAP = "Start of structure or map found where not expected.";
const BIG_NUMBER = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber";

export const CLASS_WORDS: JsonWords = {
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

export const TOKEN_WORDS: JsonWords = {
  mismatch(value, shape) {
    switch (shape.type) {
      case "list":
        return isObject(value) ? MAP.slice(0, -1) : "Unexpected field type";
      case "map":
        return Array.isArray(value) ? LIST : "Unexpected field type";
      case "structure":
        return Array.isArray(value) ? LIST : "Unexpected value type in payload";
      case "boolean":
        return "Unexpected token received from parser";
      default:
    }
    if (Array.isArray(value)) return "Unrecognized collection type class java.util.ArrayList";
    if (typeof value === "object") return MAP.slice(0, -1);
    if (shape.type === "blob") return "only base-64-encoded strings are convertible to bytes";
    return `${tokenOf(value)} cannot be converted to ${javaType(shape)}`;
  },
  base64() {
    return "Invalid Base64 character";
  },
};

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

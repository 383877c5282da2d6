/** From parsed JSON to the values that handlers take. One closure a shape. */
import type { Member, Shape } from "../../model/model.ts";
import { serializationError } from "../errors.ts";
import { perModel } from "../memo.ts";
import { fromBase64, instantOfSeconds, isRecord, toInstant, toNumber } from "../scalars.ts";
import { rewriteList, rewriteMap, rewriteStructure, type Field, type Fields } from "./rewrite.ts";
import { CLASS_WORDS, type JsonWords, type Place, TOKEN_WORDS } from "./words.ts";

/** Takes anything but null and undefined: whoever holds the value drops those. */
export type JsonReader = (value: unknown) => unknown;

export const DOCUMENT_DEPTH_MAX = 128;

export function jsonReader(shape: Shape, words: JsonWords, place: Place = "root"): JsonReader {
  return words === TOKEN_WORDS ? tokenReaders[place](shape) : classReaders(shape);
}

const classReaders = perModel((shape: Shape) => build(shape, CLASS_WORDS, "root"));
/** These words depend on where a value stands. */
const tokenReaders = {
  root: perModel((shape: Shape) => build(shape, TOKEN_WORDS, "root")),
  field: perModel((shape: Shape) => build(shape, TOKEN_WORDS, "field")),
  element: perModel((shape: Shape) => build(shape, TOKEN_WORDS, "element")),
};

type Refuse = (value: unknown) => Error;

function build(shape: Shape, words: JsonWords, place: Place): JsonReader {
  const refuse: Refuse = (value) => serializationError(words.mismatch(value, shape, place));
  switch (shape.type) {
    case "structure":
      return structureReader(shape, words, refuse);
    case "list":
      return listReader(shape, words, refuse);
    case "map":
      return mapReader(shape, words, refuse);
    case "blob":
      return (value) => {
        if (typeof value !== "string") throw refuse(value);
        const bytes = fromBase64(value);
        if (bytes === undefined || words.hasSpareBits?.(value, bytes) === true) {
          throw serializationError(words.base64(value));
        }
        return bytes;
      };
    case "timestamp":
      return (value) => {
        const at = instantOf(value);
        if (at === undefined) throw refuse(value);
        return at;
      };
    case "document":
      return (value) => {
        refuseDeepDocument(value, 0);
        return value;
      };
    default:
      return scalarReader(shape, words, refuse);
  }
}

function scalarReader(shape: Shape, words: JsonWords, refuse: Refuse): JsonReader {
  switch (shape.type) {
    case "boolean":
      return (value) => {
        if (typeof value === "boolean") return value;
        const meant = typeof value === "string" ? words.booleans.get(value) : undefined;
        if (meant !== undefined) return meant;
        throw refuse(value);
      };
    case "integer":
    case "long":
      return (value) => {
        if (typeof value === "number") return Math.trunc(value);
        throw refuse(value);
      };
    case "float":
    case "double":
      return (value) => {
        if (typeof value === "number") return value;
        const special = typeof value === "string" && /^(?:NaN|-?Infinity)$/.test(value);
        if (special) return toNumber(value);
        throw refuse(value);
      };
    default:
      return (value) => {
        if (typeof value === "string") return value;
        throw refuse(value);
      };
  }
}

function structureReader(shape: Shape, words: JsonWords, refuse: Refuse): JsonReader {
  let fields: Fields | undefined;
  return (value) => {
    if (!isRecord(value)) throw refuse(value);
    return rewriteStructure(value, (fields ??= fieldsByWireName(shape, words)));
  };
}

export function wireName(member: Member): string {
  return member.locationName ?? member.name;
}

function fieldsByWireName(shape: Shape, words: JsonWords): Fields {
  const fields = new Map<string, Field>();
  for (const member of shape.members?.values() ?? []) {
    if (member.location !== undefined) continue;
    fields.set(wireName(member), {
      name: member.name,
      convert: jsonReader(member.shape, words, "field"),
    });
  }
  return fields;
}

function listReader(shape: Shape, words: JsonWords, refuse: Refuse): JsonReader {
  const element = shape.member;
  let read: JsonReader | undefined;
  return (value) => {
    if (!Array.isArray(value)) throw refuse(value);
    if (element === undefined) return value;
    const readElement = (read ??= jsonReader(element.shape, words, "element"));
    return rewriteList(value, readElement);
  };
}

function mapReader(shape: Shape, words: JsonWords, refuse: Refuse): JsonReader {
  const content = shape.value;
  let read: JsonReader | undefined;
  return (value) => {
    if (!isRecord(value)) throw refuse(value);
    if (content === undefined) return value;
    return rewriteMap(value, (read ??= droppingNull(content.shape, words)));
  };
}

function droppingNull(shape: Shape, words: JsonWords): JsonReader {
  const read = jsonReader(shape, words, "element");
  return (value) => (value === null ? undefined : read(value));
}

function instantOf(value: unknown): Date | undefined {
  if (typeof value === "number") return instantOfSeconds(value);
  return typeof value === "string" ? toInstant(value) : undefined;
}

function refuseDeepDocument(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth >= DOCUMENT_DEPTH_MAX) throw serializationError("Document is nested too deeply");
  for (const part of Object.values(value)) refuseDeepDocument(part, depth + 1);
}

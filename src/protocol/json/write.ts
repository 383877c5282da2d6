/**
 * From a handler's values to what `JSON.stringify` takes. Where nothing converts there is no writer
 * at all: the value goes out as it is. Structures give out the members that the model knows and
 * nothing else.
 */
import type { Member, Shape, TimestampFormat } from "../../model/model.ts";
import { isBoundToHead } from "../members.ts";
import { perModel } from "../memo.ts";
import { bytesOf, formatInstant, isRecord, toBase64, wordOf } from "../scalars.ts";
import { wireName } from "./read.ts";
import { rewriteList, rewriteMap, rewriteStructure, type Field, type Fields } from "./rewrite.ts";

export type JsonWriter = (value: unknown) => unknown;

export const asIs: JsonWriter = (value) => value;

export const jsonWriter: (member: Member) => JsonWriter = perModel((member: Member) => {
  if (member.shape.type !== "timestamp") return shapeWriter(member.shape);
  const format = member.timestampFormat ?? member.shape.timestampFormat ?? "unixTimestamp";
  return (value) => instant(value, format);
});

export const shapeWriter: (shape: Shape) => JsonWriter = perModel((shape: Shape) => {
  switch (shape.type) {
    case "structure":
      return structureWriter(shape);
    case "list":
      return shape.member === undefined ? asIs : listWriter(shape.member);
    case "map":
      return shape.value === undefined ? asIs : mapWriter(shape.value);
    case "blob":
      return (value) => toBase64(bytesOf(value));
    case "timestamp":
      return (value) => instant(value, shape.timestampFormat ?? "unixTimestamp");
    case "float":
    case "double":
      return (value) => (Number.isFinite(value) ? value : String(value));
    default:
      return asIs;
  }
});

function structureWriter(shape: Shape): JsonWriter {
  let fields: Fields | undefined;
  return (value) => {
    if (!isRecord(value)) return value;
    return rewriteStructure(value, (fields ??= fieldsByName(shape)));
  };
}

function fieldsByName(shape: Shape): Fields {
  const fields = new Map<string, Field>();
  for (const member of shape.members?.values() ?? []) {
    if (isBoundToHead(member)) continue;
    fields.set(member.name, { name: wireName(member), convert: jsonWriter(member) });
  }
  return fields;
}

function listWriter(element: Member): JsonWriter {
  let write: JsonWriter | undefined;
  return (value) => {
    const writeElement = (write ??= jsonWriter(element));
    if (!Array.isArray(value) || writeElement === asIs) return value;
    return rewriteList(value, writeElement);
  };
}

function mapWriter(content: Member): JsonWriter {
  let write: JsonWriter | undefined;
  return (value) => {
    write ??= keepingNull(jsonWriter(content));
    return isRecord(value) && write !== asIs ? rewriteMap(value, write) : value;
  };
}

const keepingNull = (write: JsonWriter): JsonWriter =>
  write === asIs ? asIs : (value) => (value === null ? null : write(value));

function instant(value: unknown, format: TimestampFormat): unknown {
  if (!(value instanceof Date)) return typeof value === "number" ? value : wordOf(value);
  return format === "unixTimestamp" ? value.getTime() / 1000 : formatInstant(value, format);
}

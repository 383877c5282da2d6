/**
 * From a handler's values to JSON. One closure a shape, which writes text: making plain values of
 * them for `JSON.stringify` costs twice as much. Structures give out the members that the model
 * knows and nothing else.
 */
import type { Member, Shape, TimestampFormat } from "../../model/model.ts";
import { Written } from "../../kernel/written.ts";
import { isBoundToHead } from "../members.ts";
import { perModel } from "../memo.ts";
import { bytesOf, decimal, formatInstant, isRecord, toBase64, wordOf } from "../scalars.ts";
import { wireName } from "./read.ts";

/** Takes anything but null and undefined: whoever holds the value sees to those. */
export type JsonWriter = (value: unknown) => string;

export const memberText: (member: Member) => JsonWriter = perModel((member: Member) => {
  if (member.shape.type !== "timestamp") return shapeText(member.shape);
  const format = member.timestampFormat ?? member.shape.timestampFormat ?? "unixTimestamp";
  return (value) => instant(value, format);
});

export const shapeText: (shape: Shape) => JsonWriter = perModel((shape: Shape) => {
  switch (shape.type) {
    case "structure":
      return structureWriter(shape);
    case "list":
      return shape.member === undefined ? plainText : listWriter(shape.member);
    case "map":
      return shape.value === undefined ? plainText : mapWriter(shape.value);
    case "blob":
      return (value) => `"${toBase64(bytesOf(value))}"`;
    case "timestamp":
      return (value) => instant(value, shape.timestampFormat ?? "unixTimestamp");
    case "float":
    case "double":
      return (value) => (Number.isFinite(value) ? decimal(value) : quoted(String(value)));
    default:
      return plainText;
  }
});

/** What JSON never escapes. Halves of pairs are left to those who know. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/;

const quoted = (text: string) => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** A value that the model says no more about. */
function plainText(value: unknown): string {
  return typeof value === "string" ? quoted(value) : (JSON.stringify(value) ?? "null");
}

interface Field {
  /** `{"Name":`, and `,"Name":` where another one stands before it. */
  readonly first: string;
  readonly next: string;
  readonly write: JsonWriter;
}

function structureWriter(shape: Shape): JsonWriter {
  let fields: ReadonlyMap<string, Field> | undefined;
  return (value) => {
    if (!isRecord(value)) return plainText(value);
    fields ??= fieldsOf(shape);
    let text = "";
    for (const key in value) {
      const part = value[key];
      const field = part === undefined || part === null ? undefined : fields.get(key);
      if (field === undefined) continue;
      text += (text === "" ? field.first : field.next) + field.write(part);
    }
    return text === "" ? "{}" : `${text}}`;
  };
}

function fieldsOf(shape: Shape): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const member of shape.members?.values() ?? []) {
    if (isBoundToHead(member)) continue;
    const name = `${JSON.stringify(wireName(member))}:`;
    fields.set(member.name, { first: `{${name}`, next: `,${name}`, write: memberText(member) });
  }
  return fields;
}

function listWriter(element: Member): JsonWriter {
  let write: JsonWriter | undefined;
  return (value) => {
    if (!Array.isArray(value)) return plainText(value);
    write ??= memberText(element);
    let text = "[";
    for (let at = 0; at < value.length; at++) {
      const part: unknown = value[at];
      if (at > 0) text += ",";
      text += part === null || part === undefined ? "null" : write(part);
    }
    return `${text}]`;
  };
}

/** A map keeps what is null. It may be written already. */
function mapWriter(content: Member): JsonWriter {
  let write: JsonWriter | undefined;
  return (value) => {
    if (value instanceof Written) return value.text;
    if (!isRecord(value)) return plainText(value);
    write ??= memberText(content);
    let text = "";
    for (const key in value) {
      const part = value[key];
      if (part === undefined) continue;
      text += `${text === "" ? "{" : ","}${quoted(key)}:${part === null ? "null" : write(part)}`;
    }
    return text === "" ? "{}" : `${text}}`;
  };
}

function instant(value: unknown, format: TimestampFormat): string {
  if (!(value instanceof Date)) {
    return plainText(typeof value === "number" ? value : wordOf(value));
  }
  const seconds = format === "unixTimestamp";
  return seconds ? plainText(value.getTime() / 1000) : quoted(formatInstant(value, format));
}

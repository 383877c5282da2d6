/** From a handler's values to CBOR. One closure a shape. */
import { Written } from "../../kernel/written.ts";
import type { Member, Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { bytesOf, isRecord, wordOf } from "../scalars.ts";
import {
  type CborSink,
  Kind,
  putBoolean,
  putBytes,
  putDouble,
  putFloat,
  putHead,
  putInstant,
  putInteger,
  putNull,
  putText,
} from "./encode.ts";

export type CborWriter = (sink: CborSink, value: unknown) => void;

export const cborWriter: (shape: Shape) => CborWriter = perModel((shape: Shape) => {
  switch (shape.type) {
    case "structure":
      return structureWriter(shape);
    case "list":
      return listWriter(shape.member);
    case "map":
      return mapWriter(shape.value);
    case "blob":
      return (sink, value) => putBytes(sink, bytesOf(value));
    case "string":
      return (sink, value) => putText(sink, wordOf(value));
    case "float":
      return (sink, value) => putFloat(sink, Number(value));
    case "double":
      return (sink, value) => putDouble(sink, Number(value));
    default:
      return putAny;
  }
});

/**
 * Whatever it is, by what it looks like: documents, and members of errors that no shape describes.
 */
export function putAny(sink: CborSink, value: unknown): void {
  if (value === null || value === undefined) putNull(sink);
  else if (typeof value === "boolean") putBoolean(sink, value);
  else if (typeof value === "number") putNumber(sink, value);
  else if (value instanceof Date) putInstant(sink, value);
  else if (value instanceof Uint8Array) putBytes(sink, value);
  else if (Array.isArray(value)) {
    putHead(sink, Kind.array, value.length);
    for (const part of value) putAny(sink, part);
  } else if (isRecord(value)) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    putHead(sink, Kind.map, entries.length);
    for (const [key, part] of entries) {
      putText(sink, key);
      putAny(sink, part);
    }
  } else putText(sink, wordOf(value));
}

function putNumber(sink: CborSink, value: number): void {
  if (Number.isInteger(value) && !Object.is(value, -0)) putInteger(sink, value);
  else putDouble(sink, value);
}

function structureWriter(shape: Shape): CborWriter {
  let fields: readonly { name: string; write: CborWriter }[] | undefined;
  return (sink, value) => {
    if (!isRecord(value)) return putAny(sink, value);
    fields ??= [...(shape.members?.values() ?? [])].map((member) => ({
      name: member.name,
      write: cborWriter(member.shape),
    }));
    const present = fields.filter(({ name }) => value[name] !== undefined && value[name] !== null);
    putHead(sink, Kind.map, present.length);
    for (const { name, write } of present) {
      putText(sink, name);
      write(sink, value[name]);
    }
    return undefined;
  };
}

function listWriter(element: Member | undefined): CborWriter {
  return (sink, value) => {
    if (!Array.isArray(value) || element === undefined) return putAny(sink, value);
    const write = cborWriter(element.shape);
    putHead(sink, Kind.array, value.length);
    for (const part of value) {
      if (part === null || part === undefined) putNull(sink);
      else write(sink, part);
    }
    return undefined;
  };
}

/** What is written already is so in another protocol's form. */
function mapWriter(content: Member | undefined): CborWriter {
  return (sink, given) => {
    const value = given instanceof Written ? given.read() : given;
    if (!isRecord(value) || content === undefined) return putAny(sink, value);
    const write = cborWriter(content.shape);
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    putHead(sink, Kind.map, entries.length);
    for (const [key, part] of entries) {
      putText(sink, key);
      if (part === null) putNull(sink);
      else write(sink, part);
    }
    return undefined;
  };
}

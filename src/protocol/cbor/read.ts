/** From decoded CBOR to the values that handlers take. One closure a shape. */
import type { Shape } from "../../model/model.ts";
import { serializationError } from "../errors.ts";
import { perModel } from "../memo.ts";
import { instantOfSeconds, isRecord, setKey } from "../scalars.ts";

export type CborReader = (value: unknown) => unknown;

export const cborReader: (shape: Shape) => CborReader = perModel((shape: Shape) => {
  switch (shape.type) {
    case "structure":
      return structureReader(shape);
    case "list":
      return listReader(shape);
    case "map":
      return mapReader(shape);
    case "document":
      return (value) => value;
    default:
      return scalarReader(shape);
  }
});

function scalarReader(shape: Shape): CborReader {
  const convert = converter(shape);
  return (value) => {
    const result = convert(value);
    if (result === undefined) throw mismatch(value, shape);
    return result;
  };
}

/** Gives undefined for what it cannot take. */
function converter(shape: Shape): CborReader {
  switch (shape.type) {
    case "boolean":
      return (value) => (typeof value === "boolean" ? value : undefined);
    case "integer":
    case "long":
      return (value) => (typeof value === "number" ? Math.trunc(value) : undefined);
    case "float":
    case "double":
      return (value) => (typeof value === "number" ? value : undefined);
    case "timestamp":
      return (value) => {
        if (value instanceof Date) return value;
        return typeof value === "number" ? instantOfSeconds(value) : undefined;
      };
    case "blob":
      return (value) => (value instanceof Uint8Array ? value : undefined);
    default:
      return (value) => (typeof value === "string" ? value : undefined);
  }
}

function structureReader(shape: Shape): CborReader {
  let fields: Map<string, CborReader> | undefined;
  return (value) => {
    if (!isMap(value)) throw mismatch(value, shape);
    fields ??= new Map(
      [...(shape.members?.values() ?? [])].map((member) => [member.name, cborReader(member.shape)]),
    );
    const result: Record<string, unknown> = {};
    for (const key in value) {
      const part = value[key];
      if (part === null) continue;
      const read = fields.get(key);
      if (read !== undefined) result[key] = read(part);
    }
    return result;
  };
}

function listReader(shape: Shape): CborReader {
  const element = shape.member?.shape;
  let read: CborReader | undefined;
  return (value) => {
    if (!Array.isArray(value)) throw mismatch(value, shape);
    if (element === undefined) return value;
    const readElement = (read ??= cborReader(element));
    return value.map((part: unknown) => (part === null ? null : readElement(part)));
  };
}

function mapReader(shape: Shape): CborReader {
  const content = shape.value?.shape;
  let read: CborReader | undefined;
  return (value) => {
    if (!isMap(value)) throw mismatch(value, shape);
    if (content === undefined) return value;
    read ??= cborReader(content);
    const result: Record<string, unknown> = {};
    for (const key in value) {
      const part = value[key];
      if (part !== null) setKey(result, key, read(part));
    }
    return result;
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !(value instanceof Uint8Array) && !(value instanceof Date);
}

function mismatch(value: unknown, shape: Shape) {
  const given = Array.isArray(value) ? "list" : isMap(value) ? "map" : typeof value;
  return serializationError(`Expected ${shape.type} but found ${given}`);
}

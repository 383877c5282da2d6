/** The wire written the obvious way: one recursive function a format, no cleverness. */
import type { Shape } from "../../src/model/model.ts";

type Bag = Readonly<Record<string, unknown>>;

export function plainJson(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case "structure":
    case "map":
      return Object.fromEntries(
        Object.entries(value as Bag).map(([key, part]) => [
          key,
          plainJson(inner(shape, key), part),
        ]),
      );
    case "list":
      return (value as unknown[]).map((part) => plainJson(inner(shape, ""), part));
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "timestamp":
      return (value as Date).getTime() / 1000;
    case "double":
    case "float":
      return Number.isFinite(value) ? value : String(value);
    default:
      return value;
  }
}

export function plainXml(shape: Shape, value: unknown): string {
  switch (shape.type) {
    case "structure":
      return Object.entries(value as Bag)
        .map(([key, part]) => `<${key}>${plainXml(inner(shape, key), part)}</${key}>`)
        .join("");
    case "map":
      return Object.entries(value as Bag)
        .map(([key, part]) => {
          const content = `<value>${plainXml(inner(shape, key), part)}</value>`;
          return `<entry><key>${escape(key)}</key>${content}</entry>`;
        })
        .join("");
    case "list":
      return (value as unknown[])
        .map((part) => `<member>${plainXml(inner(shape, ""), part)}</member>`)
        .join("");
    default:
      return escape(plainText(shape, value));
  }
}

export function plainForm(shape: Shape, value: unknown, ec2: boolean, prefix = ""): string {
  const below = (name: string) => (prefix === "" ? name : `${prefix}.${name}`);
  switch (shape.type) {
    case "structure":
      return Object.entries(value as Bag)
        .map(([key, part]) => plainForm(inner(shape, key), part, ec2, below(key)))
        .join("&");
    case "map":
      return Object.entries(value as Bag)
        .map(([key, part], index) => {
          const entry = below(`entry.${index + 1}`);
          const name = `${entry}.key=${encodeURIComponent(key)}`;
          return `${name}&${plainForm(inner(shape, key), part, ec2, `${entry}.value`)}`;
        })
        .join("&");
    case "list":
      return (value as unknown[])
        .map((part, index) => {
          const name = ec2 ? `${index + 1}` : `member.${index + 1}`;
          return plainForm(inner(shape, ""), part, ec2, below(name));
        })
        .join("&");
    default:
      return `${prefix}=${encodeURIComponent(plainText(shape, value))}`;
  }
}

export function plainCbor(shape: Shape, value: unknown, indefinite: boolean): Uint8Array {
  const nested = (of: Shape, part: unknown) => plainCbor(of, part, indefinite);
  switch (shape.type) {
    case "structure":
    case "map": {
      const pairs = Object.entries(value as Bag).flatMap(([key, part]) => [
        cborText(key, indefinite),
        nested(inner(shape, key), part),
      ]);
      return container(5, pairs.length / 2, pairs, indefinite);
    }
    case "list": {
      const parts = (value as unknown[]).map((part) => nested(inner(shape, ""), part));
      return container(4, parts.length, parts, indefinite);
    }
    case "string":
      return cborText(value as string, indefinite);
    case "blob":
      return Buffer.concat([head(2, (value as Uint8Array).length), value as Uint8Array]);
    case "boolean":
      return Uint8Array.of(value === true ? 0xf5 : 0xf4);
    case "timestamp":
      return Buffer.concat([Uint8Array.of(0xc1), double((value as Date).getTime() / 1000)]);
    case "double":
    case "float":
      return double(value as number);
    default: {
      const number = value as number;
      return number < 0 ? head(1, -1 - number) : head(0, number);
    }
  }
}

function container(kind: number, count: number, parts: Uint8Array[], indefinite: boolean) {
  if (!indefinite) return Buffer.concat([head(kind, count), ...parts]);
  return Buffer.concat([Uint8Array.of((kind << 5) | 31), ...parts, Uint8Array.of(0xff)]);
}

function cborText(text: string, indefinite: boolean): Uint8Array {
  const points = Array.from(text);
  const half = Math.ceil(points.length / 2);
  const chunk = (part: string[]) => {
    const bytes = Buffer.from(part.join(""), "utf8");
    return Buffer.concat([head(3, bytes.length), bytes]);
  };
  if (!indefinite) return chunk(points);
  const parts = [chunk(points.slice(0, half)), chunk(points.slice(half))];
  return Buffer.concat([Uint8Array.of(0x7f), ...parts, Uint8Array.of(0xff)]);
}

/** Always in eight bytes: valid, if not short. */
function head(kind: number, argument: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((kind << 5) | 27);
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}

function double(value: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function inner(shape: Shape, key: string): Shape {
  const member =
    shape.type === "list"
      ? shape.member
      : shape.type === "map"
        ? shape.value
        : shape.members?.get(key);
  if (member === undefined) throw new Error(`${shape.name} has no ${key}`);
  return member.shape;
}

function plainText(shape: Shape, value: unknown): string {
  if (shape.type === "blob") return Buffer.from(value as Uint8Array).toString("base64");
  if (shape.type === "timestamp") return (value as Date).toISOString().replace(".000Z", "Z");
  const isDouble = shape.type === "double" || shape.type === "float";
  return isDouble && Number.isInteger(value) ? (value as number).toFixed(1) : String(value);
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"\r]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** Random shapes with a random value of each, as handlers would hold it. */
import fc from "fast-check";
import type { Member, Shape, ShapeType } from "../../src/model/model.ts";

export interface Sample {
  readonly shape: Shape;
  readonly value: unknown;
}

export interface Wishes {
  /** XML cannot hold control characters. */
  readonly xmlText?: boolean;
  /** Forms cannot hold empty lists, maps and structures, nor absent members that are empty. */
  readonly full?: boolean;
}

const SCALARS: readonly ShapeType[] = [
  "string",
  "boolean",
  "integer",
  "long",
  "double",
  "float",
  "blob",
  "timestamp",
];

let count = 0;
const shapeOf = (type: ShapeType, more: Partial<Shape> = {}): Shape => {
  count += 1;
  return { name: `Shape${count}`, type, ...more };
};

const member = (name: string, shape: Shape): Member => ({ name, shape });

export function samples(wishes: Wishes = {}): fc.Arbitrary<Sample> {
  const size = { minLength: wishes.full === true ? 1 : 0, maxLength: 4 };
  const { tree } = fc.letrec<{
    tree: Sample;
    leaf: Sample;
    list: Sample;
    map: Sample;
    structure: Sample;
  }>((tie) => ({
    leaf: fc
      .constantFrom(...SCALARS)
      .chain((type) => scalar(type, wishes).map((value) => ({ shape: shapeOf(type), value }))),
    list: tie("tree").chain(({ shape, value }) =>
      fc.nat({ max: 3 }).map((more) => {
        const length = Math.max(size.minLength, more);
        const values = Array.from({ length }, () => value);
        return { shape: shapeOf("list", { member: member("member", shape) }), value: values };
      }),
    ),
    map: tie("tree").chain(({ shape, value }) =>
      fc.uniqueArray(text(wishes), size).map((keys) => ({
        shape: shapeOf("map", {
          key: member("key", shapeOf("string")),
          value: member("value", shape),
        }),
        value: Object.fromEntries(keys.map((key) => [key, value])),
      })),
    ),
    structure: fc.array(tie("tree"), size).chain((parts) =>
      fc.array(fc.boolean(), { minLength: parts.length, maxLength: parts.length }).map((kept) => {
        const named = parts.map((part, index) => ({ ...part, name: `Member${index}` }));
        const present = named.filter((_, index) => wishes.full === true || kept[index] === true);
        return {
          shape: shapeOf("structure", {
            members: new Map(named.map(({ name, shape }) => [name, member(name, shape)])),
          }),
          value: Object.fromEntries(present.map(({ name, value }) => [name, value])),
        };
      }),
    ),
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      tie("leaf"),
      tie("list"),
      tie("map"),
      tie("structure"),
    ),
  }));
  return tree.map(({ shape, value }) => ({
    shape: shapeOf("structure", { members: new Map([["Root", member("Root", shape)]]) }),
    value: { Root: value },
  }));
}

export function text(wishes: Wishes): fc.Arbitrary<string> {
  const any = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom("&", "<", ">", '"', "'", "]", " ", "\n", "\r", "=", "%", "+", ".", "é"),
      maxLength: 8,
    }),
    fc.constantFrom("__proto__", "constructor", "toString", ""),
  );
  // oxlint-disable-next-line no-control-regex
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
  return wishes.xmlText === true ? any.map((value) => value.replaceAll(forbidden, "x")) : any;
}

function scalar(type: ShapeType, wishes: Wishes): fc.Arbitrary<unknown> {
  switch (type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer();
    case "long":
      return fc.maxSafeInteger();
    case "double":
      return fc.double().map((value) => (value === 0 ? 0 : value));
    case "float":
      return fc.float().map((value) => (value === 0 ? 0 : value));
    case "blob":
      return fc.uint8Array({ maxLength: 20 });
    case "timestamp":
      return fc
        .integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) })
        .map((ms) => new Date(ms));
    default:
      return text(wishes);
  }
}

/**
 * Each codec against the slowest and plainest way to do the same. Seeds are fixed: a failure is the
 * same tomorrow.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Member, Shape } from "../../src/model/model.ts";
import { decodeCbor } from "../../src/protocol/cbor/decode.ts";
import { cborSink, finished } from "../../src/protocol/cbor/encode.ts";
import { cborReader } from "../../src/protocol/cbor/read.ts";
import { cborWriter } from "../../src/protocol/cbor/write.ts";
import { jsonReader } from "../../src/protocol/json/read.ts";
import { CLASS_WORDS } from "../../src/protocol/json/words.ts";
import { shapeText } from "../../src/protocol/json/write.ts";
import { parseForm } from "../../src/protocol/query/form.ts";
import { awsQueryDialect, ec2Dialect, readForm } from "../../src/protocol/query/read.ts";
import { readStructure } from "../../src/protocol/xml/read.ts";
import { parseXml } from "../../src/protocol/xml/tree.ts";
import { structureContent } from "../../src/protocol/xml/write.ts";
import { plainCbor, plainForm, plainJson, plainXml } from "./plain-writers.ts";
import { readCbor, readXml, type Node } from "./plain-readers.ts";
import { samples } from "./random-shapes.ts";

const RUNS = { seed: 20260101, numRuns: 400 };

test("JSON is written as the plain writer writes it, and read back", () => {
  fc.assert(
    fc.property(samples(), ({ shape, value }) => {
      const wire = JSON.parse(shapeText(shape)(value)) as unknown;
      expect(wire).toEqual(JSON.parse(JSON.stringify(plainJson(shape, value))));
      expect(jsonReader(shape, CLASS_WORDS)(wire)).toEqual(value);
    }),
    RUNS,
  );
});

test("CBOR is read from the plain writer, and the plain reader reads ours", () => {
  fc.assert(
    fc.property(samples(), fc.boolean(), ({ shape, value }, indefinite) => {
      const sink = cborSink();
      cborWriter(shape)(sink, value);
      const bytes = finished(sink);
      expect(cborReader(shape)(decodeCbor(bytes))).toEqual(value);
      expect(readCbor(bytes)).toEqual(readCbor(plainCbor(shape, value, false)));
      const foreign = plainCbor(shape, value, indefinite);
      expect(cborReader(shape)(decodeCbor(foreign))).toEqual(value);
    }),
    RUNS,
  );
});

test("XML is read from the plain writer, and the plain reader sees the same tree in ours", () => {
  fc.assert(
    fc.property(samples({ xmlText: true }), ({ shape, value }) => {
      const foreign = `<root>${plainXml(shape, value)}</root>`;
      expect(readStructure(shape, parseXml(foreign))).toEqual(value);
      const ours = `<root>${structureContent(shape, value)}</root>`;
      expect(tree(readXml(ours))).toEqual(tree(readXml(foreign)));
      expect(readStructure(shape, parseXml(ours))).toEqual(value);
    }),
    RUNS,
  );
});

test("forms are read from the plain writer, in both dialects", () => {
  fc.assert(
    fc.property(samples({ full: true }), ({ shape, value }) => {
      const query = plainForm(shape, value, false);
      expect(readForm(shape, parseForm(query), awsQueryDialect)).toEqual(value);
    }),
    RUNS,
  );
  const withoutMaps = samples({ full: true }).filter(({ shape }) => !holdsMap(shape));
  fc.assert(
    fc.property(withoutMaps, ({ shape, value }) => {
      const query = plainForm(shape, value, true);
      expect(readForm(shape, parseForm(query), ec2Dialect)).toEqual(value);
    }),
    RUNS,
  );
});

function holdsMap(shape: Shape): boolean {
  const inside: (Member | undefined)[] = [shape.member, ...(shape.members?.values() ?? [])];
  return (
    shape.type === "map" || inside.some((member) => member !== undefined && holdsMap(member.shape))
  );
}

function tree(node: Node): unknown {
  return [
    node.name,
    node.attributes,
    node.children.length > 0 ? "" : node.text,
    node.children.map(tree),
  ];
}

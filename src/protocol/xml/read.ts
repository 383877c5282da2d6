/** From a tree of XML elements to the values that handlers take. One closure a member. */
import type { Member, Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { fromBase64, setKey, toBoolean, toInstant, toInteger, toNumber } from "../scalars.ts";
import { XmlError, type XmlElement } from "./tree.ts";

export type XmlReader = (element: XmlElement) => unknown;

export const xmlReader: (shape: Shape) => XmlReader = perModel((shape: Shape) => {
  switch (shape.type) {
    case "structure":
      return (element) => readStructure(shape, element);
    case "list":
      return listReader(shape);
    case "map":
      return mapReader(shape);
    default:
      return (element) => readText(shape, element.text);
  }
});

export function readText(shape: Shape, text: string): unknown {
  const value = scalarOf(shape, text);
  if (value === undefined) throw new XmlError(`"${text}" is no ${shape.type}`);
  return value;
}

function scalarOf(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case "boolean":
      return toBoolean(text);
    case "integer":
    case "long":
      return toInteger(text);
    case "float":
    case "double":
      return toNumber(text);
    case "timestamp":
      return toInstant(text);
    case "blob":
      return fromBase64(text);
    default:
      return text;
  }
}

interface Field {
  readonly member: Member;
  readonly read: XmlReader;
  /** Repeated elements of a list or map without wrapper. */
  readonly repeated: boolean;
}

interface Fields {
  readonly elements: ReadonlyMap<string, Field>;
  readonly attributes: readonly Member[];
}

const fieldsOf = perModel((shape: Shape): Fields => {
  const elements = new Map<string, Field>();
  const attributes: Member[] = [];
  for (const member of shape.members?.values() ?? []) {
    if (member.location !== undefined) continue;
    if (member.xmlAttribute === true) {
      attributes.push(member);
      continue;
    }
    const repeated = isFlattened(member);
    const read = repeated ? entryReader(member.shape) : xmlReader(member.shape);
    elements.set(elementName(member), { member, read, repeated });
  }
  return { elements, attributes };
});

export function readStructure(shape: Shape, element: XmlElement): Record<string, unknown> {
  const fields = fieldsOf(shape);
  const result: Record<string, unknown> = {};
  for (const child of element.children) {
    const field = fields.elements.get(child.name);
    if (field === undefined) continue;
    const name = field.member.name;
    if (field.repeated) addRepeated(result, field, child);
    else result[name] = field.read(child);
  }
  for (const member of fields.attributes) {
    const text = attributeOf(element, member);
    if (text !== undefined) result[member.name] = readText(member.shape, text);
  }
  return result;
}

function addRepeated(result: Record<string, unknown>, field: Field, child: XmlElement): void {
  const name = field.member.name;
  const value = field.read(child);
  if (field.member.shape.type === "list") {
    const list = (result[name] ??= []);
    if (Array.isArray(list)) list.push(value);
    return;
  }
  const map = (result[name] ??= {});
  if (Array.isArray(value)) setKey(map as Record<string, unknown>, String(value[0]), value[1]);
}

/** The name of the element that carries a member. Prefixes are not compared. */
export function elementName(member: Member): string {
  const name = isFlattened(member) ? flatName(member) : (member.locationName ?? member.name);
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

/** A list or map whose elements stand for themselves, without an element around them. */
export function isFlattened(member: Member): boolean {
  const { type } = member.shape;
  if (type !== "list" && type !== "map") return false;
  if (type === "map" && member.queryName !== undefined) return true;
  return member.flattened === true || member.shape.flattened === true;
}

/**
 * How the elements of a flattened member are called. Old list shapes name them once for all who use
 * them.
 */
export function flatName(member: Member): string {
  if (member.shape.type === "map") return member.queryName ?? member.locationName ?? member.name;
  const shared = member.flattened === true ? undefined : member.shape.member?.locationName;
  return member.locationName ?? shared ?? member.name;
}

function attributeOf(element: XmlElement, member: Member): string | undefined {
  const name = member.locationName ?? member.name;
  const exact = element.attributes[name];
  if (exact !== undefined) return exact;
  const local = name.slice(name.indexOf(":") + 1);
  const found = Object.keys(element.attributes).find(
    (key) => key.slice(key.indexOf(":") + 1) === local,
  );
  return found === undefined ? undefined : element.attributes[found];
}

function listReader(shape: Shape): XmlReader {
  const content = shape.member;
  if (content === undefined) return () => [];
  return (element) => {
    const read = xmlReader(content.shape);
    return element.children.map(read);
  };
}

function mapReader(shape: Shape): XmlReader {
  const read = mapEntryReader(shape);
  return (element) => {
    const result: Record<string, unknown> = {};
    for (const child of element.children) {
      const [key, value] = read(child);
      setKey(result, key, value);
    }
    return result;
  };
}

/** Of a flattened list: an element. Of a flattened map: a pair. */
function entryReader(shape: Shape): XmlReader {
  if (shape.type === "map") return mapEntryReader(shape);
  const content = shape.member;
  return content === undefined ? (element) => element.text : (e) => xmlReader(content.shape)(e);
}

function mapEntryReader(shape: Shape): (entry: XmlElement) => [string, unknown] {
  const keyName = shape.key?.locationName ?? "key";
  const valueName = shape.value?.locationName ?? "value";
  return (entry) => {
    const key = entry.children.find(({ name }) => name === keyName);
    const value = entry.children.find(({ name }) => name === valueName);
    if (key === undefined) throw new XmlError("a map entry has no key");
    const read = shape.value === undefined ? undefined : xmlReader(shape.value.shape);
    return [key.text, value === undefined || read === undefined ? "" : read(value)];
  };
}

/** From a handler's values to XML text. One closure a member, its tags made once. */
import type { Member, Shape, TimestampFormat } from "../../model/model.ts";
import { isBoundToHead } from "../members.ts";
import { perModel } from "../memo.ts";
import { bytesOf, decimal, formatInstant, isRecord, toBase64, wordOf } from "../scalars.ts";
import { flatName, isFlattened } from "./read.ts";
import { element, escapeAttribute, escapeXml, namespaceAttribute } from "./text.ts";

/** The whole of a member: its element, or several of them when it is flattened. */
type MemberWriter = (value: unknown) => string;

const memberWriter: (member: Member) => MemberWriter = perModel((member: Member) =>
  isFlattened(member) ? flattenedWriter(member) : elementWriter(member, nameOf(member)),
);

/** The content of a structure's element, without attributes. */
export function structureContent(shape: Shape, value: unknown): string {
  if (!isRecord(value)) return "";
  let text = "";
  for (const member of shape.members?.values() ?? []) {
    if (isBoundToHead(member) || member.xmlAttribute === true) continue;
    const part = value[member.name];
    if (part !== undefined && part !== null) text += memberWriter(member)(part);
  }
  return text;
}

/** ` name="value"` for every member that is an attribute. */
export function structureAttributes(shape: Shape, value: unknown): string {
  if (shape.type !== "structure" || !isRecord(value)) return "";
  let text = "";
  for (const member of attributesOf(shape)) {
    const part = value[member.name];
    if (part === undefined || part === null) continue;
    const name = member.locationName ?? member.name;
    text += ` ${name}="${escapeAttribute(scalarText(member, part))}"`;
  }
  return text;
}

const attributesOf = perModel((shape: Shape): readonly Member[] =>
  [...(shape.members?.values() ?? [])].filter(({ xmlAttribute }) => xmlAttribute === true),
);

function nameOf(member: Member): string {
  return member.locationName ?? member.name;
}

function elementWriter(member: Member, name: string): MemberWriter {
  const namespace = namespaceAttribute(member.xmlNamespace ?? member.shape.xmlNamespace);
  const content = contentWriter(member);
  return (value) => {
    const attributes = namespace + structureAttributes(member.shape, value);
    return element(name, content(value), attributes);
  };
}

function contentWriter(member: Member): MemberWriter {
  const { shape } = member;
  switch (shape.type) {
    case "structure":
      return (value) => structureContent(shape, value);
    case "list":
      return listContent(shape);
    case "map":
      return mapContent(shape);
    default:
      return (value) => escapeXml(scalarText(member, value));
  }
}

function listContent(shape: Shape): MemberWriter {
  const content = shape.member;
  if (content === undefined) return () => "";
  let write: MemberWriter | undefined;
  return (value) => {
    write ??= elementWriter(content, content.locationName ?? "member");
    return Array.isArray(value) ? joinWritten(value, write) : "";
  };
}

function mapContent(shape: Shape): MemberWriter {
  let write: ((key: string, value: unknown) => string) | undefined;
  return (value) => {
    const writePair = (write ??= pairWriter(shape));
    return isRecord(value)
      ? joinWritten(Object.entries(value), ([key, part]) => element("entry", writePair(key, part)))
      : "";
  };
}

function flattenedWriter(member: Member): MemberWriter {
  const { shape } = member;
  if (shape.type === "map") return flattenedMapWriter(member);
  const content = shape.member;
  if (content === undefined) return () => "";
  let write: MemberWriter | undefined;
  const name = flatName(member);
  return (value) => {
    write ??= elementWriter(withNamespace(content, member), name);
    return Array.isArray(value) ? joinWritten(value, write) : "";
  };
}

function flattenedMapWriter(member: Member): MemberWriter {
  const { shape } = member;
  const namespace = namespaceAttribute(member.xmlNamespace ?? shape.xmlNamespace);
  const name = flatName(member);
  let write: ((key: string, value: unknown) => string) | undefined;
  return (value) => {
    const writePair = (write ??= pairWriter(shape));
    return isRecord(value)
      ? joinWritten(Object.entries(value), ([key, part]) =>
          element(name, writePair(key, part), namespace),
        )
      : "";
  };
}

function pairWriter(shape: Shape): (key: string, value: unknown) => string {
  const { key: keyMember, value: valueMember } = shape;
  if (keyMember === undefined || valueMember === undefined) return () => "";
  const writeKey = elementWriter(keyMember, keyMember.locationName ?? "key");
  const writeValue = elementWriter(valueMember, valueMember.locationName ?? "value");
  return (key, value) =>
    value === undefined || value === null ? "" : writeKey(key) + writeValue(value);
}

/** Lists of null hold nothing that XML can say. */
function joinWritten<Value>(values: readonly Value[], write: (value: Value) => string): string {
  let text = "";
  for (const value of values) {
    if (value !== null && value !== undefined) text += write(value);
  }
  return text;
}

function withNamespace(content: Member, member: Member): Member {
  return member.xmlNamespace === undefined || content.xmlNamespace !== undefined
    ? content
    : { ...content, xmlNamespace: member.xmlNamespace };
}

export function scalarText(member: Member, value: unknown): string {
  const { type } = member.shape;
  if (type === "blob") return toBase64(bytesOf(value));
  if (type === "double" || type === "float") return decimal(value);
  if (type !== "timestamp" || !(value instanceof Date)) return wordOf(value);
  return formatInstant(value, timestampFormat(member, "iso8601"));
}

export function timestampFormat(member: Member, otherwise: TimestampFormat): TimestampFormat {
  return member.timestampFormat ?? member.shape.timestampFormat ?? otherwise;
}

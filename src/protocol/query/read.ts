/**
 * From a form's tree to the values that handlers take, for awsQuery and for EC2's dialect of it.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Member, Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { setKey } from "../scalars.ts";
import { flatName, isFlattened, readText } from "../xml/read.ts";
import { XmlError } from "../xml/tree.ts";
import { child, type FormNode } from "./form.ts";

type FormReader = (node: FormNode) => unknown;

/** How a dialect names things: the only difference between awsQuery and ec2Query. */
export interface FormDialect {
  memberPath(member: Member): string;
  /** Whether elements stand directly below the list's own name. */
  isFlat(member: Member): boolean;
}

export const awsQueryDialect: FormDialect = {
  memberPath: (member) =>
    isFlattened(member) ? flatName(member) : (member.locationName ?? member.name),
  isFlat: isFlattened,
};

export const ec2Dialect: FormDialect = {
  memberPath(member) {
    if (member.queryName !== undefined) return member.queryName;
    const name = member.locationName ?? member.name;
    return name.charAt(0).toUpperCase() + name.slice(1);
  },
  isFlat: (member) => member.shape.type === "list" || isFlattened(member),
};

export function readForm(
  shape: Shape,
  form: FormNode,
  dialect: FormDialect,
): Record<string, unknown> {
  return structureFields(shape, dialect)(form);
}

function structureFields(shape: Shape, dialect: FormDialect) {
  return dialect === ec2Dialect ? ec2Structures(shape) : queryStructures(shape);
}

const queryStructures = perModel((shape: Shape) => structureReader(shape, awsQueryDialect));
const ec2Structures = perModel((shape: Shape) => structureReader(shape, ec2Dialect));

interface Field {
  readonly name: string;
  readonly path: string;
  /** Where it may stand as well. */
  readonly otherPath: string | undefined;
  readonly read: FormReader;
}

function structureReader(shape: Shape, dialect: FormDialect) {
  let fields: readonly Field[] | undefined;
  return (node: FormNode): Record<string, unknown> => {
    fields ??= [...(shape.members?.values() ?? [])].map((member) => ({
      name: member.name,
      path: dialect.memberPath(member),
      otherPath: otherPath(member),
      read: memberReader(member, dialect),
    }));
    const result: Record<string, unknown> = {};
    for (const field of fields) {
      const { path, otherPath: other } = field;
      const found = child(node, path) ?? (other === undefined ? undefined : child(node, other));
      if (found !== undefined) result[field.name] = field.read(found);
    }
    return result;
  };
}

/** The AWS SDK for Java, before it spoke JSON, sent the tags of a queue as `Tags.1.Key`. */
function otherPath(member: Member): string | undefined {
  return member.shape.type === "map" && isFlattened(member) ? member.name : undefined;
}

function memberReader(member: Member, dialect: FormDialect): FormReader {
  const { shape } = member;
  switch (shape.type) {
    case "structure":
      return (node) => structureFields(shape, dialect)(node);
    case "list":
      return listReader(member, dialect);
    case "map":
      return mapReader(member, dialect);
    default:
      return scalarReader(member, dialect);
  }
}

function scalarReader(member: Member, dialect: FormDialect): FormReader {
  const name = dialect.memberPath(member);
  return ({ value }) => {
    try {
      return readText(member.shape, value ?? "");
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      throw malformedInput(value ?? "", member.shape, name);
    }
  };
}

/** AWS: the words of the query front end (EC2 says InvalidParameterValue, with the same status). */
function malformedInput(value: string, shape: Shape, name: string): AwsError {
  const message = `Value (${value}) for parameter ${name} is invalid. Must be of type ${shape.type}.`;
  return new AwsError("MalformedInput", message, { status: 400 });
}

function listReader(member: Member, dialect: FormDialect): FormReader {
  const content = member.shape.member;
  if (content === undefined) return () => [];
  const flat = dialect.isFlat(member);
  const elementName = content.locationName ?? "member";
  let read: FormReader | undefined;
  return (node) => {
    read ??= memberReader(content, dialect);
    // Old clients use "member" even where the model says otherwise.
    const elements = flat ? node : (child(node, elementName) ?? child(node, "member"));
    return elements === undefined ? [] : numbered(elements).map(read);
  };
}

function mapReader(member: Member, dialect: FormDialect): FormReader {
  const { key, value } = member.shape;
  if (key === undefined || value === undefined) return () => ({});
  const flat = dialect.isFlat(member);
  const keyName = key.locationName ?? "key";
  const valueName = value.locationName ?? "value";
  let read: FormReader | undefined;
  return (node) => {
    read ??= memberReader(value, dialect);
    const result: Record<string, unknown> = {};
    const entries = flat ? node : child(node, "entry");
    for (const entry of entries === undefined ? [] : numbered(entries)) {
      const name = child(entry, keyName)?.value;
      const content = child(entry, valueName);
      if (name !== undefined && content !== undefined) setKey(result, name, read(content));
    }
    return result;
  };
}

/** Children called by a number, in its order; gaps are closed as AWS closes them. */
function numbered(node: FormNode): FormNode[] {
  return [...node.children.entries()]
    .filter(([name]) => /^\d{1,9}$/.test(name))
    .map(([name, part]) => ({ at: Number(name), part }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ part }) => part);
}

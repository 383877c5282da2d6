/**
 * Message attributes: what they may be, what they weigh, their digest, and which of them a receiver
 * asked for.
 */
import { createHash, type Hash } from "node:crypto";
import { checkCharacters } from "./content.ts";
import { InvalidParameterValue } from "./errors.ts";
import type { AttributeValue, AttributeValues } from "./state.ts";

/** As the wire gives them; lists are reserved by AWS and refused. */
interface GivenValue {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
  readonly StringListValues?: readonly string[] | undefined;
  readonly BinaryListValues?: readonly Uint8Array[] | undefined;
}

export type GivenValues = Readonly<Record<string, GivenValue>>;

const ATTRIBUTES_MAX = 10;
const NAME_MAX = 256;
const DATA_TYPE_MAX = 256;

/** Undefined: there are none. */
export function checkedMessageAttributes(
  given: GivenValues | undefined,
): AttributeValues | undefined {
  if (given === undefined) return undefined;
  const entries = Object.entries(given);
  if (entries.length === 0) return undefined;
  if (entries.length > ATTRIBUTES_MAX) {
    throw InvalidParameterValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${ATTRIBUTES_MAX}].`,
    );
  }
  return Object.fromEntries(
    entries.map(([name, value]) => [name, checkedValue("user", name, value)]),
  );
}

/** The one system attribute that a sender can set. */
export function checkedTraceHeader(given: GivenValues | undefined): AttributeValue | undefined {
  if (given === undefined) return undefined;
  let header: AttributeValue | undefined;
  for (const [name, value] of Object.entries(given)) {
    if (name !== "AWSTraceHeader") {
      throw InvalidParameterValue(
        `Message system attribute name '${name}' is invalid. The supported system attribute is AWSTraceHeader.`,
      );
    }
    header = checkedValue("system", name, value);
    if (header.DataType !== "String") {
      throw InvalidParameterValue(
        `The type of message (system) attribute '${name}' is invalid. You must use only the following supported ` +
          "type prefixes: String.",
      );
    }
  }
  return header;
}

function checkedValue(kind: "user" | "system", name: string, value: GivenValue): AttributeValue {
  checkName(name);
  const { DataType, StringValue, BinaryValue } = value;
  const label = `message (${kind}) attribute '${name}'`;
  if (DataType === "")
    throw InvalidParameterValue(`The ${label} must contain a non-empty message attribute type.`);
  const prefix = DataType.split(".", 1)[0] ?? "";
  if (!["Binary", "Number", "String"].includes(prefix) || DataType.length > DATA_TYPE_MAX) {
    throw InvalidParameterValue(
      `The type of ${label} is invalid. You must use only the following supported type prefixes: ` +
        "Binary, Number, String.",
    );
  }
  const empty = () =>
    InvalidParameterValue(
      `Message (${kind}) attribute '${name}' must contain a non-empty value of type '${
        prefix === "Binary" ? "Binary" : "String"
      }'.`,
    );
  if ((value.StringListValues?.length ?? 0) + (value.BinaryListValues?.length ?? 0) > 0) {
    throw InvalidParameterValue(
      `Message (${kind}) attribute '${name}' list values are not supported.`,
    );
  }
  if (prefix === "Binary") {
    if (BinaryValue === undefined || BinaryValue.length === 0) throw empty();
    return { DataType, BinaryValue };
  }
  if (StringValue === undefined || StringValue === "") throw empty();
  checkCharacters(StringValue);
  if (prefix === "Number" && !isNumber(StringValue)) {
    throw InvalidParameterValue(
      `Can't cast the value of message (${kind}) attribute '${name}' to a number.`,
    );
  }
  return { DataType, StringValue };
}

const isNumber = (text: string) => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim());

function checkName(name: string): void {
  const label = `Message (user) attribute name '${name}' is invalid.`;
  if (name === "" || name.length > NAME_MAX) {
    throw InvalidParameterValue(`${label} Length must be between 1 and ${NAME_MAX} bytes.`);
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw InvalidParameterValue(
      `${label} The message attribute name can contain the characters A-Z, a-z, 0-9, underscore (_), hyphen(-), ` +
        "and period (.).",
    );
  }
  if (/^\.|\.$|\.\./.test(name)) {
    throw InvalidParameterValue(
      `${label} The message attribute name must not start or end with a period (.).`,
    );
  }
  if (/^(aws|amazon)\./i.test(name)) {
    throw InvalidParameterValue(
      `${label} You can't use message attribute names beginning with 'AWS.' or 'Amazon.' because these strings are ` +
        "reserved for internal use.",
    );
  }
}

/** Names, types and values count, in bytes. */
export function attributesSize(attributes: AttributeValues | undefined): number {
  if (attributes === undefined) return 0;
  let size = 0;
  for (const [name, value] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value.DataType);
    size += value.BinaryValue?.length ?? Buffer.byteLength(value.StringValue ?? "");
  }
  return size;
}

const STRING = Buffer.from([1]);
const BINARY = Buffer.from([2]);

/**
 * The digest that every SDK compares with its own: attributes by name, each part with its length
 * before it.
 */
export function attributesMd5(attributes: AttributeValues): string {
  const md5 = createHash("md5");
  for (const name of Object.keys(attributes).toSorted(byBytes)) {
    const value = attributes[name];
    if (value === undefined) continue;
    part(md5, Buffer.from(name));
    part(md5, Buffer.from(value.DataType));
    if (value.BinaryValue === undefined) {
      md5.update(STRING);
      part(md5, Buffer.from(value.StringValue ?? ""));
    } else {
      md5.update(BINARY);
      part(md5, value.BinaryValue);
    }
  }
  return md5.digest("hex");
}

const byBytes = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

function part(md5: Hash, bytes: Uint8Array): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  md5.update(length).update(bytes);
}

/** Those that a receiver names: "All" or ".*", "prefix.*", or whole names. Undefined: none. */
export function chosenAttributes(
  attributes: AttributeValues | undefined,
  names: readonly string[],
): AttributeValues | undefined {
  if (attributes === undefined || names.length === 0) return undefined;
  if (names.includes("All") || names.includes(".*")) return attributes;
  const chosen = Object.entries(attributes).filter(([name]) =>
    names.some((wish) =>
      wish.endsWith(".*") ? name.startsWith(wish.slice(0, -2)) : name === wish,
    ),
  );
  return chosen.length === 0 ? undefined : Object.fromEntries(chosen);
}

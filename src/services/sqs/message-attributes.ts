/**
 * Message attributes: what they may be, what they weigh, their digest, and which of them a receiver
 * asked for.
 */
import { createHash, type Hash } from "node:crypto";
import { checkCharacters } from "./content.ts";
import { InvalidParameterValue, UnsupportedOperation } from "./errors.ts";
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
  if ((value.StringListValues?.length ?? 0) + (value.BinaryListValues?.length ?? 0) > 0) {
    throw UnsupportedOperation(
      "Message attribute list values in SendMessage operation are not supported.",
    );
  }
  const label = `message (${kind}) attribute '${name}'`;
  if (DataType === "")
    throw InvalidParameterValue(`The ${label} must contain a non-empty message attribute type.`);
  const prefix = DataType.split(".", 1)[0] ?? "";
  if (!["Binary", "Number", "String"].includes(prefix)) {
    throw InvalidParameterValue(
      `The type of ${label} is invalid. You must use only the following supported type prefixes: ` +
        "Binary, Number, String.",
    );
  }
  if (Buffer.byteLength(DataType) > DATA_TYPE_MAX) {
    throw InvalidParameterValue(
      `Message (${kind}) attribute type must be shorter than ${DATA_TYPE_MAX} bytes.`,
    );
  }
  const say = (what: string) =>
    InvalidParameterValue(`Message (${kind}) attribute '${name}' ${what}`);
  const field = prefix === "Binary" ? "Binary" : "String";
  const isText = StringValue !== undefined && StringValue !== "";
  const isBytes = BinaryValue !== undefined && BinaryValue.length > 0;
  if (isText && isBytes) throw say("must have a single value.");
  if (!isText && !isBytes) throw say(`must contain a non-empty value of type '${field}'.`);
  if (prefix === "Binary") {
    if (!isBytes) throw say(`with type '${prefix}' must use field 'Binary'.`);
    return { DataType, BinaryValue };
  }
  if (!isText) throw say(`with type '${prefix}' must use field 'String'.`);
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
  if (name === "") {
    throw InvalidParameterValue(
      "The request must contain non-empty message (user) attribute names.",
    );
  }
  const refused = (rule: string) =>
    InvalidParameterValue(`Message (user) attribute name must ${rule}`);
  if (name.length > NAME_MAX) throw refused(`be shorter than ${NAME_MAX} bytes.`);
  if (/^(aws|amazon)\./i.test(name)) {
    throw InvalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. " +
        "These strings are reserved for internal use.",
    );
  }
  if (name.startsWith(".")) throw refused("not begin with character '.'.");
  if (name.endsWith(".")) throw refused("not end with character '.'.");
  if (name.includes("..")) throw refused("not have successive '.' characters.");
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    // AWS: so in its words, the blank at the end included.
    throw InvalidParameterValue(
      "Message (user) attributes name can only contain upper and lower score characters, digits, " +
        "periods, hyphens and underscores. ",
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

/** AWS: a bare "*" as well, which it does not document (recorded). */
const EVERY_NAME: ReadonlySet<string> = new Set(["All", "*", ".*"]);

/** Those that a receiver names: all, "prefix.*", or whole names. Undefined: none. */
export function chosenAttributes(
  attributes: AttributeValues | undefined,
  names: readonly string[],
): AttributeValues | undefined {
  if (attributes === undefined || names.length === 0) return undefined;
  if (names.some((name) => EVERY_NAME.has(name))) return attributes;
  const chosen = Object.entries(attributes).filter(([name]) =>
    names.some((wish) =>
      wish.endsWith(".*") ? name.startsWith(wish.slice(0, -2)) : name === wish,
    ),
  );
  return chosen.length === 0 ? undefined : Object.fromEntries(chosen);
}

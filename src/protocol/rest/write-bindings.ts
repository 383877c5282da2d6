/**
 * What of an output travels outside the body: the status and the headers. Compiled once an output
 * shape.
 */
import type { Member, Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { formatInstant, isRecord, toBase64, wordOf } from "../scalars.ts";
import { scalarText, timestampFormat } from "../xml/write.ts";

export interface ResponseHead {
  status: number;
  readonly headers: Record<string, string>;
}

type Binding = (value: unknown, head: ResponseHead) => void;

export function writeBindings(
  shape: Shape,
  output: Readonly<Record<string, unknown>>,
  head: ResponseHead,
): void {
  const bindings = bindingsOf(shape);
  for (const name in output) {
    const value = output[name];
    if (value !== undefined && value !== null) bindings.get(name)?.(value, head);
  }
}

const bindingsOf = perModel((shape: Shape): ReadonlyMap<string, Binding> => {
  const bindings = new Map<string, Binding>();
  for (const member of shape.members?.values() ?? []) {
    const bind = bindingOf(member);
    if (bind !== undefined) bindings.set(member.name, bind);
  }
  return bindings;
});

function bindingOf(member: Member): Binding | undefined {
  const name = (member.locationName ?? member.name).toLowerCase();
  switch (member.location) {
    case "statusCode":
      return (value, head) => {
        if (typeof value === "number") head.status = value;
      };
    case "header":
      return (value, { headers }) => {
        const text = headerText(member, value);
        if (text !== "") headers[name] = text;
      };
    case "headers":
      return (value, { headers }) => {
        const prefix = (member.locationName ?? "").toLowerCase();
        if (!isRecord(value)) return;
        for (const [key, part] of Object.entries(value)) {
          if (part !== undefined) headers[prefix + key.toLowerCase()] = encodedWord(wordOf(part));
        }
      };
    default:
      return undefined;
  }
}

function headerText(member: Member, value: unknown): string {
  if (Array.isArray(value)) {
    const element = member.shape.member;
    return value
      .filter((part) => part !== null && part !== undefined)
      .map((part: unknown) => quoted(element, headerScalar(element, part)))
      .join(", ");
  }
  if (member.jsonValue === true) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return toBase64(new TextEncoder().encode(text));
  }
  return headerScalar(member, value);
}

function headerScalar(member: Member | undefined, value: unknown): string {
  if (member === undefined) return headerSafe(wordOf(value));
  if (value instanceof Date) return formatInstant(value, timestampFormat(member, "rfc822"));
  return headerSafe(scalarText(member, value));
}

/** Only strings that would be read as several are put between quotes. */
function quoted(element: Member | undefined, text: string): string {
  if (element?.shape.type !== "string" || !/[",]/.test(text)) return text;
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * A line end in a header would begin another one: nothing that a caller stored may do that. Bytes
 * beyond ASCII go as they came; what no byte can say goes as an encoded word (RFC 2047).
 */
function headerSafe(text: string): string {
  if (SAFE.test(text)) return text;
  const line = oneLine(text);
  return SAFE.test(line) ? line : toWord(Buffer.from(line, "utf8"));
}

const SAFE = /^[\t\x20-\x7e\x80-\xff]*$/;

const oneLine = (text: string) => (/[\r\n\0]/.test(text) ? text.replace(/[\r\n\0]+/g, " ") : text);

/** AWS: metadata that ASCII cannot say goes as an encoded word. It came as the bytes of UTF-8. */
function encodedWord(text: string): string {
  const line = oneLine(text);
  if (/^[\t\x20-\x7e]*$/.test(line)) return line;
  const bytes = Buffer.from(line, /[^\0-\xff]/.test(line) ? "utf8" : "latin1");
  const letters = bytes.toString("utf8");
  const beyond = letters.replaceAll(/[\0-\x7f]/g, "").length;
  return beyond * 2 < letters.length ? toQuotedWord(bytes) : toWord(bytes);
}

/** What is mostly ASCII stays readable. */
const toQuotedWord = (bytes: Uint8Array) => {
  const text = Array.from(bytes, (byte) => {
    if (byte === 0x20) return "_";
    const plain = byte > 0x20 && byte < 0x7f && !"=?_".includes(String.fromCharCode(byte));
    return plain
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `=?UTF-8?Q?${text.join("")}?=`;
};

const toWord = (bytes: Uint8Array) => `=?UTF-8?B?${toBase64(bytes)}?=`;

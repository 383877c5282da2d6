/** Text to numbers, bytes and instants and back, as the AWS protocols spell them. */
import { remembered } from "../kernel/remembered.ts";
import type { TimestampFormat } from "../model/model.ts";

const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Undefined when the text is no instant in any form that AWS reads. */
export function toInstant(text: string): Date | undefined {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return instantOfSeconds(Number(trimmed));
  const iso = ISO.exec(trimmed);
  if (iso !== null) return instantOfIso(trimmed, iso);
  if (/^\d{4}-\d\d-\d\d$/.test(trimmed)) return validDate(Date.parse(`${trimmed}T00:00:00Z`));
  if (/^(?:[A-Za-z]{3,9},? )?\d\d[ -][A-Za-z]{3}[ -]\d{2,4} /.test(trimmed)) {
    return validDate(Date.parse(trimmed));
  }
  return undefined;
}

export function instantOfSeconds(seconds: number): Date | undefined {
  return validDate(Math.round(seconds * 1000));
}

/** Whole seconds without a fraction, milliseconds with one, as AWS writes them. */
export function formatInstant(at: Date, format: TimestampFormat): string {
  switch (format) {
    case "unixTimestamp":
      return String(at.getTime() / 1000);
    case "rfc822":
      return rfc822(at.getTime());
    case "iso8601":
      return at.toISOString().replace(".000Z", "Z");
  }
}

/** A list of objects, or one that is read again and again, has few instants. */
const rfc822 = remembered(1000, (atMs: number) => new Date(atMs).toUTCString());

/**
 * NaN, Infinity and -Infinity are words on every AWS wire. Undefined when the text is no number.
 */
export function toNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (trimmed === "NaN") return Number.NaN;
  if (trimmed === "Infinity") return Number.POSITIVE_INFINITY;
  if (trimmed === "-Infinity") return Number.NEGATIVE_INFINITY;
  return undefined;
}

/** A double as AWS writes it: it has a fraction always, 2.0. */
export function decimal(value: unknown): string {
  return typeof value === "number" && Number.isInteger(value) ? value.toFixed(1) : wordOf(value);
}

export function toInteger(text: string): number | undefined {
  const trimmed = text.trim();
  return INTEGER.test(trimmed) ? Number(trimmed) : undefined;
}

export function toBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === "true" || word === "1") return true;
  if (word === "false" || word === "0") return false;
  return undefined;
}

/** Undefined when the text is not base64. Line breaks are allowed, missing padding is not. */
export function fromBase64(text: string): Uint8Array | undefined {
  const dense = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  if (dense.length % 4 !== 0 || !BASE64.test(dense)) return undefined;
  return copyOf(Buffer.from(dense, "base64"));
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** A handler may give a string where the model says blob: it stands for its UTF-8 bytes. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new TextEncoder().encode(wordOf(value));
}

/** What an unstructured value looks like as text. */
export function wordOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") {
    return String(value);
  }
  if (value instanceof Date) return formatInstant(value, "iso8601");
  if (value instanceof Uint8Array) return toBase64(value);
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys come from the wire: "__proto__" must become a plain key like any other. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[key] = value;
  }
}

function instantOfIso(text: string, parts: RegExpExecArray): Date | undefined {
  const zone = parts[8] ?? "Z";
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const fraction = parts[7] === undefined ? "" : parts[7].slice(0, 4);
  const seconds = parts[6] ?? "00";
  // A leap second has no place in JavaScript's calendar; AWS reads it as the one before.
  const second = seconds === "60" ? "59" : seconds;
  const date = text.slice(0, 10);
  const at = `${date}T${parts[4]}:${parts[5]}:${second}${fraction}${offset.toUpperCase()}`;
  return validDate(Date.parse(at));
}

function validDate(ms: number): Date | undefined {
  return Number.isNaN(ms) || Math.abs(ms) > 8.64e15 ? undefined : new Date(ms);
}

/** Small Buffers are views into a shared pool: nobody else should hold on to that. */
function copyOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}

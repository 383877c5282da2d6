/**
 * Readers of single values: text to a part of the settings. They throw `BadValue` with what would
 * have been right.
 */
import { existsSync } from "node:fs";
import { BadValue } from "../../cloud-options.ts";
import { isLogLevel, LOG_LEVELS, type LogLevel } from "../log.ts";
import type { Settings } from "./settings.ts";

export { accountId, BadValue, iamMode, oneOf, region } from "../../cloud-options.ts";

export type Part = Partial<Settings>;

export type Read = (text: string) => Part;

const TRUE = new Set(["1", "true", "yes", "on"]);
const FALSE = new Set(["0", "false", "no", "off", ""]);

export function flag(text: string): boolean {
  const value = text.trim().toLowerCase();
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw new BadValue(`is "${text}"; it takes 1 or 0.`);
}

export function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text.trim()) || value > 65_535) {
    throw new BadValue(`is "${text}"; it takes a port number from 0 to 65535.`);
  }
  return value;
}

export function logLevel(text: string): LogLevel {
  const value = text.trim().toLowerCase();
  if (!isLogLevel(value)) {
    throw new BadValue(`is "${text}"; it takes one of ${LOG_LEVELS.join(", ")}.`);
  }
  return value;
}

/** LocalStack's levels: `trace`, `trace-internal`, `warning`. */
export function foreignLogLevel(text: string): LogLevel {
  const value = text.trim().toLowerCase();
  if (value.startsWith("trace")) return "debug";
  return value === "warning" ? "warn" : logLevel(value);
}

export function storeUrl(text: string): string {
  if (!/^postgres(?:ql)?:\/\//.test(text)) {
    throw new BadValue(`is "${text}"; it takes a URL that begins with postgres:// .`);
  }
  return text;
}

export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new BadValue(`is "${text}"; it takes a number of seconds.`);
  }
  return value;
}

export function probability(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new BadValue(`is "${text}"; it takes a number from 0 to 1.`);
  }
  return value;
}

/** It is read later, with the first connection that needs it: too late to be told of a slip. */
export function file(text: string): string {
  if (!existsSync(text)) throw new BadValue(`is "${text}"; there is no such file.`);
  return text;
}

export function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    throw new BadValue(`is "${text}"; it takes an instant such as 2030-01-01T00:00:00Z.`);
  }
  return at;
}

export const list = (text: string): readonly string[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

/** "0.0.0.0:4566", ":4566", "4566" or an address; of several, the first. */
export function listenAddress(text: string): Part {
  const [first = ""] = list(text);
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(\d+)$/.exec(first);
  if (match === null) {
    if (first === "") throw new BadValue('is empty; it takes an address such as "0.0.0.0:4566".');
    return { host: first };
  }
  const host = (match[1] ?? "").replace(/^\[|\]$/g, "");
  const part: Part = { port: port(match[2] ?? "") };
  return host === "" ? part : { ...part, host };
}

/** The name in "localhost.localstack.cloud:4566". */
export const hostPart = (text: string): string => text.trim().replace(/:\d+$/, "");

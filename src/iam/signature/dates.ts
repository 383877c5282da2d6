/** Instants of signatures: ISO 8601 basic format (`20150830T123600Z`) and epoch milliseconds. */

import { remembered } from "../../kernel/remembered.ts";

const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Epoch milliseconds; undefined when the text is not in the basic format or names no real
 * instant.
 */
export const fromBasicDate: (text: string) => number | undefined = remembered(100, parse);

function parse(text: string): number | undefined {
  const parts = BASIC.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return toBasicDate(at) === text ? at : undefined;
}

export function toBasicDate(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

/** As object storage writes instants in its errors: `2015-08-30T12:36:00Z`. */
export function toSecondsIso(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

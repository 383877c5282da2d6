/**
 * The `Range` header, as S3 reads it: what it does not understand is as if it were not there. And
 * the numbers of parts.
 */
import type { Span } from "./body.ts";
import { invalidArgument, invalidRange, invalidRequest } from "./errors.ts";

/** Undefined: the whole object. */
export function spanOf(header: string | undefined, sizeBytes: number): Span | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") return suffix(Number(last), header, sizeBytes);
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= sizeBytes) throw invalidRange(header, sizeBytes);
  const endInclusive = last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return { start, endInclusive };
}

function suffix(countBytes: number, header: string, sizeBytes: number): Span {
  if (countBytes === 0 || sizeBytes === 0) throw invalidRange(header, sizeBytes);
  return { start: Math.max(0, sizeBytes - countBytes), endInclusive: sizeBytes - 1 };
}

/** `x-amz-copy-source-range` is stricter: both ends, within the source. */
export function copySpanOf(header: string | undefined, sizeBytes: number): Span {
  if (header === undefined) return { start: 0, endInclusive: sizeBytes - 1 };
  const argument = { ArgumentName: "x-amz-copy-source-range", ArgumentValue: header };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  if (match === null || Number(match[2]) < Number(match[1])) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and " +
        "last are the zero-based offsets of the first and last bytes to copy",
      argument,
    );
  }
  const [start, endInclusive] = [Number(match[1]), Number(match[2])];
  if (start >= sizeBytes) {
    throw invalidRequest("The specified copy range is invalid for the source object size");
  }
  if (endInclusive >= sizeBytes) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      argument,
    );
  }
  return { start, endInclusive };
}

const PARTS_MAX = 10_000;

export function checkPartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= PARTS_MAX) return;
  throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", {
    ArgumentName: "partNumber",
    ArgumentValue: number,
  });
}

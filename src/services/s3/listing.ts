/**
 * Listings by skipping: what is rolled up into a common prefix is jumped over in one step, so
 * that a page costs what it shows,
 * whatever lies between. The same walk serves objects, versions and uploads.
 */

/** Rows in key order, from a key on (inclusive). */
export type Scan<Row> = (from: string | undefined) => Iterable<Row>;

export interface Walk {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys before it are not looked at. */
  readonly from?: string | undefined;
  /** How many entries, keys and common prefixes together. */
  readonly limit: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly prefixes: readonly string[];
  /** The last entry of a page that has more behind it. */
  readonly last?: { readonly row: Row } | { readonly prefix: string };
}

/** `skips`: rows that were on the page before. */
export function walk<Row extends { readonly key: string }>(
  scan: Scan<Row>,
  { prefix, delimiter, from, limit }: Walk,
  skips: (row: Row) => boolean = () => false,
): Page<Row> {
  const rows: Row[] = [];
  const prefixes: string[] = [];
  let last: Page<Row>["last"];
  if (limit === 0) return { rows, prefixes };
  let start = from === undefined || comparePoints(from, prefix) < 0 ? prefix : from;
  for (;;) {
    let jumpTo: string | undefined;
    for (const row of scan(start)) {
      if (!row.key.startsWith(prefix)) return { rows, prefixes };
      if (skips(row)) continue;
      if (last !== undefined && rows.length + prefixes.length >= limit) {
        return { rows, prefixes, last };
      }
      const common = commonPrefix(row.key, prefix, delimiter);
      if (common === undefined) {
        rows.push(row);
        last = { row };
        continue;
      }
      prefixes.push(common);
      last = { prefix: common };
      jumpTo = successor(common);
      break;
    }
    if (jumpTo === undefined) return { rows, prefixes };
    start = jumpTo;
  }
}

/** What a key is rolled up into: up to the first delimiter behind the prefix. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/**
 * The first string behind all that begin with this one, in the order of code points; undefined:
 * there is none.
 */
export function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last >= 0x10ffff) continue;
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/** `encoding-type=url`. AWS: like Java's URLEncoder, but slashes stay. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATES, "\ufffd"))
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")
    .replaceAll(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** AWS: documents tell instants to the second, as headers do, so that the two can be compared. */
export const toSecond = (at: number): Date => new Date(at - (at % 1000));

const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * The store's order is that of code points; JavaScript's is that of UTF-16, which differs beyond
 * the surrogates.
 */
export function comparePoints(left: string, right: string): number {
  if (left === right) return 0;
  const plain = /^[\u0000-\ud7ff]*$/;
  if (plain.test(left) && plain.test(right)) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

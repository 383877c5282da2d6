/**
 * Wildcards, ARNs and policy variables. A pattern is compiled once; the forms that nearly all
 * policies use (all, exact, a prefix) cost one comparison.
 */
import type { ConditionContext } from "./context.ts";

/** A compiled pattern. The context is looked at only where the pattern has variables. */
export type Pattern = (text: string, context: ConditionContext) => boolean;

export interface GlobOptions {
  readonly wildcards: boolean;
  /** Case does not matter. */
  readonly fold: boolean;
  /** Replace `${…}`: policies of version 2012-10-17. */
  readonly variables: boolean;
}

const ANY: Pattern = () => true;

/** `*` is any text, `?` any one character. */
export function compileGlob(pattern: string, options: GlobOptions): Pattern {
  const template = options.variables ? parseTemplate(pattern) : undefined;
  if (template !== undefined) {
    return (text, context) => {
      const filled = fill(template, context);
      return filled !== undefined && staticGlob(filled, options)(text, context);
    };
  }
  return staticGlob(pattern, options);
}

function staticGlob(pattern: string, { wildcards, fold }: GlobOptions): Pattern {
  const wanted = fold ? pattern.toLowerCase() : pattern;
  const compare = wildcards ? plainGlob(wanted) : exact(unescape(wanted));
  return fold ? (text) => compare(text.toLowerCase()) : compare;
}

type Compare = (text: string) => boolean;

const exact =
  (wanted: string): Compare =>
  (text) =>
    text === wanted;

function plainGlob(pattern: string): Compare {
  const first = pattern.search(/[*?]/);
  if (first === -1) return exact(unescape(pattern));
  if (first === pattern.length - 1 && pattern.endsWith("*")) {
    const prefix = unescape(pattern.slice(0, -1));
    return prefix === "" ? () => true : (text) => text.startsWith(prefix);
  }
  return (text) => globMatches(pattern, text);
}

/**
 * An ARN pattern: its six parts are matched one by one, so that a wildcard does not reach over a
 * colon; the last part holds all the rest. A pattern of fewer parts ends where its last part
 * does.
 */
export function compileArn(pattern: string, variables: boolean): Pattern {
  if (pattern === "*") return ANY;
  const template = variables ? parseTemplate(pattern) : undefined;
  if (template === undefined) return staticArn(pattern);
  return (text, context) => {
    const filled = fill(template, context);
    return filled !== undefined && staticArn(filled)(text);
  };
}

const ARN_PARTS = 6;

function staticArn(pattern: string): Compare {
  const first = pattern.search(/[*?]/);
  if (first === -1) return exact(unescape(pattern));
  if (first === pattern.length - 1 && pattern.endsWith("*")) {
    const prefix = unescape(pattern.slice(0, -1));
    return (text) => text.startsWith(prefix);
  }
  const parts = splitArn(pattern, ARN_PARTS).map(plainGlob);
  const last = parts.length - 1;
  return (text) => {
    let from = 0;
    for (let at = 0; at < last; at++) {
      const colon = text.indexOf(":", from);
      if (colon === -1 || parts[at]?.(text.slice(from, colon)) !== true) return false;
      from = colon + 1;
    }
    return parts[last]?.(text.slice(from)) === true;
  };
}

/** At most so many parts; the last holds all the rest. */
function splitArn(text: string, partsMax: number): string[] {
  const parts = text.split(":");
  return parts.length <= partsMax
    ? parts
    : [...parts.slice(0, partsMax - 1), parts.slice(partsMax - 1).join(":")];
}

/**
 * Stand in a filled-in pattern for `*` and `?` that are meant as themselves; no name on AWS can
 * hold them.
 */
const LITERAL_STAR = "\u0001";
const LITERAL_QUESTION = "\u0002";

const escape = (text: string) =>
  text.replaceAll("*", LITERAL_STAR).replaceAll("?", LITERAL_QUESTION);

function unescape(text: string): string {
  return text.includes(LITERAL_STAR) || text.includes(LITERAL_QUESTION)
    ? text.replaceAll(LITERAL_STAR, "*").replaceAll(LITERAL_QUESTION, "?")
    : text;
}

/** Greedy, going back to the last star only: never more than the product of both lengths. */
function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[index];
    if (wanted === "*") {
      star = index++;
      resume = at;
    } else if (wanted === "?" || (wanted !== undefined && same(wanted, text[at]))) {
      index++;
      at++;
    } else if (star !== -1) {
      index = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[index] === "*") index++;
  return index === pattern.length;
}

function same(wanted: string, actual: string | undefined): boolean {
  if (wanted === actual) return true;
  return (
    (wanted === LITERAL_STAR && actual === "*") || (wanted === LITERAL_QUESTION && actual === "?")
  );
}

type Piece =
  | { readonly text: string }
  /** `key` is lower-case, `name` as written. */
  | { readonly key: string; readonly name: string; readonly otherwise: string | undefined };

const VARIABLE = /\$\{([^}]*)\}/g;
const DEFAULTED = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/;

/** Undefined when the text has no variables. Keys are lower-case. */
function parseTemplate(pattern: string): readonly Piece[] | undefined {
  if (!pattern.includes("${")) return undefined;
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of pattern.matchAll(VARIABLE)) {
    if (match.index > from) pieces.push({ text: pattern.slice(from, match.index) });
    from = match.index + match[0].length;
    pieces.push(parseVariable(match[1] ?? ""));
  }
  if (from < pattern.length) pieces.push({ text: pattern.slice(from) });
  return pieces;
}

function parseVariable(inside: string): Piece {
  if (inside === "*" || inside === "?") return { text: escape(inside) };
  if (inside === "$") return { text: "$" };
  const [, key = inside, otherwise] = DEFAULTED.exec(inside) ?? [];
  return { key: key.toLowerCase(), name: key, otherwise };
}

/** Undefined when a variable has no value: then nothing agrees with the pattern. */
function fill(pieces: readonly Piece[], context: ConditionContext): string | undefined {
  let filled = "";
  for (const piece of pieces) {
    if ("text" in piece) filled += piece.text;
    else {
      const values = context.get(piece.key);
      // AWS: a key with many values cannot stand for one text.
      const value = values?.length === 1 ? values[0] : piece.otherwise;
      if (value === undefined) return undefined;
      filled += escape(value);
    }
  }
  return filled;
}

/** Names of the keys that stand as variables in a text, as written. */
export function variablesIn(text: string): string[] {
  return (parseTemplate(text) ?? []).flatMap((piece) => ("key" in piece ? [piece.name] : []));
}

/** Actions have no case. One set for the exact ones; the others one by one. */
export function compileActions(actions: readonly string[]): (lowerCaseAction: string) => boolean {
  const lower = actions.map((action) => action.toLowerCase());
  if (lower.includes("*")) return () => true;
  const plain = new Set(lower.filter((action) => !/[*?]/.test(action)));
  const globs = lower.filter((action) => !plain.has(action)).map(plainGlob);
  if (globs.length === 0) return (action) => plain.has(action);
  return (action) => plain.has(action) || globs.some((matches) => matches(action));
}

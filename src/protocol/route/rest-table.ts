/**
 * The REST operations of one service as a tree of path segments. At a leaf several operations may
 * wait (S3 has forty on one path): query words, required query members and required headers tell
 * them apart.
 */
import type { Operation, ServiceModel } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { decodePercent, parseQuery, type QueryValues } from "../rest/query-string.ts";
import { type Segment, uriPattern } from "./uri-pattern.ts";

export interface RestMatch {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
  /** How much of the path was said by the model itself: more is surer. */
  readonly literals: number;
  /** Whether the path has a slash at its end as in the model. */
  readonly exact: boolean;
}

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly operation: Operation;
  readonly labelNames: readonly string[];
  readonly literals: number;
  readonly slashAtEnd: boolean;
  readonly query: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

/** Operations at the end of a way through the tree, with what its labels held. */
interface Found {
  readonly candidates: Choice;
  readonly values: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  label: Node | undefined;
  greedy: Node | undefined;
  /** By HTTP method. */
  readonly candidates: Map<string, Choice>;
}

/** The operations of one path and method. */
interface Choice {
  readonly all: readonly Candidate[];
  /** Without a query it is always the same, unless headers have a say: then undefined. */
  readonly plain: Candidate | undefined;
}

export function matchRest(service: ServiceModel, request: RestRequest): RestMatch | undefined {
  const path = rawSegments(request.path);
  const found: Found[] = [];
  collect(tableOf(service), path, 0, [], request.method, found);
  if (found.length === 0) return undefined;
  const query = parseQuery(request.query);
  for (const { candidates, values } of found) {
    const { all, plain } = candidates;
    const chosen =
      query.size === 0 && plain !== undefined ? plain : choose(all, query, request.headers);
    if (chosen !== undefined) return toMatch(chosen, values, request.path);
  }
  return undefined;
}

const tableOf = perModel((service: ServiceModel): Node => {
  const root = emptyNode();
  for (const operation of service.operations.values()) add(root, operation);
  return root;
});

function emptyNode(): Node {
  return { literals: new Map(), label: undefined, greedy: undefined, candidates: new Map() };
}

function add(root: Node, operation: Operation): void {
  const { segments, query } = uriPattern(operation.http.uri);
  let node = root;
  for (const part of segments) node = descend(node, part);
  const literals = segments.filter(({ kind }) => kind === "literal").length;
  const labelNames = segments.filter(({ kind }) => kind !== "literal").map(({ text }) => text);
  const slashAtEnd = /\/(?:\?|$)/.test(operation.http.uri);
  const required = requirements(operation);
  const candidate = { operation, labelNames, literals, slashAtEnd, query, ...required };
  const known = node.candidates.get(operation.http.method);
  const all = [...(known?.all ?? []), candidate];
  node.candidates.set(operation.http.method, { all, plain: plainOf(all) });
}

function plainOf(all: readonly Candidate[]): Candidate | undefined {
  const fitting = all.filter(({ query }) => query.length === 0);
  if (fitting.some(({ requiredHeaders }) => requiredHeaders.length > 0)) return undefined;
  return choose(fitting, new Map(), {});
}

function descend(node: Node, { kind, text }: Segment): Node {
  if (kind === "label") return (node.label ??= emptyNode());
  if (kind === "greedy") return (node.greedy ??= emptyNode());
  let next = node.literals.get(text);
  if (next === undefined) {
    next = emptyNode();
    node.literals.set(text, next);
  }
  return next;
}

function requirements(operation: Operation) {
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  for (const member of operation.input?.members?.values() ?? []) {
    if (member.required !== true) continue;
    const name = member.locationName ?? member.name;
    if (member.location === "querystring") requiredQuery.push(name);
    if (member.location === "header") requiredHeaders.push(name.toLowerCase());
  }
  return { requiredQuery, requiredHeaders };
}

/** Path segments as sent. A slash at the end belongs to a greedy label, and to nothing else. */
function rawSegments(path: string): string[] {
  const inner = path.startsWith("/") ? path.slice(1) : path;
  return inner === "" ? [] : inner.split("/");
}

/** Depth first, the surest first: literal, then label, then greedy label. */
function collect(
  node: Node,
  path: readonly string[],
  at: number,
  values: readonly string[],
  method: string,
  found: Found[],
): void {
  const part = path[at];
  if (part === undefined || (part === "" && at === path.length - 1)) {
    const candidates = node.candidates.get(method);
    if (candidates !== undefined) found.push({ candidates, values: [...values] });
    return;
  }
  const literal = node.literals.get(part);
  if (literal !== undefined) collect(literal, path, at + 1, values, method, found);
  if (node.label !== undefined && part !== "") {
    collect(node.label, path, at + 1, [...values, part], method, found);
  }
  if (node.greedy !== undefined) collectGreedy(node.greedy, path, at, values, method, found);
}

/** A greedy label leaves the segments that the model names after it, or else takes all there is. */
function collectGreedy(
  node: Node,
  path: readonly string[],
  at: number,
  values: readonly string[],
  method: string,
  found: Found[],
): void {
  if (node.literals.size > 0) {
    for (let end = path.length - 1; end > at; end -= 1) {
      const next = node.literals.get(path[end] ?? "");
      if (next === undefined) continue;
      collect(next, path, end + 1, [...values, path.slice(at, end).join("/")], method, found);
    }
  }
  const candidates = node.candidates.get(method);
  const rest = path.slice(at).join("/");
  if (candidates !== undefined && rest !== "")
    found.push({ candidates, values: [...values, rest] });
}

function choose(
  candidates: readonly Candidate[],
  query: QueryValues,
  headers: Readonly<Record<string, string>>,
): Candidate | undefined {
  const fitting = candidates.filter((candidate) => hasWords(candidate, query));
  if (fitting.length <= 1) return fitting[0];
  const asked = query.get("x-id")?.[0];
  let best: Candidate | undefined;
  let bestScore = -1;
  for (const candidate of fitting) {
    const score = scoreOf(candidate, query, headers, asked);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function hasWords(candidate: Candidate, query: QueryValues): boolean {
  return candidate.query.every(({ name, value }) => {
    const given = query.get(name);
    return given !== undefined && (value === undefined || given.includes(value));
  });
}

/**
 * Query words weigh most. Then an operation whose required members are all here wins over one that
 * lacks some, and of those the one that requires more. Deprecated twins (GetBucketLifecycle) lose;
 * `x-id`, which SDKs add, settles the rest.
 */
function scoreOf(
  candidate: Candidate,
  query: QueryValues,
  headers: Readonly<Record<string, string>>,
  asked: string | undefined,
): number {
  const met =
    candidate.requiredQuery.filter((name) => query.has(name)).length +
    candidate.requiredHeaders.filter((name) => headers[name] !== undefined).length;
  const required = candidate.requiredQuery.length + candidate.requiredHeaders.length;
  const words = candidate.query.filter(({ name }) => name !== "x-id").length;
  return (
    words * 10_000 +
    (met === required ? 5000 : 0) +
    met * 100 +
    (candidate.operation.name === asked ? 10 : 0) +
    (candidate.operation.deprecated === true ? 0 : 1)
  );
}

function toMatch(candidate: Candidate, values: readonly string[], path: string): RestMatch {
  const labels: Record<string, string> = {};
  candidate.labelNames.forEach((name, index) => {
    labels[name] = decodePercent(values[index] ?? "");
  });
  const { operation, literals, slashAtEnd } = candidate;
  return { operation, labels, literals, exact: path.endsWith("/") === slashAtEnd };
}

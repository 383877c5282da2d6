/**
 * The language of SEARCH: `{Namespace,Dimension} MetricName="Errors" OR (Invocations AND NOT
 * ProjectA)`. Gives a test for metrics. Terms that merely follow each other are joined by AND.
 */
import { MathError } from "../math/environment.ts";
import type { Metric } from "../state.ts";
import { containsTerm, namesOf } from "./tokens.ts";

export type MetricTest = (metric: Metric) => boolean;

const LENGTH_MAX = 1024;
const SCHEMA = /^\s*\{([^}]*)\}\s*,?/;
const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const WORD = String.raw`[^\s(){}"=,]+`;
const TERM = new RegExp(
  `\\s*(?:(?<bracket>[()])|(?:(?<property>${TEXT}|${WORD})\\s*=\\s*)?(?<term>${TEXT}|${WORD}))`,
  "y",
);

interface Token {
  readonly bracket: string | undefined;
  readonly property: string | undefined;
  readonly term: string;
}

export function toMetricTest(query: string): MetricTest {
  if (query.length > LENGTH_MAX) {
    throw new MathError(`A search must not be longer than ${LENGTH_MAX} characters`);
  }
  const schema = SCHEMA.exec(query);
  const inSchema = schema === null ? undefined : schemaTest(schema[1] ?? "");
  const rest = query.slice(schema?.[0].length ?? 0);
  if (rest.trim() === "") {
    if (inSchema === undefined) throw new MathError("A search must have a schema or a term");
    return inSchema;
  }
  const matches = termsTest(rest);
  return inSchema === undefined ? matches : (metric) => inSchema(metric) && matches(metric);
}

/** AWS: dimensions that are named are exactly those that the metric has; none named, any. */
function schemaTest(text: string): MetricTest {
  const parts = [...text.matchAll(new RegExp(`${TEXT}|[^,"]+`, "g"))].map(([part]) =>
    unquoted(part.trim()),
  );
  const [namespace, ...dimensions] = parts.filter((part) => part !== "");
  const wanted = dimensions.toSorted().join("\n");
  return (metric) =>
    metric.namespace === namespace &&
    (dimensions.length === 0 ||
      metric.dimensions
        .map(({ Name }) => Name)
        .toSorted()
        .join("\n") === wanted);
}

function termsTest(text: string): MetricTest {
  const tokens = tokensOf(text);
  const position = { at: 0 };
  const test = either(tokens, position, 0);
  if (position.at < tokens.length) throw new MathError("A search has a bracket too many");
  return test;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < end) {
    const at = TERM.lastIndex;
    const groups = TERM.exec(text)?.groups;
    if (groups === undefined) {
      throw new MathError(`Unexpected '${text.slice(at).trim().charAt(0)}' in a search`);
    }
    const { bracket, property, term = "" } = groups;
    tokens.push({ bracket, property, term });
  }
  return tokens;
}

interface Position {
  at: number;
}

const DEPTH_MAX = 50;
const isWord = (token: Token | undefined, word: string) =>
  token?.term === word && token.property === undefined;

function either(tokens: readonly Token[], position: Position, depth: number): MetricTest {
  if (depth > DEPTH_MAX) throw new MathError("A search is nested too deeply");
  const tests = [both(tokens, position, depth)];
  while (isWord(tokens[position.at], "OR")) {
    position.at += 1;
    tests.push(both(tokens, position, depth));
  }
  return (metric) => tests.some((test) => test(metric));
}

function both(tokens: readonly Token[], position: Position, depth: number): MetricTest {
  const tests = [negated(tokens, position, depth)];
  for (;;) {
    const token = tokens[position.at];
    if (token === undefined || token.bracket === ")" || isWord(token, "OR")) {
      return (metric) => tests.every((test) => test(metric));
    }
    if (isWord(token, "AND")) position.at += 1;
    tests.push(negated(tokens, position, depth));
  }
}

function negated(tokens: readonly Token[], position: Position, depth: number): MetricTest {
  const token = tokens[position.at];
  if (token === undefined) throw new MathError("A search ends where a term should be");
  position.at += 1;
  if (isWord(token, "NOT")) {
    const test = negated(tokens, position, depth + 1);
    return (metric) => !test(metric);
  }
  if (token.bracket === undefined) return termTest(token);
  if (token.bracket === ")") throw new MathError("A search has a bracket too many");
  const test = either(tokens, position, depth + 1);
  if (tokens[position.at]?.bracket !== ")") throw new MathError("A bracket is open in a search");
  position.at += 1;
  return test;
}

function termTest({ property, term }: Token): MetricTest {
  const name = property === undefined ? undefined : unquoted(property);
  if (term.startsWith('"')) {
    const exact = unquoted(term);
    return (metric) => namesOf(metric, name).includes(exact);
  }
  return (metric) => namesOf(metric, name).some((text) => containsTerm(text, term));
}

const unquoted = (text: string) =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : text;

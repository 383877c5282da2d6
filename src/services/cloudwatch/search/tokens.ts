/**
 * How searches see names: in tokens, which begin at capitals and at numbers and end at whatever is
 * no letter or digit. "SDBFailure" is `sdb`, `failure`, and as a whole `sdbfailure`.
 */
import type { Metric } from "../state.ts";

interface Token {
  readonly text: string;
  /** It stands against other tokens of its word, so that its capitals tell it from them. */
  readonly exactCase: boolean;
}

const WORD = /[A-Za-z\d]+/g;
const TOKEN = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(WORD)].flatMap(([word]) => {
    const tokens = word.match(TOKEN) ?? [];
    return tokens.map((token) => ({ text: token, exactCase: tokens.length > 1 }));
  });
}

const whole = (text: string) => [...text.matchAll(WORD)].join("").toLowerCase();

/** Whether the tokens of a term follow each other somewhere in a name. */
export function containsTerm(name: string, term: string): boolean {
  const wanted = tokensOf(term);
  if (wanted.length === 0) return false;
  const there = tokensOf(name);
  if (wanted.length === 1 && wanted[0]?.text.toLowerCase() === whole(name)) return true;
  return there.some((_, start) =>
    wanted.every(({ text, exactCase }, at) => {
      const token = there[start + at]?.text;
      if (token === undefined) return false;
      return exactCase ? token === text : token.toLowerCase() === text.toLowerCase();
    }),
  );
}

/** The names of a metric that a term is looked for in: of one property, or all. */
export function namesOf(metric: Metric, property: string | undefined): readonly string[] {
  if (property === "MetricName") return [metric.name];
  if (property === "Namespace") return [metric.namespace];
  if (property !== undefined) {
    return metric.dimensions.filter(({ Name }) => Name === property).map(({ Value }) => Value);
  }
  const dimensions = metric.dimensions.flatMap(({ Name, Value }) => [Name, Value]);
  return [metric.namespace, metric.name, ...dimensions];
}

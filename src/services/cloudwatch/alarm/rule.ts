/** The rule of a composite alarm: `ALARM(a) AND (OK("b c") OR NOT INSUFFICIENT_DATA(d))`. */
import type { StateValue } from "../state.ts";

export type Rule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: "not"; readonly operand: Rule }
  | { readonly kind: "and" | "or"; readonly left: Rule; readonly right: Rule };

/** Something is wrong with a rule. */
export class RuleError extends Error {}

const ELEMENTS_MAX = 500;
const TOKEN =
  /\s*(?:(?<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?<quoted>(?:[^"\\]|\\.)+)"|(?<bare>[^\s()"]+))\s*\)|(?<word>[A-Za-z_]+)|(?<sign>[()]))/y;

interface Token {
  readonly text: string;
  readonly rule?: Rule;
}

const END: Token = { text: "the end" };

export function parseRule(text: string): Rule {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = () => tokens[at] ?? END;
  const skip = (word: string) => {
    if (peek().rule !== undefined || peek().text !== word) return false;
    at += 1;
    return true;
  };
  const primary = (): Rule => {
    if (skip("NOT")) return { kind: "not", operand: primary() };
    if (skip("TRUE")) return { kind: "constant", value: true };
    if (skip("FALSE")) return { kind: "constant", value: false };
    if (skip("(")) {
      const inner = either();
      if (!skip(")")) throw new RuleError(`Expected ')' before ${peek().text}`);
      return inner;
    }
    const { rule, text: found } = peek();
    if (rule === undefined) throw new RuleError(`Unexpected ${found}`);
    at += 1;
    return rule;
  };
  const both = (): Rule => {
    let left = primary();
    while (skip("AND")) left = { kind: "and", left, right: primary() };
    return left;
  };
  const either = (): Rule => {
    let left = both();
    while (skip("OR")) left = { kind: "or", left, right: both() };
    return left;
  };
  const rule = either();
  if (at < tokens.length) throw new RuleError(`Unexpected ${peek().text}`);
  return rule;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new RuleError(`Unexpected ${text.slice(from).trim()}`);
    tokens.push(toToken(groups));
  }
  if (tokens.length > ELEMENTS_MAX) throw new RuleError(`More than ${ELEMENTS_MAX} elements`);
  return tokens;
}

function toToken(groups: Readonly<Record<string, string | undefined>>): Token {
  const { state, quoted, bare = "", word, sign = "" } = groups;
  if (state === "ALARM" || state === "OK" || state === "INSUFFICIENT_DATA") {
    const alarm = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
    return { text: `${state}(${alarm})`, rule: { kind: "state", state, alarm } };
  }
  return { text: word?.toUpperCase() ?? sign };
}

/** The alarms that it speaks of, as it spells them. */
export function alarmsOf(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case "constant":
      return [];
    case "state":
      return [rule.alarm];
    case "not":
      return alarmsOf(rule.operand);
    case "and":
    case "or":
      return [...new Set([...alarmsOf(rule.left), ...alarmsOf(rule.right)])];
  }
}

export function holds(rule: Rule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !holds(rule.operand, stateOf);
    case "and":
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case "or":
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
  }
}

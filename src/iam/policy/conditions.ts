/**
 * Conditions: all of a statement's must hold. What a missing key means is each operator's own
 * affair.
 */
import type { ConditionContext } from "./context.ts";
import type { Condition } from "./document.ts";
import type { Pattern } from "./match.ts";
import { findOperator } from "./operators.ts";
import type { Operator } from "./operators.ts";

export type Holds = (context: ConditionContext) => boolean;

const ALWAYS: Holds = () => true;

/** `variables`: values may hold `${…}`. An operator that does not exist never holds. */
export function compileConditions(conditions: readonly Condition[], variables: boolean): Holds {
  const [first, ...rest] = conditions.map((condition) => compileCondition(condition, variables));
  if (first === undefined) return ALWAYS;
  if (rest.length === 0) return first;
  return (context) => first(context) && rest.every((holds) => holds(context));
}

function compileCondition(condition: Condition, variables: boolean): Holds {
  const operator = findOperator(condition.operator);
  if (operator === undefined) return () => false;
  const key = condition.key.toLowerCase();
  if (operator.isNull) return compileNull(key, condition.values);
  const wanted = condition.values.map((value) => compileValue(operator, value, variables));
  const { set, negated } = operator;
  const whenMissing = missingHolds(operator);
  return (context) => {
    const actual = context.get(key);
    if (actual === undefined) return whenMissing;
    const agrees = (value: string) => wanted.some((one) => one(value, context)) !== negated;
    // AWS: without a set operator, many values of the request are any of them, or none of them
    // when negated.
    const all = set === "ForAllValues" || (set === undefined && negated);
    return all ? actual.every(agrees) : actual.some(agrees);
  };
}

/**
 * AWS: a key that is not there agrees with nothing. So a negated operator holds; `...IfExists`
 * holds; `ForAllValues` of no value holds, `ForAnyValue` does not.
 */
function missingHolds({ ifExists, set, negated }: Operator): boolean {
  if (ifExists || set === "ForAllValues") return true;
  return set === "ForAnyValue" ? false : negated;
}

/** `true`: the key is not there; `false`: it is. */
function compileNull(key: string, values: readonly string[]): Holds {
  const wantsMissing = values.some((value) => value.toLowerCase() === "true");
  const wantsThere = values.some((value) => value.toLowerCase() === "false");
  return (context) => (context.get(key) === undefined ? wantsMissing : wantsThere);
}

function compileValue(operator: Operator, value: string, variables: boolean): Pattern {
  if (operator.pattern !== undefined) return operator.pattern(value, variables);
  return operator.agrees?.(value) ?? (() => false);
}

import { MathError, type Call, type Environment } from "./environment.ts";
import { FUNCTIONS, refuseAbsent } from "./functions.ts";
import { operate } from "./operators.ts";
import { parse, type Expression } from "./parse.ts";
import { isList, isSeries, type Series, type Value } from "./value.ts";

/** The value of an expression. Throws MathError when it makes no sense. */
export function evaluate(text: string, environment: Environment): Value {
  return valueOf(parse(text), environment);
}

function valueOf(expression: Expression, environment: Environment): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "text":
      throw new MathError(`Unexpected text '${expression.text}'`);
    case "name": {
      const found = environment.lookup(expression.name);
      if (found === undefined) throw new MathError(`There is no '${expression.name}'`);
      return found;
    }
    case "list":
      return expression.items.flatMap((item) => elementsOf(valueOf(item, environment)));
    case "minus":
      return operate("*", -1, valueOf(expression.operand, environment));
    case "binary": {
      const left = valueOf(expression.left, environment);
      return operate(expression.operator, left, valueOf(expression.right, environment));
    }
    case "call":
      return callOf(expression.name, expression.arguments, environment);
  }
}

function elementsOf(value: Value): readonly Series[] {
  if (isList(value)) return value;
  if (isSeries(value)) return [value];
  throw new MathError("Arrays hold time series, not numbers");
}

function callOf(name: string, given: readonly Expression[], environment: Environment): Value {
  const run = FUNCTIONS.get(name);
  if (run === undefined) throw refuseAbsent(name);
  const call: Call = {
    name,
    arguments: given,
    environment,
    evaluate: (expression) => valueOf(expression, environment),
  };
  return run(call);
}

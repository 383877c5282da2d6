import type { Expression } from "./parse.ts";
import type { Series, Value } from "./value.ts";

/** What an expression may know besides itself. */
export interface Environment {
  /** The metrics of the request, by their ids, in order. */
  readonly metrics: ReadonlyMap<string, Series>;
  /** The period of the expression, for what has none of its own. */
  readonly periodSeconds: number;
  /** Another query of the request. Undefined when there is none of that id. */
  lookup(id: string): Value | undefined;
  search(query: string, statistic: string, periodSeconds: number): readonly Series[];
  /** Every instant of the request's range. */
  instants(periodSeconds: number): readonly number[];
}

/** A function call on its way: arguments are evaluated by the function, for some are words. */
export interface Call {
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly environment: Environment;
  evaluate(expression: Expression): Value;
}

export type MathFunction = (call: Call) => Value;

/** Something is wrong with an expression; the caller says with which. */
export class MathError extends Error {}

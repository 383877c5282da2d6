/** What functions take from their calls. */
import { MathError, type Call } from "./environment.ts";
import { isList, isSeries, type Series, type Value } from "./value.ts";

/** How many arguments there must be. */
export function checkCount(call: Call, least: number, most: number = least): void {
  const count = call.arguments.length;
  if (count >= least && count <= most) return;
  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  throw new MathError(`${call.name} takes ${wanted} arguments, not ${count}`);
}

export function argument(call: Call, at: number): Value {
  const expression = call.arguments[at];
  if (expression === undefined) throw new MathError(`${call.name} needs more arguments`);
  return call.evaluate(expression);
}

/** A time series or an array of them. */
export function seriesOrList(call: Call, at: number): Series | readonly Series[] {
  const value = argument(call, at);
  if (typeof value === "number") throw wrong(call, at, "a time series or an array of time series");
  return value;
}

/** An array; a single series is one of one. */
export function list(call: Call, at: number): readonly Series[] {
  const value = seriesOrList(call, at);
  return isList(value) ? value : [value];
}

export function oneSeries(call: Call, at: number): Series {
  const value = argument(call, at);
  if (!isSeries(value)) throw wrong(call, at, "a time series");
  return value;
}

export function scalar(call: Call, at: number): number {
  const value = argument(call, at);
  if (typeof value !== "number") throw wrong(call, at, "a number");
  return value;
}

export function text(call: Call, at: number): string {
  const expression = call.arguments[at];
  if (expression?.kind !== "text") throw wrong(call, at, "a text in quotation marks");
  return expression.text;
}

/** A word in capitals, such as DESC or REPEAT. */
export function word(call: Call, at: number): string | undefined {
  const expression = call.arguments[at];
  return expression?.kind === "name" ? expression.name : undefined;
}

/** What is done to a series is done to each of an array. */
export function each(
  value: Series | readonly Series[],
  change: (series: Series) => Series,
): Series | readonly Series[] {
  return isList(value) ? value.map(change) : change(value);
}

export const wrong = (call: Call, at: number, wanted: string): MathError =>
  new MathError(`Argument ${at + 1} of ${call.name} must be ${wanted}`);

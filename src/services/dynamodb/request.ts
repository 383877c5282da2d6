/**
 * What requests with conditions share: expression and legacy parameters do not mix, and
 * placeholders need an expression.
 */
import { invalidValues, ValidationException } from "./errors.ts";
import { Bindings, type ExpressionInput, type Path } from "./expression/bindings.ts";
import { bindCondition, type Test } from "./expression/condition.ts";
import { bindProjection, type BoundProjection, projectionOf } from "./expression/projection.ts";
import { refuseName } from "./item/value.ts";
import { bindExpected, type Expected, refuseLoneOperator } from "./legacy/conditions.ts";

type Members = Readonly<Record<string, unknown>>;

function isGiven(members: Members): boolean {
  for (const name in members) if (members[name] !== undefined) return true;
  return false;
}

const given = (members: Members): string[] =>
  Object.keys(members).filter((name) => members[name] !== undefined);

export function refuseMixture(legacy: Members, expressions: Members): void {
  if (!isGiven(legacy) || !isGiven(expressions)) return;
  throw ValidationException(
    "Can not use both expression and non-expression parameters in the same request: " +
      `Non-expression parameters: {${given(legacy).join(", ")}} ` +
      `Expression parameters: {${given(expressions).join(", ")}}`,
  );
}

/**
 * `expressions`: all that may use names; `users`: those that may use values. Names without any
 * expression, and values without one that can use them, are refused.
 */
export function refuseLonePlaceholders(
  input: ExpressionInput,
  expressions: Members,
  users: readonly string[],
): void {
  if (input.ExpressionAttributeNames !== undefined && !isGiven(expressions)) {
    throw ValidationException(
      "ExpressionAttributeNames can only be specified when using expressions",
    );
  }
  if (input.ExpressionAttributeValues === undefined || users.length === 0) return;
  if (users.some((name) => expressions[name] !== undefined)) return;
  const are = users.length === 1 ? "is" : "are";
  throw ValidationException(
    "ExpressionAttributeValues can only be specified when using expressions: " +
      `${users.join(" and ")} ${are} null`,
  );
}

export interface ConditionInput extends ExpressionInput {
  readonly ConditionExpression?: string | undefined;
  readonly Expected?: Expected | undefined;
  readonly ConditionalOperator?: string | undefined;
}

/** Of PutItem and DeleteItem. */
export function refuseConditionMixture(input: ConditionInput): void {
  const { ConditionExpression, Expected, ConditionalOperator } = input;
  refuseMixture({ Expected, ConditionalOperator }, { ConditionExpression });
  refuseLonePlaceholders(input, { ConditionExpression }, ["ConditionExpression"]);
}

export function bindLegacyCondition(input: ConditionInput): Test | undefined {
  const test = bindExpected(input.Expected, input.ConditionalOperator);
  refuseLoneOperator(input.ConditionalOperator, input.Expected, "Expected");
  return test;
}

export function bindExpressionCondition(
  input: ConditionInput,
  bindings: Bindings,
): Test | undefined {
  const { ConditionExpression: text } = input;
  return text === undefined ? undefined : bindCondition("Condition", text, bindings);
}

export interface BoundCondition {
  readonly test: Test | undefined;
  readonly paths: readonly Path[];
}

/** The whole condition of a request that has no other expression. */
export function bindOnlyCondition(input: ConditionInput): BoundCondition {
  const legacy = bindLegacyCondition(input);
  if (input.ConditionExpression === undefined) return { test: legacy, paths: [] };
  const bindings = new Bindings(input);
  const test = bindExpressionCondition(input, bindings);
  bindings.refuseUnused();
  return { test, paths: bindings.paths };
}

export interface ProjectionInput extends ExpressionInput {
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

export function bindAttributesToGet(input: ProjectionInput): BoundProjection | undefined {
  const names = input.AttributesToGet;
  if (names === undefined) return undefined;
  for (const name of names) refuseName(name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw invalidValues(`Duplicate value in attribute name: ${twice}`);
  const paths = names.map((name) => [name]);
  return { paths, project: projectionOf(paths) };
}

export function bindProjectionExpression(
  input: ProjectionInput,
  bindings: Bindings,
): BoundProjection | undefined {
  const text = input.ProjectionExpression;
  return text === undefined ? undefined : bindProjection(text, bindings);
}

/** The projection of a request that has no other expression. */
export function bindOnlyProjection(input: ProjectionInput): BoundProjection | undefined {
  const legacy = bindAttributesToGet(input);
  if (input.ProjectionExpression === undefined) return legacy;
  const bindings = new Bindings(input);
  const bound = bindProjectionExpression(input, bindings);
  bindings.refuseUnused();
  return bound;
}

export function refuseProjectionMixture(input: ProjectionInput): void {
  const { ProjectionExpression, AttributesToGet } = input;
  refuseMixture({ AttributesToGet }, { ProjectionExpression });
  refuseLonePlaceholders(input, { ProjectionExpression }, []);
}

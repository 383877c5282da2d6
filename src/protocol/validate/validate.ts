/**
 * The model's constraints on an input, in AWS's own sentences. What an input means is the handler's
 * to check.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Operation, ProtocolName } from "../../model/model.ts";
import { checkOf } from "./check.ts";
import { codeFor, type Dialect, dialectOf } from "./dialects.ts";
import { lowerFirst } from "./display.ts";
import { checkDocument } from "./document.ts";
import { ROOT, type Violation } from "./violation.ts";

/** AWS: who makes more mistakes than these is told, and counted, the first ones (DynamoDB). */
const TOLD_MAX = 10;

/** Throws the `AwsError` that the service answers when the input breaks a constraint. */
export function validate(
  operation: Operation,
  protocol: ProtocolName,
  input: Readonly<Record<string, unknown>>,
): void {
  const dialect = dialectOf(operation);
  if (dialect.off === true || operation.input === undefined) return;
  if (dialect.documentsOnly === true) return checkDocument(operation.input, input);
  const look = dialect.firstOfAll ?? dialect.first?.get(operation.name);
  const alone = look?.(input);
  if (alone !== undefined) throw new AwsError(codeFor(dialect, protocol), alone, { status: 400 });
  const check = checkOf(operation.input, dialect);
  if (check === undefined) return;
  const found: Violation[] = [];
  check(input, ROOT, found);
  if (found.length > 0) throw refusal(operation, protocol, found, dialect);
}

function refusal(
  operation: Operation,
  protocol: ProtocolName,
  found: readonly Violation[],
  dialect: Dialect,
): AwsError {
  const { missing } = dialect;
  const absent = found.find((violation) => violation.absent);
  if (missing !== undefined && absent !== undefined) {
    return new AwsError(missing.code, missing.sentence(absent.parameter), { status: 400 });
  }
  const first = found[0];
  const code = codeFor(dialect, protocol);
  if (dialect.parameterWords === true && first !== undefined) {
    return new AwsError(parameterCode(code), parameterSentence(first), { status: 400 });
  }
  const told = found.slice(0, TOLD_MAX).map((one) => sentenceOf(operation, one, dialect));
  const count = told.length === 1 ? "1 validation error" : `${told.length} validation errors`;
  return new AwsError(code, `${count} detected: ${told.join("; ")}`, { status: 400 });
}

function sentenceOf(operation: Operation, violation: Violation, dialect: Dialect): string {
  const { absent, value, sentence } = violation;
  const shown = absent ? "Value null" : value === undefined ? "Value" : `Value '${value}'`;
  const path = dialect.bodyPrefix === true ? prefixed(operation, violation) : violation.path;
  return `${shown} at '${path}' failed to satisfy constraint: ${sentence}`;
}

function prefixed(operation: Operation, { path, parameter }: Violation): string {
  const member = operation.input?.members?.get(parameter.split(".")[0] ?? "");
  return member?.location === undefined ? `${lowerFirst(operation.name)}Input.${path}` : path;
}

/** EC2 and SQS know one code for a value out of bounds, in each of their protocols. */
function parameterCode(code: string): string {
  return code === "ValidationException" || code === "ValidationError"
    ? "InvalidParameterValue"
    : code;
}

function parameterSentence({ value, parameter, sentence }: Violation): string {
  const reason = sentence.replace(/^Member must/, "Must");
  return `Value ${value ?? ""} for parameter ${lowerFirst(parameter)} is invalid. Reason: ${reason}.`;
}

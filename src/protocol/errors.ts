/** What every protocol needs to know of an error before it spells it in its own way. */
import { AwsError } from "../kernel/errors.ts";
import type { Operation, ServiceModel, Shape } from "../model/model.ts";
import { perModel } from "./memo.ts";
import { QUERY_CODES } from "./query-error-codes.ts";

export interface ErrorFacts {
  /** The shape's name: what JSON and CBOR clients see. */
  readonly name: string;
  /** The code of the query and XML protocols. */
  readonly queryCode: string;
  readonly status: number;
  readonly fault: "Sender" | "Receiver";
  readonly shape: Shape | undefined;
  /** How the model spells the member that holds the sentence: "message" or "Message". */
  readonly messageMember: string | undefined;
  /** Members other than the sentence. */
  readonly members: Readonly<Record<string, unknown>>;
}

export function errorFacts(
  service: ServiceModel,
  operation: Operation | undefined,
  error: AwsError,
): ErrorFacts {
  const shape = errorShape(service, operation, error.code);
  const traits = shape?.error;
  const codes = QUERY_CODES[service.name];
  const status = error.status ?? traits?.status ?? statusOf(error.fault ?? faultOf(shape));
  const fault = error.fault ?? (status >= 500 ? "Receiver" : "Sender");
  return {
    name: codes?.names[error.code] ?? shape?.name ?? error.code,
    queryCode: traits?.code ?? codes?.codes[error.code] ?? error.code,
    status,
    fault,
    shape,
    messageMember: shape === undefined ? undefined : messageMember(shape),
    members: error.members,
  };
}

/** What AWS answers to bytes that make no sense in a JSON, CBOR or REST body. */
export function serializationError(message: string): AwsError {
  return new AwsError("SerializationException", message, { status: 400 });
}

/** Runs a reader of foreign bytes: input nested deeper than the stack is the caller's fault. */
export function reading<Value>(read: () => Value, refuse: () => AwsError): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw refuse();
    throw error;
  }
}

function errorShape(
  service: ServiceModel,
  operation: Operation | undefined,
  code: string,
): Shape | undefined {
  const declared = operation?.errors.find(
    (shape) => shape.name === code || shape.error?.code === code,
  );
  if (declared !== undefined) return declared;
  const named = service.shapes.get(code);
  return named?.error === undefined ? shapesByCode(service).get(code) : named;
}

const shapesByCode = perModel((service: ServiceModel) => {
  const found = new Map<string, Shape>();
  for (const operation of service.operations.values()) {
    for (const shape of operation.errors) {
      if (shape.error?.code !== undefined) found.set(shape.error.code, shape);
    }
  }
  return found;
});

function messageMember(shape: Shape): string | undefined {
  for (const name of shape.members?.keys() ?? []) {
    if (name.toLowerCase() === "message") return name;
  }
  return undefined;
}

function faultOf(shape: Shape | undefined): "Sender" | "Receiver" {
  return shape?.error?.fault === true ? "Receiver" : "Sender";
}

function statusOf(fault: "Sender" | "Receiver"): number {
  return fault === "Receiver" ? 500 : 400;
}

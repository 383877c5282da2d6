/** From bytes to a checked input. */
import type { Verified } from "../iam/signature/verify.ts";
import { validate } from "../protocol/validate/validate.ts";
import { bodyFor } from "./body.ts";
import type { Visit } from "./visit.ts";

export function parse(
  visit: Visit,
  verified: Verified | undefined,
): Readonly<Record<string, unknown>> {
  const { route } = visit;
  if (route === undefined) throw new Error("a request is routed before it is parsed");
  const { operation, protocol, labels } = route;
  const input = protocol.parse(operation, bodyFor(visit, verified), labels);
  validate(operation, protocol.name, input);
  return input;
}

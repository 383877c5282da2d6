/** From bytes to a checked input. */
import { validate } from "../protocol/validate/validate.ts";
import { bodyFor } from "./body.ts";
import type { Parts, Visit } from "./visit.ts";

export function parse(_parts: Parts, visit: Visit): undefined {
  const { route } = visit;
  if (route === undefined) throw new Error("a request is routed before it is parsed");
  const { operation, protocol, labels } = route;
  const input = protocol.parse(operation, bodyFor(visit), labels);
  validate(operation, protocol.name, input);
  visit.input = input;
}

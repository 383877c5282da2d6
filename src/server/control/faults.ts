/** Fault rules from outside: look, add, remove one, remove all. */
import { FaultRuleError } from "../../fault-rule.ts";
import {
  ControlError,
  json,
  type ControlContext,
  type ControlRequest,
  type Route,
} from "./control.ts";

const PATH = "/_snowglobe/faults";

export const faultRoutes: readonly Route[] = [
  {
    method: "GET",
    path: PATH,
    answer: (_request, { cloud }) => json({ faults: cloud.faults.list() }),
  },
  { method: "POST", path: PATH, answer: add },
  {
    method: "DELETE",
    path: PATH,
    answer: (_request, { cloud }) => json({ removed: cloud.faults.clear() }),
  },
  { method: "DELETE", path: `${PATH}/:id`, answer: remove },
];

async function add(request: ControlRequest, { cloud }: ControlContext) {
  const rule = await request.json();
  try {
    // What it holds is checked where it is added.
    return json(cloud.faults.add(rule), 201);
  } catch (error) {
    if (error instanceof FaultRuleError) throw new ControlError(400, error.message);
    throw error;
  }
}

function remove({ parameters }: ControlRequest, { cloud }: ControlContext) {
  const id = parameters["id"] ?? "";
  if (!cloud.faults.remove(id)) {
    throw new ControlError(404, `There is no fault rule "${id}". See: snowglobe faults list.`);
  }
  return json({ removed: 1 });
}

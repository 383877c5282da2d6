/** What was used, from outside: lines as they are, of all hours or of some. */
import type { UsageFilter } from "../../kernel/usage-line.ts";
import {
  ControlError,
  json,
  type ControlContext,
  type ControlRequest,
  type Route,
} from "./control.ts";

export const usageRoutes: readonly Route[] = [
  { method: "GET", path: "/_snowglobe/usage", answer: show },
];

async function show({ query }: ControlRequest, { cloud }: ControlContext) {
  const from = instant(query, "from");
  const to = instant(query, "to");
  const filter: UsageFilter = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  return json({ lines: await cloud.usage(filter) });
}

function instant(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new ControlError(400, `"${text}" is no instant; give 2030-01-01T00:00:00Z.`);
}

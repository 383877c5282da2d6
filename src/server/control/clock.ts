/** The clock from outside: look, freeze, advance, resume. */
import { whyPast } from "../../cloud-options.ts";
import { parseDuration } from "../duration.ts";
import {
  ControlError,
  json,
  type ControlContext,
  type ControlRequest,
  type Route,
} from "./control.ts";

export const clockRoutes: readonly Route[] = [
  { method: "GET", path: "/_snowglobe/clock", answer: (_request, context) => show(context) },
  { method: "POST", path: "/_snowglobe/clock", answer: change },
];

function show({ cloud, wall }: ControlContext) {
  const { clock } = cloud;
  const at = clock.now();
  return json({
    now: new Date(at).toISOString(),
    at,
    frozen: clock.frozen,
    rate: clock.rate,
    aheadMs: at - wall(),
  });
}

async function change(request: ControlRequest, context: ControlContext) {
  const { clock } = context.cloud;
  const asked = await request.json();
  switch (asked["action"]) {
    case "freeze":
      await clock.freeze(asked["at"] === undefined ? undefined : notPast(asked["at"], clock.now()));
      break;
    case "resume":
      await clock.resume(rate(asked["rate"]));
      break;
    case "advance":
      if (asked["to"] === undefined) await clock.advance(span(asked["by"]));
      else await clock.advanceTo(notPast(asked["to"], clock.now()));
      break;
    default:
      throw new ControlError(400, '"action" takes "freeze", "advance" or "resume".');
  }
  return show(context);
}

/** An instant as text or epoch milliseconds. */
function notPast(value: unknown, nowAt: number): number {
  const at = typeof value === "number" ? value : Date.parse(String(value));
  if (Number.isNaN(at)) {
    throw new ControlError(400, `"${String(value)}" is no instant; give 2030-01-01T00:00:00Z.`);
  }
  const past = whyPast(at, nowAt);
  if (past !== undefined) throw new ControlError(400, past);
  return at;
}

function span(value: unknown): number {
  const ms = typeof value === "number" ? value : parseDuration(String(value));
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) {
    throw new ControlError(400, `"${String(value)}" is no span of time; give 90s, 1h30m or 7d.`);
  }
  return ms;
}

function rate(value: unknown): number {
  if (value === undefined) return 1;
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    throw new ControlError(400, '"rate" takes a number above 0: virtual seconds per real second.');
  }
  return value;
}

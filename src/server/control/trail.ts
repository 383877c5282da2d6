/** The trail as JSON lines: what is there, and with `follow=1` what comes. */
import type { Cloud } from "../../cloud-types.ts";
import type { TrailRecord } from "../../trail.ts";
import { ControlError, type ControlContext, type ControlRequest, type Route } from "./control.ts";

export const trailRoutes: readonly Route[] = [
  { method: "GET", path: "/_snowglobe/trail", answer: show },
];

function show(request: ControlRequest, { cloud }: ControlContext) {
  const { query } = request;
  const after = count(query, "after");
  const limit = count(query, "limit");
  const found = () => recorded(cloud.trail, after, limit);
  const headers = { "content-type": "application/x-ndjson" };
  if (query.get("follow") === "1") {
    return { status: 200, headers, body: follow(cloud.trail, found, request) };
  }
  return { status: 200, headers, body: found().map(toLine).join("") };
}

/** From a place in the trail onwards, or else the newest. */
function recorded(trail: Cloud["trail"], after: number | undefined, limit: number | undefined) {
  if (limit === undefined) return trail.list({ after: after ?? 0 });
  return after === undefined
    ? trail.list({ after: 0 }).slice(limit === 0 ? Infinity : -limit)
    : trail.list({ after, limit });
}

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ControlError(400, `"${name}" takes a whole number.`);
  }
  return value;
}

const toLine = (record: TrailRecord) => `${JSON.stringify(record)}\n`;

/**
 * A reader that is slower than the cloud misses the oldest records, as everyone does who looks at a
 * trail too late.
 */
const WAITING_MAX = 10_000;

function follow(
  trail: Cloud["trail"],
  found: () => readonly TrailRecord[],
  request: Pick<ControlRequest, "onStop">,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const waiting: TrailRecord[] = [...found()];
      let wake: (() => void) | undefined;
      let over = false;
      const end = () => {
        over = true;
        unfollow();
        forgetStop();
        wake?.();
        return Promise.resolve({ done: true as const, value: undefined });
      };
      const unfollow = trail.follow((record) => {
        waiting.push(record);
        if (waiting.length > WAITING_MAX) waiting.shift();
        wake?.();
      });
      const forgetStop = request.onStop(() => void end());
      return {
        async next() {
          if (waiting.length === 0 && !over) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (over) return { done: true as const, value: undefined };
          const text = waiting.splice(0).map(toLine).join("");
          return { done: false as const, value: Buffer.from(text) };
        },
        return: end,
      };
    },
  };
}

/**
 * How many messages may be in flight. Counting them at every receive would cost more the more there
 * are, so an upper bound is kept: it grows with every receive, and only when it reaches the limit
 * are they counted.
 */
import type { Sqs } from "./api.ts";
import { countHidden } from "./line.ts";
import type { Queue } from "./state.ts";

/** AWS: in a FIFO queue as well, since November 2024. */
const IN_FLIGHT_MAX = 120_000;

export function hasRoomInFlight(queue: Queue, taking: number, sqs: Sqs): boolean {
  const { line } = queue;
  let bound = (sqs.flights.get(line)?.bound ?? 0) + taking;
  if (bound > IN_FLIGHT_MAX) {
    bound = countHidden(queue, "taken", sqs) + taking;
    if (bound > IN_FLIGHT_MAX) return false;
  }
  sqs.flights.put({ line, bound });
  return true;
}

import { expect, test } from "vitest";
import type { Sqs } from "./api.ts";
import { hasRoomInFlight } from "./flight.ts";
import type { Flight, Queue } from "./state.ts";

/** Tables with so many messages in flight, and how often they were counted. */
function world(inFlight: number) {
  let flight: Flight | undefined;
  const counted = { times: 0 };
  const sqs = {
    now: 0,
    flights: { get: () => flight, put: (row: Flight) => (flight = row) },
    messages: {
      count: () => {
        counted.times += 1;
        return inFlight;
      },
    },
  } as unknown as Sqs;
  return { sqs, counted };
}

const standard = { line: "l", fifo: false } as Queue;
const fifo = { line: "l", fifo: true } as Queue;

test("messages in flight are counted only when so many may be in flight that the limit is near", () => {
  const { sqs, counted } = world(100);
  for (let times = 0; times < 12_000; times++)
    expect(hasRoomInFlight(standard, 10, sqs)).toBe(true);
  expect(counted.times).toBe(0);
  expect(hasRoomInFlight(standard, 10, sqs)).toBe(true);
  expect(hasRoomInFlight(standard, 10, sqs)).toBe(true);
  expect(counted.times).toBe(1);
});

test.for([
  [standard, 119_990, true],
  [standard, 119_991, false],
  [fifo, 119_990, true],
  [fifo, 119_991, false],
] as const)("%o with %d in flight", ([queue, inFlight, room]) => {
  const { sqs } = world(inFlight);
  for (let times = 0; times < 12_000; times++) hasRoomInFlight(queue, 10, sqs);
  expect(hasRoomInFlight(queue, 10, sqs)).toBe(room);
});

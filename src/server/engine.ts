/**
 * The JavaScript engine of a process that does nothing but serve. A request is one long way through
 * many short functions: with room to put more of them into one another, the way is 5 % shorter
 * (ADR 11).
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";

export function tuneEngine(): void {
  setFlagsFromString("--max-inlined-bytecode-size=1200");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=6000");
}

/** A body of this size or more is long. */
const LONG_BODY_BYTES = 32 * 1024 * 1024;
/** A little more than the bytes after which V8 looks for garbage among the young. */
const ROOM_BYTES = 36 * 1024 * 1024;

let longBodies = 0;

/**
 * The pieces of a body are garbage soon after they came. V8 looks through the young ones after each
 * 32 MB, and through everything when all has grown by a part: in a small heap the latter comes first,
 * every time, and took a quarter of what a long upload costs (ADR 14). So the heap may grow by more
 * while one is coming in. Gives what is to be called at its end.
 */
export function makeRoomFor(bodyBytes: number | undefined): () => void {
  if (bodyBytes === undefined || bodyBytes < LONG_BODY_BYTES) return () => {};
  longBodies += 1;
  const percent = Math.ceil((100 * ROOM_BYTES) / getHeapStatistics().used_heap_size);
  // A larger heap grows by as much anyway.
  if (percent >= 10) setFlagsFromString(`--heap-growing-percent=${percent}`);
  return () => {
    longBodies -= 1;
    if (longBodies === 0) setFlagsFromString("--heap-growing-percent=0");
  };
}

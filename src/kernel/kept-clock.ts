/**
 * Where the clock stands is a row like any other: it outlives the process, and the nodes of one
 * cloud share it.
 */
import type { ClockState } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import { encodeKey } from "./store/key.ts";

const CLOCK_KEY = encodeKey(["kernel.clock"]);
/** Other nodes tell nobody that they moved the clock: so often one looks (real time). */
const LOOK_MS = 250;

/** Undefined: nobody ever moved it. */
export const readClock = (kernel: Kernel): Promise<ClockState | undefined> =>
  kernel.transact((transaction) => transaction.get(CLOCK_KEY) as ClockState | undefined);

export interface KeptClock {
  /** Writes down where the clock stands now. */
  keep(): Promise<void>;
  /** No longer goes along with other nodes; resolves when the last look is over. */
  stop(): Promise<void>;
}

/** On a shared store it also goes along when another node moves the clock. */
export function keptClock(kernel: Kernel): KeptClock {
  let known = "";
  let kept = 0;
  let stopped = false;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const look = async () => {
    const keptBefore = kept;
    const state = await readClock(kernel);
    const text = JSON.stringify(state);
    // What was read before our own move is older than it.
    if (state === undefined || text === known || kept !== keptBefore) return;
    known = text;
    kernel.clock.adopt(state);
  };
  const arm = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      // A store that cannot be reached now can be asked again.
      looking = look().then(arm, arm);
    }, LOOK_MS);
    timer.unref();
  };
  if (kernel.store.shared) arm();

  return {
    async keep() {
      const state = kernel.clock.state();
      kept += 1;
      known = JSON.stringify(state);
      await kernel.transact((transaction) => transaction.put(CLOCK_KEY, state));
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

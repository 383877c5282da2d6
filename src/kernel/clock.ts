/**
 * The one clock. It can flow (at any rate), stand still, and jump. Nothing else in the house asks
 * the machine for the time; only signatures are also checked against the wall.
 */

export interface Clock {
  /** Virtual time, epoch milliseconds. */
  now(): number;
  /** The machine's time, epoch milliseconds: for signatures and for measuring, never for state. */
  wall(): number;
  /** `now` and `wall`, of one look at the machine's clock. */
  both(): readonly [now: number, wall: number];
  /**
   * Grows with every call, also across restarts: microseconds of the wall, made unique. Puts into
   * order what one virtual instant holds.
   */
  tick(): number;
  readonly frozen: boolean;
  /** Virtual seconds per real second while it flows. */
  readonly rate: number;
  freeze(): void;
  resume(rate?: number): void;
  /**
   * Moves the clock to an instant, forward only, without running anything: the scheduler does that.
   */
  moveTo(instantAt: number): void;
  /** Real milliseconds until the virtual instant; Infinity while frozen. Never negative. */
  realDelayMs(instantAt: number): number;
  /** Called after every freeze, resume and move. Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
  state(): ClockState;
  /** Takes over another clock's state, whatever it showed before: of another node, of a snapshot. */
  adopt(state: ClockState): void;
}

/** What is kept of a clock between two starts. */
export interface ClockState {
  readonly frozen: boolean;
  readonly rate: number;
  /** Virtual minus wall time when flowing at rate 1; the instant itself when frozen. */
  readonly offsetMs: number;
  readonly at: number;
}

/** A clock that flows with the machine's. */
export function flowingClock(from?: ClockState): Clock {
  return clock(from ?? { frozen: false, rate: 1, offsetMs: 0, at: 0 });
}

/** A clock that stands still until somebody moves it. `at`: epoch milliseconds. */
export function frozenClock(at: number): Clock {
  return clock({ frozen: true, rate: 1, offsetMs: 0, at });
}

function clock(start: ClockState): Clock {
  const listeners = new Set<() => void>();
  let ticked = 0;
  let frozen = start.frozen;
  let rate = start.rate;
  // While flowing, virtual time is `base` plus the real time since `since`, times the rate.
  let since = Date.now();
  let base = frozen ? start.at : since + start.offsetMs;

  const at = (wall: number) => (frozen ? base : Math.floor(base + (wall - since) * rate));
  const now = () => at(Date.now());
  const rebase = (instantAt: number) => {
    base = instantAt;
    since = Date.now();
  };
  const changed = () => {
    for (const listener of listeners) listener();
  };

  return {
    now,
    wall: () => Date.now(),
    both() {
      const wall = Date.now();
      return [at(wall), wall];
    },
    tick: () => (ticked = Math.max(ticked + 1, Date.now() * 1000)),
    get frozen() {
      return frozen;
    },
    get rate() {
      return rate;
    },
    freeze() {
      rebase(now());
      frozen = true;
      changed();
    },
    resume(newRate = 1) {
      rebase(now());
      frozen = false;
      rate = newRate;
      changed();
    },
    moveTo(instantAt) {
      rebase(Math.max(now(), instantAt));
      changed();
    },
    realDelayMs(instantAt) {
      const aheadMs = instantAt - now();
      if (aheadMs <= 0) return 0;
      return frozen ? Infinity : aheadMs / rate;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    adopt(other) {
      rebase(other.frozen ? other.at : Date.now() + other.offsetMs);
      frozen = other.frozen;
      rate = other.rate;
      changed();
    },
    state: () => ({ frozen, rate, offsetMs: now() - Date.now(), at: now() }),
  };
}

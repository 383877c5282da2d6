/**
 * Where a world's ids come from. A seeded source gives the same ids in every run of a test, and must
 * not give them twice to one world: each start over a kept world, and each load of a saved one,
 * takes the next generation of the seed.
 */
import { secureChance, seededChance, type Chance } from "./ids.ts";
import type { Kernel } from "./kernel.ts";
import { encodeKey } from "./store/key.ts";

const GENERATION_KEY = encodeKey(["kernel.chance"]);

export interface KeptChance {
  readonly chance: Chance;
  /** For a world that may hold ids of the same seed already. */
  renew(kernel: Kernel): Promise<void>;
  /** For a world that was emptied: it remembers the generation all the same. */
  keep(kernel: Kernel): Promise<void>;
}

export function keptChance(seed: number | undefined): KeptChance {
  const settled = () => Promise.resolve();
  if (seed === undefined) return { chance: secureChance(), renew: settled, keep: settled };
  let generation = 0;
  let current = seededChance(seed);
  const keep = (kernel: Kernel) =>
    kernel.transact((transaction) => transaction.put(GENERATION_KEY, generation));
  return {
    chance: (count) => current(count),
    keep,
    async renew(kernel) {
      generation = await kernel.transact((transaction) => {
        const before = transaction.get(GENERATION_KEY) as number | undefined;
        const next = before === undefined ? 0 : before + 1;
        transaction.put(GENERATION_KEY, next);
        return next;
      });
      current = seededChance(seed ^ Math.imul(generation, GENERATION_STEP));
    },
  };
}

/** Odd, so that no two generations of a seed are the same; large, so that neighbouring seeds differ. */
const GENERATION_STEP = 0x9e3779b1;

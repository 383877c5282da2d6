/** The requests under way, so that `idle()` knows when there are none left. */
import type { Kernel } from "../kernel/kernel.ts";

const LOOK_MS = 5;

export class Flight {
  readonly #kernel: Kernel;
  #count = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  enter(): void {
    this.#count += 1;
  }

  leave(): void {
    this.#count -= 1;
  }

  /**
   * Requests that merely wait for a change (long polls) do not count: the clock or another call
   * ends them.
   */
  get quiet(): boolean {
    return this.#count <= this.#kernel.waiting;
  }

  async untilQuiet(): Promise<void> {
    while (!this.quiet) await new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

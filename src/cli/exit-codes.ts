/** What the commands end with. `run` and `aws` end with their child's status. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notRunning: 3,
  portInUse: 4,
  commandNotFound: 127,
} as const;

export const EXIT_WORDS: readonly (readonly [number, string])[] = [
  [EXIT.ok, "it worked"],
  [EXIT.failure, "it failed; the reason is on standard error"],
  [EXIT.usage, "the command line or a variable is wrong"],
  [EXIT.notRunning, "no server is running"],
  [EXIT.portInUse, "the port, or the directory of the state, is in use"],
  [EXIT.commandNotFound, "run, aws: the program is not installed (otherwise: its own status)"],
];

/** A command cannot do what was asked: one sentence, and the status to end with. */
export class CommandFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.failure) {
    super(message);
    this.exitCode = exitCode;
  }
}

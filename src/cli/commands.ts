/** All commands: what they are for, and how to load them. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  start: {
    summary: "Start the cloud, here and now or in the background",
    load: async () => (await import("./start.ts")).start,
  },
  stop: {
    summary: "Stop the server gracefully",
    load: async () => (await import("./stop.ts")).stop,
  },
  status: {
    summary: "Say whether a server runs, where, and how",
    load: async () => (await import("./status.ts")).status,
  },
  env: {
    summary: "Print the variables that point AWS tools here",
    load: async () => (await import("./env.ts")).env,
  },
  run: {
    summary: "Run a program against this cloud, and never the real one",
    load: async () => (await import("./run.ts")).run,
  },
  aws: {
    summary: "Run the installed AWS CLI against this cloud",
    load: async () => (await import("./aws.ts")).aws,
  },
  reset: {
    summary: "Empty the cloud",
    load: async () => (await import("./reset.ts")).reset,
  },
  snapshot: {
    summary: "Save the whole cloud under a name, bring it back, list what is saved",
    load: async () => (await import("./snapshot.ts")).snapshot,
  },
  clock: {
    summary: "Show, freeze, advance or resume the cloud's clock",
    load: async () => (await import("./clock.ts")).clock,
  },
  trail: {
    summary: "Show what was asked, by whom, and what came of it",
    load: async () => (await import("./trail.ts")).trail,
  },
  faults: {
    summary: "Make calls fail, wait or vanish on purpose",
    load: async () => (await import("./faults.ts")).faults,
  },
  usage: {
    summary: "Show what was used, as AWS would bill it",
    load: async () => (await import("./usage.ts")).usage,
  },
  coverage: {
    summary: "Show which operations are real, stored or absent",
    load: async () => (await import("./coverage.ts")).coverage,
  },
  doctor: {
    summary: "Check this machine, this shell and the server",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  clean: {
    summary: "Remove what a stopped server left on the disk",
    load: async () => (await import("./clean.ts")).clean,
  },
  version: {
    summary: "Print the version",
    load: async () => (await import("./version.ts")).versionCommand,
  },
};

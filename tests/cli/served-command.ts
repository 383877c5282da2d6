/** One command of the command line, against a server in this process that is empty before each test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import type { Cloud } from "../../src/cloud-types.ts";
import { readConfiguration } from "../../src/server/configuration/read.ts";
import { serve, type Serving } from "../../src/server/serve.ts";

export interface ServedCommand {
  readonly cloud: Cloud;
  /** Exit status and what was printed. */
  run(...words: readonly string[]): Promise<readonly [number, string]>;
}

export function servedCommand(
  command: string,
  variables: Readonly<Record<string, string>> = {},
): ServedCommand {
  let directory = "";
  let serving: Serving | undefined;
  const running = () => {
    if (serving === undefined) throw new Error("the server runs within tests");
    return serving;
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), `snowglobe-cli-${command}-`));
    const environment = { SNOWGLOBE_LOG: "silent", ...variables };
    serving = await serve({
      configuration: readConfiguration(environment, { port: 0, ephemeral: true }),
      workingDirectory: directory,
      print: () => {},
      colour: false,
      hookDirectories: () => [],
    });
  });
  beforeEach(() => running().cloud.reset());
  afterAll(async () => {
    await running().stop();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    get cloud() {
      return running().cloud;
    },
    async run(...words) {
      let said = "";
      const say = (text: string) => void (said += text);
      const code = await runCommandLine([command, ...words], {
        environment: {},
        workingDirectory: directory,
        terminal: false,
        json: false,
        out: say,
        err: say,
      });
      return [code, said];
    },
  };
}

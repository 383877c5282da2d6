/** `snowglobe aws …`, and `awslocal …`: the AWS CLI that is installed, pointed here. */
import { emptyProfileFile, runChild } from "./child.ts";
import { isolatedEnvironment } from "./client-environment.ts";
import type { Command, Io } from "./command.ts";
import { requireServer } from "./connection.ts";

export const aws: Command = {
  usage: ["aws <service> <operation> [argument ...]"],
  says:
    "Needs an AWS CLI, version 1 or 2. Keys and region that are set stay; otherwise test/test.\n" +
    "Ends with its status.",
  options: {},
  words: "rest",
  run: (given, io) => runAws(given.words, io),
};

export async function runAws(words: readonly string[], io: Io): Promise<number> {
  const { url, info } = await requireServer(io);
  const environment = isolatedEnvironment(io.environment, {
    target: { url, region: info.region },
    emptyFile: await emptyProfileFile(),
    keepsIdentity: true,
  });
  // Before 2.13 and 1.29 the CLI does not read AWS_ENDPOINT_URL: said on the command line, all
  // versions know it.
  const isNamed = words.some(
    (word) => word === "--endpoint-url" || word.startsWith("--endpoint-url="),
  );
  return runChild("aws", isNamed ? words : [`--endpoint-url=${url}`, ...words], environment);
}

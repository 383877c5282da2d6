#!/usr/bin/env node
/** The `awslocal` command: `snowglobe aws` under the name that scripts already use. */
import { runCommandLine } from "./cli/command-line.ts";
import { processIo } from "./cli/process-io.ts";

process.exitCode = await runCommandLine(["aws", "--", ...process.argv.slice(2)], processIo());

#!/usr/bin/env node
/** The `snowglobe` command. Each command loads what it needs, and nothing else. */
import { runCommandLine } from "./cli/command-line.ts";
import { processIo } from "./cli/process-io.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), processIo());

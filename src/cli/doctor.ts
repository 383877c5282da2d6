/**
 * `snowglobe doctor`: looks at this machine, this shell and the server, and says what would go
 * wrong.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { authorityPath } from "../server/files.ts";
import { portOwner } from "../server/port-owner.ts";
import { flowingClock } from "../kernel/clock.ts";
import { commandName } from "./command-name.ts";
import { tell, type Command, type Io } from "./command.ts";
import { ask, findServer, isLocal, stateDirectory, type Connection } from "./connection.ts";
import { EXIT } from "./exit-codes.ts";

interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "failure";
  readonly says: string;
}

export const doctor: Command = {
  usage: ["doctor"],
  says: "Ends with 1 when something is broken; warnings do not count.",
  options: {},
  words: 0,
  async run(_given, io) {
    const server = await findServer(io);
    const findings = [
      nodeVersion(),
      reachable(io, server),
      ...(server === undefined ? [await portFree(io)] : [await clockSkew(server)]),
      await variables(io),
      endpoint(io, server),
      credentials(io),
      proxies(io),
      await awsCli(),
      authority(io, server),
    ];
    const text = findings.map(({ check, state, says }) => `${mark(state, io)} ${check}: ${says}`);
    tell(io, { findings }, text.join("\n"));
    return findings.some(({ state }) => state === "failure") ? EXIT.failure : EXIT.ok;
  },
};

const COLOURS = { ok: 32, warning: 33, failure: 31 };

function mark(state: Finding["state"], io: Io): string {
  const word = state.padEnd(8);
  return io.terminal ? `\u001b[${COLOURS[state]}m${word}\u001b[39m` : word;
}

const ok = (check: string, says: string): Finding => ({ check, state: "ok", says });
const warning = (check: string, says: string): Finding => ({ check, state: "warning", says });
const failure = (check: string, says: string): Finding => ({ check, state: "failure", says });

const NODE_FLOOR = [20, 19] as const;

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNewEnough = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  return isNewEnough
    ? ok("node", process.version)
    : failure("node", `${process.version} is too old; it takes ${NODE_FLOOR.join(".")} or newer.`);
}

/** What would keep `start` from starting: a misspelt name, a value that it does not take. */
async function variables({ environment }: Io): Promise<Finding> {
  const { readConfiguration } = await import("../server/configuration/read.ts");
  const check = "variables";
  try {
    readConfiguration(environment);
    return ok(check, "all of Snowglobe's that are set are understood");
  } catch (error) {
    return failure(check, error instanceof Error ? error.message : String(error));
  }
}

const reachable = (io: Io, server: Connection | undefined): Finding =>
  server === undefined
    ? warning("server", `none is running. Start one: ${commandName(io.environment)} start`)
    : ok("server", `version ${server.info.version} at ${server.url}`);

const PORT_DEFAULT = 4566;

async function portFree(io: Io): Promise<Finding> {
  const asked = Number(io.environment["SNOWGLOBE_PORT"] || PORT_DEFAULT);
  // What is no port is the business of the check of the variables.
  const port = asked >= 0 && asked < 65_536 ? asked : PORT_DEFAULT;
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  if (isFree) return ok("port", `${port} is free`);
  const owner = (await portOwner("127.0.0.1", port)) ?? "something else";
  return failure("port", `${owner} uses ${port}; choose another with --port or SNOWGLOBE_PORT`);
}

const SKEW_MS_MAX = 2000;
/** AWS refuses signatures that are older or newer than that. */
const SIGNATURE_WINDOW_MS = 5 * 60_000;

async function clockSkew(server: Connection): Promise<Finding> {
  const facts = (await ask(server, "GET", "/_snowglobe/doctor")) as { readonly wall: string };
  const skewMs = Math.abs(Date.parse(facts.wall) - flowingClock().wall());
  const says = `the server's machine and this one differ by ${(skewMs / 1000).toFixed(1)} s`;
  if (skewMs > SIGNATURE_WINDOW_MS) return failure("clock", `${says}: signatures are refused.`);
  return skewMs > SKEW_MS_MAX ? warning("clock", says) : ok("clock", says);
}

const evaluated = (environment: Io["environment"]) => `eval "$(${commandName(environment)} env)"`;

function endpoint({ environment }: Io, server: Connection | undefined): Finding {
  const check = "AWS_ENDPOINT_URL";
  const url = environment[check];
  if (!url) return warning(check, `not set in this shell: ${evaluated(environment)}`);
  if (!isLocal(url)) return warning(check, `${url} is not on this machine`);
  if (server === undefined) return warning(check, `${url}, and no server is running`);
  const same = URL.canParse(url) && new URL(url).port === new URL(server.url).port;
  return same ? ok(check, url) : warning(check, `${url}, but the server is ${server.url}`);
}

function credentials({ environment }: Io): Finding {
  const check = "credentials";
  if (environment["AWS_PROFILE"]) {
    return warning(
      check,
      `AWS_PROFILE=${environment["AWS_PROFILE"]} may win over keys that are set`,
    );
  }
  const key = environment["AWS_ACCESS_KEY_ID"];
  if (!key) return warning(check, `no key is set in this shell: ${evaluated(environment)}`);
  if (key === "test") return ok(check, "test: the default account's root");
  if (/^\d{12}$/.test(key)) return ok(check, `root of account ${key}`);
  return warning(
    check,
    `a key is set; if it is of a real account, use: ${commandName(environment)} run -- <command>`,
  );
}

function proxies({ environment }: Io): Finding {
  const names = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
  ];
  const set = names.filter((name) => environment[name]);
  if (set.length === 0) return ok("proxy", "none is set");
  const direct = (environment["NO_PROXY"] ?? environment["no_proxy"] ?? "").split(",");
  const isDirect = direct.some((name) => ["localhost", "127.0.0.1", "*"].includes(name.trim()));
  return isDirect
    ? ok("proxy", `${set.join(", ")}, and NO_PROXY excepts this machine`)
    : warning("proxy", `${set.join(", ")} is set: add localhost,127.0.0.1 to NO_PROXY`);
}

const AWS_CLI_MS = 10_000;

async function awsCli(): Promise<Finding> {
  const check = "AWS CLI";
  try {
    const { stdout, stderr } = await promisify(execFile)("aws", ["--version"], {
      timeout: AWS_CLI_MS,
    });
    return ok(check, (stdout || stderr).trim());
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return warning(check, isMissing ? "not installed" : "it does not answer to aws --version");
  }
}

function authority(io: Io, server: Connection | undefined): Finding {
  const file = authorityPath(server?.info.directory ?? stateDirectory(io));
  return existsSync(file)
    ? ok("HTTPS", `the authority's certificate is ${file}`)
    : ok("HTTPS", "its certificate authority is made at the first start, just after Ready.");
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../src/cli/command.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { commandName } from "../../src/cli/command-name.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { readConfiguration } from "../../src/server/configuration/read.ts";
import { serve, type Serving } from "../../src/server/serve.ts";
import { version } from "../../src/server/version.ts";
import { startCloud } from "../../src/testing/cloud.ts";

let directory: string;
let elsewhere: string;
let serving: Serving;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "snowglobe-cli-"));
  elsewhere = await mkdtemp(join(tmpdir(), "snowglobe-cli-none-"));
  await mkdir(join(directory, "deep/er"), { recursive: true });
  serving = await serve({
    configuration: readConfiguration(
      { SNOWGLOBE_FREEZE_AT: "2030-01-01T00:00:00Z", SNOWGLOBE_LOG: "silent" },
      { port: 0, ephemeral: true, region: "eu-west-1" },
    ),
    workingDirectory: directory,
    print: () => {},
    colour: false,
    hookDirectories: () => [],
  });
  await serving.ready;
});

afterAll(async () => {
  await serving.stop();
  await rm(directory, { recursive: true, force: true });
  await rm(elsewhere, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function snowglobe(
  words: readonly string[],
  environment: Io["environment"] = {},
  workingDirectory = directory,
): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await runCommandLine(words, {
    environment,
    workingDirectory,
    terminal: false,
    json: false,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

/** Without a server anywhere: a port that nobody listens on. */
const nowhere = { SNOWGLOBE_URL: "http://127.0.0.1:9" };

test.for([
  [
    "bash",
    [
      "export AWS_ENDPOINT_URL='URL'",
      "export AWS_ACCESS_KEY_ID='test'",
      "export AWS_SECRET_ACCESS_KEY='test'",
      "export AWS_REGION='eu-west-1'",
      "export AWS_DEFAULT_REGION='eu-west-1'",
      "export AWS_EC2_METADATA_DISABLED='true'",
      "unset AWS_SESSION_TOKEN",
      "unset AWS_SECURITY_TOKEN",
      "unset AWS_CREDENTIAL_EXPIRATION",
      "unset AWS_PROFILE",
      "unset AWS_DEFAULT_PROFILE",
      "unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
      "unset AWS_USE_FIPS_ENDPOINT",
      "unset AWS_USE_DUALSTACK_ENDPOINT",
      "# For HTTPS: AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS take DIR/.snowglobe/ca/ca.pem",
    ],
  ],
  [
    "powershell",
    [
      "$env:AWS_ENDPOINT_URL = 'URL'",
      "$env:AWS_ACCESS_KEY_ID = 'test'",
      "$env:AWS_SECRET_ACCESS_KEY = 'test'",
      "$env:AWS_REGION = 'eu-west-1'",
      "$env:AWS_DEFAULT_REGION = 'eu-west-1'",
      "$env:AWS_EC2_METADATA_DISABLED = 'true'",
      "Remove-Item Env:AWS_SESSION_TOKEN -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_SECURITY_TOKEN -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_CREDENTIAL_EXPIRATION -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_PROFILE -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_DEFAULT_PROFILE -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_IGNORE_CONFIGURED_ENDPOINT_URLS -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_USE_FIPS_ENDPOINT -ErrorAction SilentlyContinue",
      "Remove-Item Env:AWS_USE_DUALSTACK_ENDPOINT -ErrorAction SilentlyContinue",
      "# For HTTPS: AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS take DIR/.snowglobe/ca/ca.pem",
    ],
  ],
  [
    "cmd",
    [
      'set "AWS_ENDPOINT_URL=URL"',
      'set "AWS_ACCESS_KEY_ID=test"',
      'set "AWS_SECRET_ACCESS_KEY=test"',
      'set "AWS_REGION=eu-west-1"',
      'set "AWS_DEFAULT_REGION=eu-west-1"',
      'set "AWS_EC2_METADATA_DISABLED=true"',
      'set "AWS_SESSION_TOKEN="',
      'set "AWS_SECURITY_TOKEN="',
      'set "AWS_CREDENTIAL_EXPIRATION="',
      'set "AWS_PROFILE="',
      'set "AWS_DEFAULT_PROFILE="',
      'set "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="',
      'set "AWS_USE_FIPS_ENDPOINT="',
      'set "AWS_USE_DUALSTACK_ENDPOINT="',
      "echo For HTTPS: AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS take DIR/.snowglobe/ca/ca.pem",
    ],
  ],
  [
    "fish",
    [
      "set -gx AWS_ENDPOINT_URL 'URL'",
      "set -gx AWS_ACCESS_KEY_ID 'test'",
      "set -gx AWS_SECRET_ACCESS_KEY 'test'",
      "set -gx AWS_REGION 'eu-west-1'",
      "set -gx AWS_DEFAULT_REGION 'eu-west-1'",
      "set -gx AWS_EC2_METADATA_DISABLED 'true'",
      "set -e AWS_SESSION_TOKEN",
      "set -e AWS_SECURITY_TOKEN",
      "set -e AWS_CREDENTIAL_EXPIRATION",
      "set -e AWS_PROFILE",
      "set -e AWS_DEFAULT_PROFILE",
      "set -e AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
      "set -e AWS_USE_FIPS_ENDPOINT",
      "set -e AWS_USE_DUALSTACK_ENDPOINT",
      "# For HTTPS: AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS take DIR/.snowglobe/ca/ca.pem",
    ],
  ],
] as const)("env speaks %s", async ([shell, lines]) => {
  const { code, out, err } = await snowglobe(["env", "--shell", shell]);
  const expected = lines.map((line) =>
    line
      .replace("URL'", `${serving.url}'`)
      .replace(/=URL"/, `=${serving.url}"`)
      .replace("DIR", directory),
  );
  expect({ code, out, err }).toEqual({ code: 0, out: `${expected.join("\n")}\n`, err: "" });
});

test("zsh and PowerShell's own name are known as well", async () => {
  const said = async (shell: string) => (await snowglobe(["env", "--shell", shell])).out;
  expect([await said("zsh"), await said("pwsh")]).toEqual([
    await said("bash"),
    await said("powershell"),
  ]);
});

test("the certificate that env names is there", async () => {
  const { out } = await snowglobe(["env", "--json"]);
  const { authorityFile } = JSON.parse(out) as { authorityFile: string };
  expect((await readFile(authorityFile, "utf8")).split("\n")[0]).toBe(
    "-----BEGIN CERTIFICATE-----",
  );
});

test("commands find the server from a directory below", async () => {
  const { code, out } = await snowglobe(["status", "--json"], {}, join(directory, "deep/er"));
  const { running, url, region } = JSON.parse(out) as Record<string, unknown>;
  expect({ code, running, url, region }).toEqual({
    code: 0,
    running: true,
    url: serving.url,
    region: "eu-west-1",
  });
});

test("the nearest directory that has one is meant, and none above it", async () => {
  const own = join(directory, "deep/own");
  await mkdir(join(own, ".snowglobe"), { recursive: true });
  const { code } = await snowglobe(["status"], {}, own);
  await rm(own, { recursive: true });
  expect(code).toBe(3);
});

test("without a server: status tells it, the others end with 3", async () => {
  const status = await snowglobe(["status"], nowhere, elsewhere);
  const reset = await snowglobe(["reset"], nowhere, elsewhere);
  const json = await snowglobe(["reset", "--json"], nowhere, elsewhere);
  const sentence = "No Snowglobe server answers at http://127.0.0.1:9.";
  expect([status, reset, json]).toEqual([
    { code: 3, out: `${sentence}\n`, err: "" },
    { code: 3, out: "", err: `${sentence}\n` },
    { code: 3, out: `${JSON.stringify({ error: sentence })}\n`, err: "" },
  ]);
});

test("the note of a server that is gone is not believed, and removed", async () => {
  const file = join(elsewhere, ".snowglobe/server.json");
  await mkdir(join(elsewhere, ".snowglobe"), { recursive: true });
  // Another server answers there now: the instance is not the one of the note.
  await writeFile(
    file,
    JSON.stringify({
      pid: 1,
      host: "127.0.0.1",
      port: serving.port,
      url: serving.url,
      instanceId: "x",
    }),
  );
  const { code } = await snowglobe(
    ["clean"],
    { SNOWGLOBE_STATE: join(elsewhere, ".snowglobe") },
    elsewhere,
  );
  expect(code).toBe(0);
  await expect(readFile(file)).rejects.toMatchObject({ code: "ENOENT" });
});

test("clean does not touch what a server uses, and never the hooks", async () => {
  const used = await snowglobe(["clean"]);
  expect([used.code, used.err]).toEqual([
    1,
    `A server is using ${join(directory, ".snowglobe")}: process ${process.pid}. ` +
      "Stop it first: snowglobe stop\n",
  ]);
  const own = join(elsewhere, "own");
  for (const name of ["state", "snapshots", "init/ready.d"]) {
    await mkdir(join(own, name), { recursive: true });
  }
  const usual = await snowglobe(["clean", "--state", own, "--json"], {}, elsewhere);
  const all = await snowglobe(["clean", "--state", own, "--all", "--json"], {}, elsewhere);
  expect([JSON.parse(usual.out), JSON.parse(all.out)]).toEqual([
    { removed: [join(own, "state")] },
    { removed: [join(own, "snapshots")] },
  ]);
});

test("clean means the directory that stop and status mean, from below as well", async () => {
  const below = join(directory, "deep/er");
  const used = await snowglobe(["clean"], {}, below);
  expect([used.code, used.err]).toEqual([
    1,
    `A server is using ${join(directory, ".snowglobe")}: process ${process.pid}. ` +
      "Stop it first: snowglobe stop\n",
  ]);
  const project = join(elsewhere, "project");
  const state = join(project, ".snowglobe/state");
  await mkdir(state, { recursive: true });
  await mkdir(join(project, "src"));
  const left = await snowglobe(["clean", "--json"], {}, join(project, "src"));
  const again = await snowglobe(["clean"], {}, join(project, "src"));
  expect([JSON.parse(left.out), again.out]).toEqual([
    { removed: [state] },
    "There is nothing to remove.\n",
  ]);
});

test("the clock is shown and advanced", async () => {
  const shown = await snowglobe(["clock"]);
  const advanced = await snowglobe(["clock", "advance", "1d"]);
  const wrong = await snowglobe(["clock", "advance", "soon"]);
  expect([shown.out, advanced.out, wrong]).toEqual([
    "2030-01-01T00:00:00.000Z, standing still\n",
    "2030-01-02T00:00:00.000Z, standing still\n",
    { code: 2, out: "", err: '"soon" is no span of time; give 90s, 1h30m or 7d.\n' },
  ]);
});

test("a snapshot goes out and comes back by name", async () => {
  const saved = await snowglobe(["snapshot", "save", "first", "--json"]);
  const { file, sizeBytes } = JSON.parse(saved.out) as { file: string; sizeBytes: number };
  const listed = await snowglobe(["snapshot", "list", "--json"]);
  const loaded = await snowglobe(["snapshot", "load", "first", "--json"]);
  const missing = await snowglobe(["snapshot", "load", "second"]);
  expect(
    (JSON.parse(listed.out) as { snapshots: { name: string }[] }).snapshots.map(({ name }) => name),
  ).toEqual(["first"]);
  expect(JSON.parse(loaded.out)).toEqual({ name: "first", file, sizeBytes });
  expect(missing).toEqual({
    code: 1,
    out: "",
    err: 'There is no snapshot "second". See: snowglobe snapshot list.\n',
  });
});

test("reset empties the cloud", async () => {
  expect(await snowglobe(["reset"])).toEqual({
    code: 0,
    out: `The cloud at ${serving.url} is empty.\n`,
    err: "",
  });
});

test("the trail as JSON lines is the cloud's own", async () => {
  await fetch(`${serving.url}/no-such-thing`);
  const { out } = await snowglobe(["trail", "--json"]);
  const lines = out.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    JSON.parse(JSON.stringify(serving.cloud.trail.list())),
  );
});

test("a limited trail is the newest, or goes on from a place", async () => {
  const sequences = async (...words: string[]) => {
    const { out } = await snowglobe(["trail", "--json", ...words]);
    return out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as { sequence: number }).sequence);
  };
  for (let n = 0; n < 3; n++) await fetch(`${serving.url}/no-such-thing`);
  const all = await sequences();
  expect([
    await sequences("--limit", "2"),
    await sequences("--after", String(all[0]), "--limit", "1"),
    await sequences("--limit", "0"),
  ]).toEqual([all.slice(-2), all.slice(1, 2), []]);
});

test("env clears endpoints of single services, and keeps a proxy away from this machine", async () => {
  const { out } = await snowglobe(["env", "--json"], {
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9000",
    HTTPS_PROXY: "http://proxy:3128",
    no_proxy: "intranet",
  });
  const { set, unset } = JSON.parse(out) as { set: Record<string, string>; unset: string[] };
  const direct = "intranet,localhost,127.0.0.1,::1";
  expect([set["NO_PROXY"], set["no_proxy"], unset.at(-1)]).toEqual([
    direct,
    direct,
    "AWS_ENDPOINT_URL_S3",
  ]);
});

test.for([
  [{}, "/usr/local/bin/snowglobe", "snowglobe"],
  [{ npm_command: "exec" }, "/app/node_modules/.bin/snowglobe", "npx snowglobe"],
  [{ npm_command: "start" }, join(process.cwd(), "dist/main.js"), "npx snowglobe"],
  [{}, join(process.cwd(), "dist/main.js"), `node ${join("dist", "main.js")}`],
  [{}, "/clone/dist/main.js", "node /clone/dist/main.js"],
] as const)("with %o, %s is called: %s", ([environment, script, name]) => {
  expect(commandName(environment, script)).toBe(name);
});

test("start in a directory where a server runs ends with 4", async () => {
  const { code, err } = await snowglobe(["start", "--port", "0"]);
  expect([code, err]).toEqual([
    4,
    `A server already runs with ${join(directory, ".snowglobe")}: ${serving.url}, process ${process.pid}. ` +
      "Stop it with snowglobe stop, or choose another directory with --state.\n",
  ]);
});

test("start with a state that another process holds ends with 4", async () => {
  const held = join(elsewhere, "held");
  const cloud = await startCloud({ directory: join(held, "state") });
  const words = ["start", "--port", "0", "--state", held, "--log", "silent"];
  const { code, err } = await snowglobe(words, {}, elsewhere);
  await cloud.close();
  expect([code, err]).toEqual([
    4,
    `${join(held, "state/store")} is in use by process ${process.pid}. ` +
      "Stop that process, or use another directory.\n",
  ]);
});

test("a state that cannot be kept is told, with the way out", async () => {
  const file = join(elsewhere, "file");
  await writeFile(file, "");
  const state = join(file, "below");
  const words = ["start", "--port", "0", "--state", state, "--log", "silent"];
  const because = `ENOTDIR: not a directory, mkdir '${state}'`;
  expect([await snowglobe(words), await snowglobe([...words, "--detach"])]).toEqual([
    {
      code: 1,
      out: "",
      err:
        `The state cannot be kept in ${state}: ${because}. ` +
        "Choose another directory with --state, or keep nothing with --ephemeral.\n",
    },
    {
      code: 1,
      out: "",
      err:
        `A server in the background keeps its log in ${state}: ${because}. ` +
        "Choose another directory with --state.\n",
    },
  ]);
});

test("start with the port of another ends with 4", async () => {
  const { code, err } = await snowglobe(
    ["start", "--port", String(serving.port), "--ephemeral", "--log", "silent"],
    {},
    elsewhere,
  );
  expect([code, err]).toEqual([
    4,
    `Port ${serving.port} on 127.0.0.1 is already in use ` +
      `by Snowglobe, process ${process.pid}, with ${join(directory, ".snowglobe")}. ` +
      "Choose another with --port or SNOWGLOBE_PORT (0 takes any free one).\n",
  ]);
});

test("run and aws tell of their own failures in JSON, too", async () => {
  const failed = (words: readonly string[]) => snowglobe(words, nowhere);
  const error = `{"error":"No Snowglobe server answers at ${nowhere.SNOWGLOBE_URL}."}\n`;
  expect([
    await failed(["run", "--json", "--", "env"]),
    await failed(["aws", "--json", "s3", "ls"]),
  ]).toEqual([
    { code: 3, out: error, err: "" },
    { code: 3, out: error, err: "" },
  ]);
});

test("doctor says who has the port", async () => {
  const { code, out } = await snowglobe(
    ["doctor", "--json"],
    { ...nowhere, SNOWGLOBE_PORT: String(serving.port) },
    elsewhere,
  );
  const { findings } = JSON.parse(out) as { findings: { check: string }[] };
  expect([code, findings.find(({ check }) => check === "port")]).toEqual([
    1,
    {
      check: "port",
      state: "failure",
      says:
        `Snowglobe, process ${process.pid}, with ${join(directory, ".snowglobe")} ` +
        `uses ${serving.port}; choose another with --port or SNOWGLOBE_PORT`,
    },
  ]);
});

test.for([
  [["strat"], 'There is no command "strat". Did you mean "start"?\n'],
  [["start", "--iam", "maybe"], '--iam is "maybe"; it takes one of enforce, soft, off.\n'],
  [
    ["start", "--ephemeral", "--state", "kept"],
    "--state keeps the state, --ephemeral keeps nothing: give one of them.\n",
  ],
  [["clock", "rewind"], '"rewind" is not show, freeze, advance or resume.\n'],
  [["reset", "now"], '"now" is one word too many.\n'],
  [
    ["env", "--shell", "tcsh"],
    '"tcsh" is no shell known here; it takes bash, fish, powershell, cmd, zsh, sh, pwsh.\n',
  ],
  [["run"], "Which command? snowglobe run -- <command>\n"],
  [["run", "--keep-key", "aws"], 'There is no option "--keep-key" here. See: --help.\n'],
  [["start", "--prot", "1"], 'There is no option "--prot" here. Did you mean "--port"?\n'],
  [["status", "--colour"], 'There is no option "--colour" here. See: --help.\n'],
  [
    ["clock", "freeze", "2030-01-01"],
    '"2030-01-01" is one word too many. At an instant: snowglobe clock freeze --at INSTANT\n',
  ],
  [["clock", "show", "1h"], '"1h" is one word too many.\n'],
  [["clock", "freeze", "--to", "2031-01-01"], "--to belongs to clock advance.\n"],
  [["clock", "resume", "--rate", "fast"], "--rate takes a number above 0.\n"],
  [["clock", "freeze", "--at", "noon"], '"noon" is no instant; give 2030-01-01T00:00:00Z.\n'],
  [["snapshot", "list", "mine"], '"mine" is one word too many.\n'],
  [
    ["snapshot", "save", "../mine"],
    '"../mine" is no name of a snapshot: letters, digits, ".", "_" and "-", 100 at most.\n',
  ],
] as const)("%o is a wrong command line: 2", async ([words, err]) => {
  expect(await snowglobe(words)).toEqual({ code: 2, out: "", err });
});

test("every command has help, with its options and the exit statuses", async () => {
  const helps = await Promise.all(
    Object.keys(COMMANDS).map(async (name) => {
      const { code, out } = await snowglobe(["help", name]);
      return [name, code, out.split("\n")[0], out.includes("Exit status:\n  0    it worked\n")];
    }),
  );
  expect(helps).toEqual(
    Object.entries(COMMANDS).map(([name, { summary }]) => [name, 0, `${summary}.`, true]),
  );
});

test("the version is the package's", async () => {
  const { version: packaged } = JSON.parse(
    await readFile(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  expect([version(), (await snowglobe(["version"])).out]).toEqual([packaged, `${packaged}\n`]);
});

test("doctor names what is missing in this shell", async () => {
  const { out } = await snowglobe(["doctor", "--json"], {
    AWS_PROFILE: "work",
    HTTPS_PROXY: "http://proxy:3128",
  });
  const { findings } = JSON.parse(out) as {
    findings: { check: string; state: string; says: string }[];
  };
  const found = Object.fromEntries(
    findings.map(({ check, state, says }) => [check, [state, says]]),
  );
  expect([
    found["server"],
    found["AWS_ENDPOINT_URL"],
    found["credentials"],
    found["proxy"],
  ]).toEqual([
    ["ok", `version ${version()} at ${serving.url}`],
    ["warning", 'not set in this shell: eval "$(snowglobe env)"'],
    ["warning", "AWS_PROFILE=work may win over keys that are set"],
    ["warning", "HTTPS_PROXY is set: add localhost,127.0.0.1 to NO_PROXY"],
  ]);
});

test("doctor names the variable that no start would take", async () => {
  const { code, out } = await snowglobe(["doctor", "--json"], { SNOWGLOBE_PROT: "4567" });
  const bad = await snowglobe(["doctor", "--json"], { ...nowhere, SNOWGLOBE_PORT: "abc" });
  const failures = (text: string) =>
    (JSON.parse(text) as { findings: { state: string }[] }).findings.filter(
      ({ state }) => state === "failure",
    );
  expect([code, failures(out), bad.code]).toEqual([
    1,
    [
      {
        check: "variables",
        state: "failure",
        says: "SNOWGLOBE_PROT is no variable of Snowglobe. Did you mean SNOWGLOBE_PORT?",
      },
    ],
    1,
  ]);
  expect(failures(bad.out)).toContainEqual({
    check: "variables",
    state: "failure",
    says: 'SNOWGLOBE_PORT is "abc"; it takes a port number from 0 to 65535.',
  });
});

test("coverage knows a service by its name in whatever case", async () => {
  const { code, out } = await snowglobe(["coverage", "KMS", "--json"]);
  expect([code, (JSON.parse(out) as { service: string }).service]).toEqual([0, "kms"]);
});

test("coverage needs no server: without one it is that of this version", async () => {
  const served = await snowglobe(["coverage", "--json"]);
  const own = await snowglobe(["coverage", "--json"], {}, elsewhere);
  expect({ ...own, out: JSON.parse(own.out) as unknown }).toEqual({
    ...served,
    out: JSON.parse(served.out) as unknown,
  });
  const one = await snowglobe(["coverage", "KMS", "--json"], {}, elsewhere);
  const { services } = JSON.parse(own.out) as { services: { service: string }[] };
  expect([one.code, JSON.parse(one.out)]).toEqual([
    0,
    services.find(({ service }) => service === "kms"),
  ]);
  expect(await snowglobe(["coverage", "none"], {}, elsewhere)).toEqual({
    code: 1,
    out: "",
    err: 'Snowglobe has no operation of "none" yet.\n',
  });
  // Who names a server means that one.
  expect((await snowglobe(["coverage"], nowhere, elsewhere)).code).toBe(3);
});

/** `snowglobe env`: the variables that point AWS tools here, in the words of the user's shell. */
import { authorityPath } from "../server/files.ts";
import { makeAuthority } from "./authority.ts";
import { CLEARED, clientVariables, proxyExceptions } from "./client-environment.ts";
import { tell, type Command, type Io } from "./command.ts";
import { findServer, stateDirectory } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

interface Shell {
  set(name: string, value: string): string;
  unset(name: string): string;
  remark(text: string): string;
}

const doubled = (text: string) => `'${text.replaceAll("'", "''")}'`;

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    set: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    unset: (name) => `unset ${name}`,
    remark: (text) => `# ${text}`,
  },
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replaceAll(/['\\]/g, "\\$&")}'`,
    unset: (name) => `set -e ${name}`,
    remark: (text) => `# ${text}`,
  },
  powershell: {
    set: (name, value) => `$env:${name} = ${doubled(value)}`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    remark: (text) => `# ${text}`,
  },
  cmd: {
    set: (name, value) => `set "${name}=${value}"`,
    unset: (name) => `set "${name}="`,
    // What FOR puts together may be any command of cmd's but FOR, IF and REM.
    remark: (text) => `echo ${text}`,
  },
};

/** Shells that speak another's language. */
const SAME_AS: Readonly<Record<string, string>> = { zsh: "bash", sh: "bash", pwsh: "powershell" };

export const env: Command = {
  usage: ["env [--shell bash|zsh|powershell|cmd|fish]"],
  says:
    'bash, zsh   eval "$(snowglobe env)"\n' +
    "fish        snowglobe env --shell fish | source\n" +
    "PowerShell  snowglobe env --shell powershell | Out-String | Invoke-Expression\n" +
    "cmd         for /f \"delims=\" %i in ('snowglobe env --shell cmd') do @%i",
  options: {
    shell: { type: "string", value: "NAME", says: "bash, zsh, powershell, cmd or fish" },
  },
  words: 0,
  async run(given, io) {
    const name = given.text("shell") ?? usualShell(io);
    const language = Object.hasOwn(SAME_AS, name) ? (SAME_AS[name] ?? name) : name;
    const shell = Object.hasOwn(SHELLS, language) ? SHELLS[language] : undefined;
    if (shell === undefined) {
      throw new CommandFailure(
        `"${name}" is no shell known here; it takes ${Object.keys({ ...SHELLS, ...SAME_AS }).join(", ")}.`,
        EXIT.usage,
      );
    }
    const server = await findServer(io);
    if (server === undefined) io.err("No server is running yet; these are the usual values.\n");
    const target = {
      url: server?.url ?? usualUrl(io),
      region: server?.info.region ?? usualRegion(io),
    };
    const directory = server?.info.directory ?? stateDirectory(io);
    const set = { ...clientVariables(target), ...proxyExceptions(io.environment) };
    const unset = [...CLEARED, ...Object.keys(io.environment).filter(isServiceEndpoint)];
    const lines = [
      ...Object.entries(set).map(([variable, value]) => shell.set(variable, value)),
      ...unset.map((variable) => shell.unset(variable)),
      shell.remark(
        `For HTTPS: AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS take ${authorityPath(directory)}`,
      ),
    ];
    // The file that was just named must be there.
    await makeAuthority(directory);
    tell(io, { set, unset, authorityFile: authorityPath(directory) }, lines.join("\n"));
    return EXIT.ok;
  },
};

/** An endpoint of one service would win over ours. */
const isServiceEndpoint = (name: string) => name.startsWith("AWS_ENDPOINT_URL_");

const usualUrl = ({ environment }: Io) =>
  environment["SNOWGLOBE_URL"] ?? `http://127.0.0.1:${environment["SNOWGLOBE_PORT"] ?? "4566"}`;

const usualRegion = ({ environment }: Io) => environment["SNOWGLOBE_REGION"] ?? "us-east-1";

function usualShell({ environment }: Io): string {
  if (environment["SHELL"]?.endsWith("fish") === true) return "fish";
  if (environment["SHELL"] !== undefined) return "bash";
  return process.platform === "win32" ? "powershell" : "bash";
}

/**
 * A whole server: configuration, cloud, port, hooks and the note for other commands, started and
 * stopped in order.
 */
import { access, constants, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { openCloud } from "../cloud.ts";
import type { Cloud, CloudOptions } from "../cloud-types.ts";
import { flowingClock } from "../kernel/clock.ts";
import { Draws, secureChance } from "../kernel/ids.ts";
import { banner } from "./banner.ts";
import type { Configuration } from "./configuration/read.ts";
import type { Settings } from "./configuration/settings.ts";
import { standingFaults } from "./configuration/standing-faults.ts";
import { createControl, type ControlContext } from "./control/control.ts";
import { frontPageRoutes } from "./control/front-page.ts";
import { localstackRoutes } from "./control/localstack.ts";
import { neighbourRoutes } from "./control/neighbours.ts";
import { snowglobeRoutes } from "./control/snowglobe.ts";
import { authorityDirectory, removeNote, statePath, writeNote } from "./files.ts";
import { commandsDirectory } from "./hook-commands.ts";
import { openHooks, type HookOptions, type Hooks } from "./hooks.ts";
import { createLogger, type Logger } from "./log.ts";
import { isLoopback, startServer, type Server } from "./server.ts";
import { makeAuthorityAhead, type AuthorityAhead } from "./tls/ahead.ts";
import { version } from "./version.ts";

export interface ServeOptions {
  readonly configuration: Configuration;
  /** Relative directories of the settings start here. */
  readonly workingDirectory: string;
  /** Standard output: the banner, and `Ready.` */
  readonly print: (text: string) => void;
  readonly colour: boolean;
  /** How the command is called from a shell, for hints. */
  readonly command?: string;
  readonly logger?: Logger;
  /** Somebody asked the server itself to stop. */
  readonly onStopRequest?: () => void;
  /** For tests: other hook directories. */
  readonly hookDirectories?: HookOptions["elsewhere"];
}

export interface Serving {
  readonly url: string;
  readonly port: number;
  readonly cloud: Cloud;
  /** Resolves when the hooks have run: to the number of those that failed. */
  readonly ready: Promise<number>;
  stop(): Promise<void>;
}

const ROUTES = [...frontPageRoutes, ...snowglobeRoutes, ...localstackRoutes, ...neighbourRoutes];

export async function serve(options: ServeOptions): Promise<Serving> {
  const { configuration, print } = options;
  const { settings } = configuration;
  const logger = options.logger ?? createLogger(settings.log);
  const directory = resolve(options.workingDirectory, settings.directory);
  for (const note of configuration.notes) logger.warn(note);
  const isWritable = await makeDirectory(directory, settings, logger);

  const hooks = await openHooks({
    directory,
    print: (text) => logger.info(text.trimEnd()),
    warn: (line) => logger.error(line),
    ...(options.hookDirectories === undefined ? {} : { elsewhere: options.hookDirectories }),
  });
  await hooks.run("boot");
  const cloud = await openCloud(cloudOptions(settings, directory));
  const started = await open(options, { cloud, hooks, directory, isWritable, logger }).catch(
    async (error: unknown) => {
      await cloud.close();
      throw error;
    },
  );
  const { server, state } = started;
  const { clock } = cloud;
  const isElsewhere = clock.frozen || Math.abs(clock.now() - flowingClock().wall()) > 1000;
  const facts = {
    version: version(),
    url: server.url,
    directory,
    settings,
    clock: isElsewhere
      ? `${new Date(clock.now()).toISOString()}${clock.frozen ? ", standing still" : ""}`
      : undefined,
    exposed: !isLoopback(settings.host),
    command: options.command ?? "snowglobe",
  };
  print(banner(facts, options.colour));
  let authority: AuthorityAhead | undefined;
  const ready = runHooks(hooks).then((failed) => {
    if (state.stopping) return failed;
    if (failed > 0 && settings.strictHooks) return failed;
    state.ready = true;
    print("Ready.\n");
    // A certificate of the user's own is shown in place of ours.
    if (isWritable && settings.certificateFile === undefined) {
      authority = makeAuthorityAhead(directory, (line) => logger.error(line));
    }
    return failed;
  });
  return {
    url: server.url,
    port: server.port,
    cloud,
    ready,
    async stop() {
      if (state.stopping) return;
      state.stopping = true;
      const written = authority?.stop();
      hooks.abort();
      await hooks.run("shutdown");
      cloud.endWaits();
      await server.stop(settings.stopSeconds * 1000);
      await ready.catch(() => {});
      await written;
      removeNote(directory, state.instanceId);
      await cloud.close();
    },
  };
}

async function runHooks(hooks: Hooks): Promise<number> {
  return (await hooks.run("start")) + (await hooks.run("ready"));
}

interface Opened {
  readonly cloud: Cloud;
  readonly hooks: Hooks;
  readonly directory: string;
  readonly isWritable: boolean;
  readonly logger: Logger;
}

interface Lifetime {
  readonly instanceId: string;
  ready: boolean;
  stopping: boolean;
}

async function open(
  options: ServeOptions,
  { cloud, hooks, directory, isWritable, logger }: Opened,
): Promise<{ server: Server; state: Lifetime }> {
  const { configuration } = options;
  const { settings } = configuration;
  const state: Lifetime = {
    instanceId: new Draws(secureChance()).uuid(),
    ready: false,
    stopping: false,
  };
  const wall = () => flowingClock().wall();
  const context: ControlContext = {
    cloud,
    configuration,
    hooks,
    directory,
    version: version(),
    instanceId: state.instanceId,
    startedAt: wall(),
    wall,
    ready: () => state.ready,
    requestStop: () => void setImmediate(() => options.onStopRequest?.()),
    noted: {},
  };
  const server = await startServer({
    cloud,
    listen: { host: settings.host, port: settings.port },
    guard: {
      hosts: settings.allowedHosts,
      origins: settings.allowedOrigins,
      anyOrigin: settings.anyOrigin,
    },
    certificates: {
      authorityDirectory: authorityDirectory(directory),
      customFile: settings.certificateFile,
      names: settings.allowedHosts,
    },
    control: createControl(ROUTES, context),
    warn: (line) => logger.error(line),
  });
  const { host, port, url } = server;
  const needsCommands = isWritable && hooks.scripts().length > 0;
  const commands = needsCommands ? await commandsDirectory(directory) : undefined;
  hooks.use(hookEnvironment(settings, { url, port, commands }));
  const note = { pid: process.pid, host, port, url, instanceId: state.instanceId };
  if (isWritable) await writeNote(directory, note);
  return { server, state };
}

/** What the cloud is, as the settings say it. */
export function cloudOptions(settings: Settings, directory: string): CloudOptions {
  const state: CloudOptions["state"] =
    settings.store !== undefined
      ? { kind: "postgres", url: settings.store }
      : settings.ephemeral
        ? { kind: "memory" }
        : { kind: "directory", path: statePath(directory) };
  const { accountId, region, strict, iam, anyRegion, signatures, frozenAt } = settings;
  return {
    state,
    accountId,
    region,
    strict,
    iam,
    anyRegion,
    signatures,
    clock: frozenAt === undefined ? "flowing" : { frozenAt },
    faults: standingFaults(settings),
  };
}

interface HookPlace {
  readonly url: string;
  readonly port: number;
  readonly commands: string | undefined;
}

function hookEnvironment(settings: Settings, { url, port, commands }: HookPlace) {
  const { PATH = "" } = process.env;
  return {
    // Ours come last: an `awslocal` that somebody has installed is the one that they want.
    PATH: commands === undefined ? PATH : `${PATH}${delimiter}${commands}`,
    SNOWGLOBE_URL: url,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EC2_METADATA_DISABLED: "true",
    LOCALSTACK_HOST: `localhost:${port}`,
    LOCALSTACK_HOSTNAME: "localhost",
    EDGE_PORT: String(port),
  };
}

/**
 * False: it cannot be written, and need not be, for nothing is kept in it. It holds a private key
 * and other people's test data: not for version control.
 */
async function makeDirectory(
  directory: string,
  { ephemeral, store }: Settings,
  logger: Logger,
): Promise<boolean> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!ephemeral && store === undefined) {
      throw new Error(
        `The state cannot be kept in ${directory}: ${reason}. ` +
          "Choose another directory with --state, or keep nothing with --ephemeral.",
        { cause: error },
      );
    }
    logger.warn(`${directory} cannot be written: no snapshots, and no certificate for HTTPS.`);
    return false;
  }
  await writeFile(join(directory, ".gitignore"), "*\n", { flag: "wx" }).catch(() => {});
  return true;
}

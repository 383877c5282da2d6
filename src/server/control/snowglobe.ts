/** Snowglobe's own endpoints: what the `snowglobe` command and the console talk to. */
import { totalmem } from "node:os";
import { notCovered, partOfReport } from "../../coverage.ts";
import { authorityPath } from "../files.ts";
import { clockRoutes } from "./clock.ts";
import {
  ControlError,
  json,
  type ControlContext,
  type ControlRequest,
  type Route,
} from "./control.ts";
import { faultRoutes } from "./faults.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { trailRoutes } from "./trail.ts";
import { usageRoutes } from "./usage.ts";

export const snowglobeRoutes: readonly Route[] = [
  { method: "GET", path: "/_snowglobe", answer: (_request, context) => info(context) },
  { method: "GET", path: "/_snowglobe/info", answer: (_request, context) => info(context) },
  { method: "GET", path: "/_snowglobe/health", answer: (_request, context) => health(context) },
  { method: "GET", path: "/_snowglobe/ready", answer: (_request, context) => ready(context) },
  { method: "GET", path: "/_snowglobe/config", answer: (_request, context) => config(context) },
  { method: "GET", path: "/_snowglobe/doctor", answer: (_request, context) => facts(context) },
  { method: "GET", path: "/_snowglobe/coverage", answer: coverage },
  { method: "POST", path: "/_snowglobe/reset", answer: reset },
  { method: "POST", path: "/_snowglobe/stop", answer: (_request, context) => stop(context) },
  ...clockRoutes,
  ...trailRoutes,
  ...snapshotRoutes,
  ...faultRoutes,
  ...usageRoutes,
];

function info(context: ControlContext) {
  const { settings } = context.configuration;
  return json({
    name: "snowglobe",
    version: context.version,
    instanceId: context.instanceId,
    pid: process.pid,
    accountId: settings.accountId,
    region: settings.region,
    iam: settings.iam,
    strict: settings.strict,
    state: settings.store !== undefined ? "postgres" : settings.ephemeral ? "memory" : "directory",
    directory: context.directory,
    clock: {
      now: new Date(context.cloud.clock.now()).toISOString(),
      frozen: context.cloud.clock.frozen,
    },
    uptimeSeconds: Math.round((context.wall() - context.startedAt) / 1000),
  });
}

const health = (context: ControlContext) =>
  json({
    status: "running",
    ready: context.ready(),
    version: context.version,
    instanceId: context.instanceId,
    services: context.cloud.services(),
  });

/** For those who wait for the seeds: 503 until all hooks have run. */
const ready = (context: ControlContext) =>
  json({ ready: context.ready() }, context.ready() ? 200 : 503);

/** Read-only. A store's URL may carry a password, which is nobody's business. */
function config({ configuration }: ControlContext) {
  const { settings, sources } = configuration;
  const shown = { ...settings, store: settings.store?.replace(/\/\/[^@/]*@/, "//***@") };
  return json({
    settings: Object.fromEntries(
      Object.entries(shown).map(([name, value]) => [
        name,
        { value: value ?? null, from: sources[name] ?? "default" },
      ]),
    ),
  });
}

function facts(context: ControlContext) {
  const memory = process.memoryUsage();
  return json({
    version: context.version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    pid: process.pid,
    residentBytes: memory.rss,
    machineBytes: totalmem(),
    wall: new Date(context.wall()).toISOString(),
    clock: context.cloud.clock.state(),
    authorityFile: authorityPath(context.directory),
  });
}

async function coverage({ query }: ControlRequest, { cloud }: ControlContext) {
  const report = await cloud.coverage();
  const name = query.get("service");
  if (name === null) return json(report);
  const found = partOfReport(report, name);
  if (found === undefined) throw new ControlError(404, notCovered(name));
  return json(found);
}

/** `?init=1` runs the ready hooks again, so that the seeds are back. */
export async function reset({ query }: ControlRequest, context: ControlContext) {
  await context.cloud.reset();
  const failed = query.get("init") === "1" ? await context.hooks.again("ready") : 0;
  return json({ status: "reset", failedHooks: failed });
}

function stop(context: ControlContext) {
  context.requestStop();
  return json({ status: "stopping" }, 202);
}

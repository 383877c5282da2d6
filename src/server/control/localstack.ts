/**
 * LocalStack's endpoints, in LocalStack's form, for scripts, health checks and test kits that
 * already know them.
 */
import { STAGES, type Script, type Stage } from "../hooks.ts";
import {
  ControlError,
  json,
  noContent,
  type ControlContext,
  type ControlRequest,
  type Route,
} from "./control.ts";

export const localstackRoutes: readonly Route[] = [
  { method: "GET", path: "/health", answer: (_request, context) => health(context) },
  { method: "GET", path: "/_localstack/health", answer: (_request, context) => health(context) },
  { method: "POST", path: "/_localstack/health", answer: act },
  { method: "PUT", path: "/_localstack/health", answer: note },
  { method: "GET", path: "/_localstack/info", answer: (_request, context) => info(context) },
  { method: "GET", path: "/_localstack/init", answer: (_request, context) => allStages(context) },
  { method: "GET", path: "/_localstack/init/:stage", answer: oneStage },
  { method: "POST", path: "/_localstack/state/reset", answer: reset },
  { method: "GET", path: "/_localstack/config", answer: (_request, context) => config(context) },
  stub("diagnose"),
  stub("plugins"),
  stub("usage"),
];

function stub(name: string): Route {
  return {
    method: "GET",
    path: `/_localstack/${name}`,
    answer: () =>
      json(
        { error: `Snowglobe has nothing to tell at /_localstack/${name}; see /_snowglobe/info.` },
        501,
      ),
  };
}

export const health = ({ cloud, version, noted }: ControlContext) =>
  json({ ...noted, services: cloud.services(), edition: "community", version });

async function act(request: ControlRequest, context: ControlContext) {
  const { action } = await request.json();
  if (action === "restart") {
    await context.cloud.reset();
    return json({ status: "ok" });
  }
  if (action === "kill") {
    context.requestStop();
    return json({ status: "ok" });
  }
  throw new ControlError(400, '"action" takes "restart" or "kill".');
}

/** Tools leave notes there ("features:initScripts": "initialized") for others to find. */
async function note(request: ControlRequest, context: ControlContext) {
  Object.assign(context.noted, await request.json());
  return json({ status: "OK" });
}

function info(context: ControlContext) {
  return json({
    version: context.version,
    edition: "community",
    is_license_activated: false,
    session_id: context.instanceId,
    machine_id: context.instanceId.slice(0, 8),
    system: process.platform,
    is_docker: false,
    server_time_utc: new Date(context.wall()).toISOString().slice(0, 19),
    uptime: Math.floor((context.wall() - context.startedAt) / 1000),
  });
}

const toWire = ({ stage, name, state }: Script) => ({ stage: stage.toUpperCase(), name, state });

export function allStages({ hooks }: ControlContext) {
  const completed = STAGES.map((stage) => [stage.toUpperCase(), hooks.completed(stage)] as const);
  return json({
    completed: Object.fromEntries(completed),
    scripts: hooks.scripts().map(toWire),
  });
}

function oneStage({ parameters }: ControlRequest, { hooks }: ControlContext) {
  const asked = (parameters["stage"] ?? "").toLowerCase();
  const stage = STAGES.find((name: Stage) => name === asked);
  if (stage === undefined) throw new ControlError(404, `There is no stage "${asked}".`);
  return json({ completed: hooks.completed(stage), scripts: hooks.scripts(stage).map(toWire) });
}

async function reset(_request: ControlRequest, { cloud }: ControlContext) {
  await cloud.reset();
  return noContent();
}

function config({ configuration }: ControlContext) {
  const { settings } = configuration;
  return json({
    GATEWAY_LISTEN: [`${settings.host}:${settings.port}`],
    DEFAULT_REGION: settings.region,
    TEST_AWS_ACCOUNT_ID: settings.accountId,
    PERSISTENCE: !settings.ephemeral,
    ENFORCE_IAM: settings.iam === "enforce",
    IAM_SOFT_MODE: settings.iam === "soft",
    ALLOW_NONSTANDARD_REGIONS: settings.anyRegion,
    DISABLE_CORS_CHECKS: settings.anyOrigin,
    EXTRA_CORS_ALLOWED_ORIGINS: settings.allowedOrigins,
  });
}

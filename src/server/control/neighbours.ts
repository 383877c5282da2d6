/** Endpoints that users of moto's server, Floci and MiniStack call. */
import { json, type ControlContext, type Route } from "./control.ts";
import { allStages, health } from "./localstack.ts";
import { reset } from "./snowglobe.ts";

export const neighbourRoutes: readonly Route[] = [
  { method: "GET", path: "/moto-api", answer: (_request, context) => start(context) },
  {
    method: "POST",
    path: "/moto-api/reset",
    async answer(_request, { cloud }) {
      await cloud.reset();
      return json({ status: "ok" });
    },
  },
  { method: "GET", path: "/_floci/health", answer: (_request, context) => health(context) },
  { method: "GET", path: "/_floci/init", answer: (_request, context) => allStages(context) },
  { method: "GET", path: "/_ministack/health", answer: (_request, context) => health(context) },
  { method: "POST", path: "/_ministack/reset", answer: reset },
];

const start = ({ version }: ControlContext) =>
  json({ name: "snowglobe", version, reset: "POST /moto-api/reset", more: "/_snowglobe/info" });

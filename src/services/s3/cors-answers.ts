/**
 * What pages of other origins are told: the answer to a preflight, and the headers of every other
 * answer.
 */
import type { RawHandler, ServiceDeclaration } from "../../kernel/service.ts";
import type { Sdk } from "./api.ts";
import { pageHeaders, preflightHeaders } from "./cors.ts";
import type { state } from "./state.ts";

type State = typeof state;

export const preflight: RawHandler<State> = async ({ request, labels }, s3) => {
  const place = { bucket: labels["Bucket"] ?? "", key: labels["Key"] };
  const headers = await s3.transact((step) => preflightHeaders(place, request.headers, step));
  return {
    status: 200,
    headers: { ...headers, "content-length": "0" },
    body: "",
  };
};

export const crossOrigin: NonNullable<ServiceDeclaration<Sdk, State>["crossOrigin"]> = async (
  request,
  labels,
  s3,
) => {
  const bucket = labels["Bucket"];
  // The preflight has said it all already.
  if (bucket === undefined || request.method === "OPTIONS") return {};
  return s3.transact((step) => pageHeaders(bucket, request.headers, request.method, step));
};

/**
 * The variables that point AWS tools at this cloud, and those that would point them at the real
 * one.
 */
import type { Environment } from "../server/configuration/read.ts";

export interface ClientTarget {
  readonly url: string;
  readonly region: string;
}

/** What `env` prints: enough for every tool that reads the standard variables. */
export function clientVariables({ url, region }: ClientTarget): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/**
 * Would win over the variables above, send requests elsewhere, or make the SDKs refuse: to renew
 * keys that never expire, or to have an endpoint of FIPS or dual stack named for them.
 */
export const CLEARED: readonly string[] = [
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
];

const ROLE_VARIABLES: readonly string[] = [
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

export interface Isolation {
  readonly target: ClientTarget;
  /** An empty file in place of the user's profiles. */
  readonly emptyFile: string;
  /** Keys and region that are already set stay: they name somebody in this cloud. */
  readonly keepsIdentity: boolean;
}

/** The whole environment of a child that cannot reach the real AWS by mistake. */
export function isolatedEnvironment(
  environment: Environment,
  { target, emptyFile, keepsIdentity }: Isolation,
): NodeJS.ProcessEnv {
  const child: NodeJS.ProcessEnv = { ...environment };
  const kept = keepsIdentity && environment["AWS_ACCESS_KEY_ID"] ? KEY_VARIABLES : [];
  const keptRegion = keepsIdentity
    ? (environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"])
    : undefined;
  for (const name of Object.keys(child)) {
    if (name.startsWith("AWS_ENDPOINT_URL")) delete child[name];
  }
  for (const name of [...CLEARED, ...ROLE_VARIABLES]) if (!kept.includes(name)) delete child[name];
  const region = keptRegion ?? target.region;
  for (const [name, value] of Object.entries(clientVariables({ url: target.url, region }))) {
    if (!kept.includes(name)) child[name] = value;
  }
  child["AWS_CONFIG_FILE"] = emptyFile;
  child["AWS_SHARED_CREDENTIALS_FILE"] = emptyFile;
  return { ...child, ...proxyExceptions(child) };
}

const KEY_VARIABLES: readonly string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

const PROXIES = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
];
const DIRECT = ["localhost", "127.0.0.1", "::1"];

/** A proxy cannot reach this machine's loopback. Nothing where none is set, or it is told already. */
export function proxyExceptions(environment: Environment): Readonly<Record<string, string>> {
  if (!PROXIES.some((name) => environment[name])) return {};
  const before = environment["NO_PROXY"] ?? environment["no_proxy"];
  const told = before?.split(",").map((name) => name.trim()) ?? [];
  if (told.includes("*") || DIRECT.every((name) => told.includes(name))) return {};
  const value = [...(before ? [before] : []), ...DIRECT].join(",");
  return { NO_PROXY: value, no_proxy: value };
}

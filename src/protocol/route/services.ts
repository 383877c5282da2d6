/**
 * The index of all services, turned so that routing can ask it: by target, by signing name, by
 * endpoint, by version.
 */
import type { ServiceModel } from "../../model/model.ts";
import { plainName } from "./user-agent.ts";
import { type HostFacts, hostReader } from "./host.ts";

/** What routing needs to know of every service before its model is read. */
export interface RoutingEntry {
  readonly serviceId: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly apiVersion: string;
  readonly protocols: readonly string[];
  readonly targetPrefix?: string;
}

export interface RoutingModels {
  readonly index: { readonly services: Readonly<Record<string, RoutingEntry>> };
  readonly service: (name: string) => ServiceModel;
}

export interface ServiceDirectory {
  readonly byTarget: ReadonlyMap<string, readonly string[]>;
  readonly bySigningName: ReadonlyMap<string, readonly string[]>;
  readonly byEndpoint: ReadonlyMap<string, readonly string[]>;
  /** Of the services that speak query or ec2: by API version. */
  readonly byVersion: ReadonlyMap<string, readonly string[]>;
  /** By its id and its name, both as `plainName` gives them. */
  readonly byPlainName: ReadonlyMap<string, readonly string[]>;
  readonly readHost: (host: string | undefined, signedForS3: boolean) => HostFacts;
}

/** Other names that clients sign with or call hosts by. */
const SIGNING_ALIASES: Readonly<Record<string, readonly string[]>> = {
  monitoring: ["cloudwatch"],
  "s3-object-lambda": ["s3"],
  s3express: ["s3", "s3control"],
  "s3-outposts": ["s3control"],
  ingestionservice: ["importexport"],
};
const ENDPOINT_ALIASES: Readonly<Record<string, readonly string[]>> = {
  queue: ["sqs"],
  "s3-control": ["s3control"],
  email: ["ses"],
};

/** Whether clients sign for the service by this name, too. */
export const isAlsoSigned = (service: string, name: string): boolean =>
  SIGNING_ALIASES[name.toLowerCase()]?.includes(service) === true;

export function serviceDirectory(models: RoutingModels): ServiceDirectory {
  const byTarget = new Map<string, string[]>();
  const bySigningName = new Map<string, string[]>();
  const byEndpoint = new Map<string, string[]>();
  const byVersion = new Map<string, string[]>();
  const byPlainName = new Map<string, string[]>();
  const { services } = models.index;
  for (const [name, entry] of Object.entries(services)) {
    if (entry.targetPrefix !== undefined) push(byTarget, entry.targetPrefix, name);
    push(bySigningName, entry.signingName, name);
    push(byEndpoint, entry.endpointPrefix, name);
    push(byPlainName, plainName(entry.serviceId), name);
    push(byPlainName, plainName(name), name);
    if (entry.protocols.some(isForm)) push(byVersion, entry.apiVersion, name);
  }
  // rds, docdb and neptune sign as "rds": the one that is called so comes first.
  for (const [name, names] of bySigningName) names.sort((one) => (one === name ? -1 : 0));
  addAliases(SIGNING_ALIASES, bySigningName, services);
  addAliases(ENDPOINT_ALIASES, byEndpoint, services);
  return {
    byTarget,
    bySigningName,
    byEndpoint,
    byVersion,
    byPlainName,
    readHost: hostReader(byEndpoint),
  };
}

export function isForm(protocol: string): boolean {
  return protocol === "query" || protocol === "ec2";
}

function push(map: Map<string, string[]>, key: string, name: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [name]);
  else if (!known.includes(name)) known.push(name);
}

function addAliases(
  aliases: Readonly<Record<string, readonly string[]>>,
  map: Map<string, string[]>,
  services: Readonly<Record<string, RoutingEntry>>,
): void {
  for (const [alias, names] of Object.entries(aliases)) {
    for (const name of names) if (Object.hasOwn(services, name)) push(map, alias, name);
  }
}

/**
 * Keeps web pages out. Whoever runs a browser beside the cloud must not let every page that it
 * opens drive it: names that point here by trickery (DNS rebinding) are refused by the Host,
 * requests of foreign pages by the Origin.
 */
import { isIP } from "node:net";

/**
 * `edge`: the server itself, control endpoints included. `virtual`: a bucket's, an API's or AWS's
 * own name.
 */
export type HostVerdict = "edge" | "virtual" | "refused";

export interface GuardRules {
  /** Further host names that are ours, and everything below them. */
  readonly hosts: readonly string[];
  /** Further origins of trusted pages: "https://app.example.com", or "*". */
  readonly origins: readonly string[];
  /** Listening beyond the loopback: containers reach us by a plain name ("snowglobe"). */
  readonly exposed: boolean;
  /** Pages of any origin may call the AWS APIs; control endpoints stay closed. */
  readonly anyOrigin: boolean;
}

export interface Guard {
  host(header: string | undefined): HostVerdict;
  /** A page's origin that is the developer's own. */
  trusts(origin: string): boolean;
  readonly anyOrigin: boolean;
}

const EDGE_NAMES = [
  "localhost",
  "localhost.localstack.cloud",
  "host.docker.internal",
  "host.containers.internal",
];

/**
 * AWS's own domains: requests with these names come here on purpose, by a proxy or a hosts file.
 */
const AWS_SUFFIXES = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws"];

const CACHED_MAX = 2000;

export function createGuard(rules: GuardRules): Guard {
  const edges = new Set([...EDGE_NAMES, ...rules.hosts.map((name) => name.toLowerCase())]);
  const known = new Map<string, HostVerdict>();

  const judge = (name: string): HostVerdict => {
    if (isIP(name) !== 0) return "edge";
    if (edges.has(name)) return "edge";
    for (const edge of edges) if (name.endsWith(`.${edge}`)) return "virtual";
    if (AWS_SUFFIXES.some((suffix) => name.endsWith(suffix))) return "virtual";
    // A name without a dot cannot be registered by anyone on the internet.
    return rules.exposed && /^[a-z0-9_-]+$/.test(name) ? "edge" : "refused";
  };

  return {
    anyOrigin: rules.anyOrigin,
    host(header) {
      // HTTP/1.0 knows no Host; a browser always sends one.
      if (header === undefined || header === "") return "edge";
      const before = known.get(header);
      if (before !== undefined) return before;
      const name = hostName(header);
      const verdict = name === undefined ? "refused" : judge(name);
      if (known.size >= CACHED_MAX) known.clear();
      known.set(header, verdict);
      return verdict;
    },
    trusts(origin) {
      if (rules.origins.includes(origin) || rules.origins.includes("*")) return true;
      return isLoopbackOrigin(origin);
    },
  };
}

/** Lower case, without port, brackets and the final dot. */
export function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/?#@,]+))(?::\d{1,5})?$/.exec(header);
  const name = match?.[1] ?? match?.[2];
  return name?.toLowerCase().replace(/\.$/, "");
}

function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  const name = match?.[1] === undefined ? undefined : hostName(match[1]);
  if (name === undefined) return false;
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "localhost.localstack.cloud" ||
    name.endsWith(".localhost.localstack.cloud") ||
    name === "::1" ||
    (isIP(name) === 4 && name.startsWith("127."))
  );
}

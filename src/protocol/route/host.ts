/**
 * What a Host header says: a service, a region, a bucket. Known endings are AWS's own, `localhost`
 * and `localhost.localstack.cloud`; every other host says nothing, and paths decide.
 */

export interface HostFacts {
  /** Services whose endpoint this is. */
  readonly services: readonly string[];
  readonly region: string | undefined;
  /** Of a virtual-hosted S3 request. */
  readonly bucket: string | undefined;
}

export const NOTHING: HostFacts = { services: [], region: undefined, bucket: undefined };
const ENDINGS = [
  ".localhost.localstack.cloud",
  ".localhost.snowglobe.cloud",
  ".localhost",
  ".amazonaws.com.cn",
  ".amazonaws.com",
  ".api.aws",
];
const REGION = /^(?:[a-z]{2}(?:-[a-z]+)+-\d|aws-global)$/;
const S3_WITH_REGION = /^s3-([a-z]{2}(?:-[a-z]+)+-\d)$/;
/** Words of a host that choose a variant of an endpoint, never another service. */
const VARIANTS = new Set(["dualstack", "fips", "vpce"]);

/** Few hosts ask again and again: what they say is remembered, up to a number of them. */
const HOSTS_MAX = 1000;

export function hostReader(byEndpoint: ReadonlyMap<string, readonly string[]>) {
  const known = new Map<string, HostFacts>();
  return (host: string | undefined, signedForS3: boolean): HostFacts => {
    const key = `${host ?? ""} ${signedForS3}`;
    let facts = known.get(key);
    if (facts === undefined) {
      facts = readHost(host, byEndpoint, signedForS3);
      if (known.size >= HOSTS_MAX) known.clear();
      known.set(key, facts);
    }
    return facts;
  };
}

function readHost(
  host: string | undefined,
  byEndpoint: ReadonlyMap<string, readonly string[]>,
  signedForS3: boolean,
): HostFacts {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  const ending = ENDINGS.find((known) => name.endsWith(known));
  if (ending === undefined) return NOTHING;
  const labels = name.slice(0, -ending.length).split(".");
  return (
    readS3(labels) ??
    readEndpoint(labels, byEndpoint, signedForS3) ??
    readBareBucket(labels, ending) ??
    NOTHING
  );
}

/**
 * `bucket.name.s3.region`, `s3-region`, `s3.dualstack.region`; what stands before is the bucket.
 */
function readS3(labels: readonly string[]): HostFacts | undefined {
  for (let at = labels.length - 1; at >= 0; at -= 1) {
    const label = labels[at] ?? "";
    const old = S3_WITH_REGION.exec(label)?.[1];
    if (label !== "s3" && label !== "s3-fips" && label !== "s3-accelerate" && old === undefined) {
      continue;
    }
    const after = labels.slice(at + 1).filter((word) => !VARIANTS.has(word));
    if (after.length > 1 || (after[0] !== undefined && !REGION.test(after[0]))) return undefined;
    const bucket = labels.slice(0, at).join(".");
    return {
      services: ["s3"],
      region: old ?? after[0],
      bucket: bucket === "" ? undefined : bucket,
    };
  }
  return undefined;
}

/** `sqs.eu-west-1`, `eu-west-1.queue`, `api.ecr.eu-west-1`, `123456789012.s3-control.eu-west-1`. */
function readEndpoint(
  labels: readonly string[],
  byEndpoint: ReadonlyMap<string, readonly string[]>,
  signedForS3: boolean,
): HostFacts | undefined {
  const region = labels.find((label) => REGION.test(label));
  const words = labels
    .filter((label) => label !== region && !VARIANTS.has(label))
    .map((label) => label.replace(/-fips$/, ""));
  for (let from = 0; from < words.length; from += 1) {
    const services = byEndpoint.get(words.slice(from).join("."));
    // A bucket may be called like a service: the signature knows.
    const taken = signedForS3 && !(services ?? []).some((name) => name.startsWith("s3"));
    if (services !== undefined && !taken) return { services, region, bucket: undefined };
  }
  return undefined;
}

/** `bucket.localhost`, an abbreviation that AWS does not have. */
function readBareBucket(labels: readonly string[], ending: string): HostFacts | undefined {
  const bucket = labels.join(".");
  const taken = labels.some((label) =>
    /^(?:execute-api|lambda-url|s3-website|cloudfront)/.test(label),
  );
  if (!ending.startsWith(".localhost") || bucket === "" || taken) return undefined;
  return { services: ["s3"], region: undefined, bucket };
}

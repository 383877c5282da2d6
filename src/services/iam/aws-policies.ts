/**
 * Managed policies as AWS publishes them, in their published versions of 2026-03. Two megabytes of
 * them: read when the first handler asks for one, which is suspended until they are here.
 */
import { Suspension } from "../../kernel/store/store.ts";
import type { ManagedPolicy } from "./state.ts";

interface Published {
  readonly id: string;
  readonly version: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly attachable?: boolean;
  readonly document: string;
}

const ARN_PREFIX = "arn:aws:iam::aws:policy/";

let published: ReadonlyMap<string, Published> | undefined;

function all(): ReadonlyMap<string, Published> {
  if (published !== undefined) return published;
  throw new Suspension(async () => {
    const file = await import("./aws-managed-policies.json", { with: { type: "json" } });
    published = new Map<string, Published>(Object.entries(file.default));
  });
}

export interface AwsPolicy extends ManagedPolicy {
  readonly arn: string;
  readonly attachable: boolean;
}

export const isAwsPolicyArn = (arn: string): boolean => arn.startsWith(ARN_PREFIX);

export function getAwsPolicy(arn: string): AwsPolicy | undefined {
  const place = arn.slice(ARN_PREFIX.length);
  const facts = isAwsPolicyArn(arn) ? all().get(place) : undefined;
  return facts && toPolicy(place, facts);
}

/** The text alone: what every authorised call asks for. */
export function awsPolicyDocument(arn: string): string | undefined {
  return all().get(arn.slice(ARN_PREFIX.length))?.document;
}

export function listAwsPolicies(): AwsPolicy[] {
  return [...all()].map(([place, facts]) => toPolicy(place, facts));
}

function toPolicy(place: string, facts: Published): AwsPolicy {
  const slash = place.lastIndexOf("/");
  const name = place.slice(slash + 1);
  const updatedAt = Date.parse(facts.updatedAt);
  return {
    arn: ARN_PREFIX + place,
    id: facts.id,
    name,
    nameKey: name.toLowerCase(),
    path: `/${place.slice(0, slash + 1)}`,
    createdAt: Date.parse(facts.createdAt),
    updatedAt,
    tags: {},
    defaultVersion: facts.version,
    lastVersion: Number(facts.version.slice(1)),
    versions: [{ id: facts.version, document: facts.document, createdAt: updatedAt }],
    attachable: facts.attachable !== false,
  };
}

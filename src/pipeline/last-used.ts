/** When a key that was issued here was last used, for those who rotate keys. */
import type { Identities } from "../iam/identities.ts";
import { exchangeOf, type Parts, type Visit } from "./visit.ts";

/** AWS notes a use within minutes; noting each would make every read a write. */
const NOTED_EVERY_MS = 60_000;
const KEYS_MAX = 10_000;

/** Remembers until when each key needs no further note. */
export type NotedUses = Map<string, number>;

export function noteUse(parts: Parts, visit: Visit): Promise<void> | undefined {
  const { identity, signature, route, place } = visit;
  if (visit.issued !== true || identity === undefined || route === undefined) return undefined;
  const id = signature?.kind === "sigv4" ? signature.accessKeyId : undefined;
  const at = parts.kernel.clock.now();
  if (id === undefined || at < (parts.notedUses.get(id) ?? 0)) return undefined;
  if (parts.notedUses.size >= KEYS_MAX) parts.notedUses.clear();
  parts.notedUses.set(id, at + NOTED_EVERY_MS);
  const exchange = exchangeOf(parts, visit);
  const facts = { service: route.service.signingName, region: place?.region ?? "", at };
  return parts.kernel.transact((transaction) =>
    (parts.links.identities({ exchange, transaction, now: at }) as Identities).markUsed(
      identity,
      facts,
    ),
  );
}

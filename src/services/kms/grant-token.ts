import { InvalidGrantTokenException } from "./errors.ts";
import type { Kms } from "./api.ts";
import type { Grant } from "./state.ts";

/**
 * The token names the account and the region of the grant: the caller may be of another account.
 */
export function makeGrantToken(kms: Kms): string {
  const { accountId, region } = kms;
  const chance = Buffer.from(kms.ids.bytes(24)).toString("base64url");
  return Buffer.from(JSON.stringify({ accountId, region, chance })).toString("base64");
}

export function grantOfToken(token: string, kms: Kms): { grant: Grant; owner: Kms } | undefined {
  const owner = ownerOfToken(token, kms);
  const [grant] = owner?.grants.range("byToken", [token], { limit: 1 }) ?? [];
  return owner === undefined || grant === undefined ? undefined : { grant, owner };
}

function ownerOfToken(token: string, kms: Kms): Kms | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    if (typeof place !== "object" || place === null) return undefined;
    if (!("accountId" in place) || typeof place.accountId !== "string") return undefined;
    if (!("region" in place) || place.region !== kms.region) return undefined;
    return kms.at({ accountId: place.accountId });
  } catch {
    return undefined; // not one of ours
  }
}

/** Grants work at once here, so a token adds nothing; a false one is refused as AWS does. */
export function checkGrantTokens(tokens: readonly string[] | undefined, kms: Kms): void {
  for (const token of tokens ?? []) {
    if (grantOfToken(token, kms) === undefined) throw InvalidGrantTokenException();
  }
}

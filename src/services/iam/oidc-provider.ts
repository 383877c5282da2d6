/** Providers of OpenID Connect: by whom trust policies may let people be vouched for. */
import type { Iam, Operation } from "./api.ts";
import {
  EntityAlreadyExistsException,
  InvalidInputException,
  NoSuchEntityException,
  quotaExceeded,
  ValidationError,
} from "./errors.ts";
import { toSeconds } from "./named.ts";
import { QUOTAS } from "./quotas.ts";
import type { OidcProvider } from "./state.ts";
import { tagsMember, toTagList, toTags } from "./tag.ts";

export const CreateOpenIDConnectProvider: Operation<"CreateOpenIDConnectProvider"> = (
  input,
  iam,
) => {
  const url = hostAndPath(input.Url);
  const arn = oidcArn(iam, url);
  if (iam.oidcProviders.has(arn)) {
    throw EntityAlreadyExistsException(`Provider with url https://${url} already exists.`);
  }
  const most = QUOTAS.oidcProviders;
  if (iam.oidcProviders.count(undefined) >= most) {
    throw quotaExceeded("OpenIdConnectProvidersPerAccount", most);
  }
  const row = iam.oidcProviders.insert({
    arn,
    url,
    clientIds: limitedClients(input.ClientIDList ?? []),
    thumbprints: readThumbprints(input.ThumbprintList ?? []),
    tags: toTags(input.Tags),
    createdAt: iam.now,
  });
  return { OpenIDConnectProviderArn: arn, ...tagsMember(row.tags) };
};

export const GetOpenIDConnectProvider: Operation<"GetOpenIDConnectProvider"> = (input, iam) => {
  const row = findOidcProvider(iam, input.OpenIDConnectProviderArn);
  return {
    Url: row.url,
    ClientIDList: [...row.clientIds],
    ThumbprintList: [...row.thumbprints],
    CreateDate: toSeconds(row.createdAt),
    Tags: toTagList(row.tags),
  };
};

export const ListOpenIDConnectProviders: Operation<"ListOpenIDConnectProviders"> = (
  _input,
  iam,
) => ({ OpenIDConnectProviderList: iam.oidcProviders.list().map(({ arn }) => ({ Arn: arn })) });

/** Adding what is there changes nothing. */
export const AddClientIDToOpenIDConnectProvider: Operation<"AddClientIDToOpenIDConnectProvider"> = (
  input,
  iam,
) => {
  const row = findOidcProvider(iam, input.OpenIDConnectProviderArn);
  const clientIds = limitedClients([...row.clientIds, input.ClientID]);
  iam.oidcProviders.update(row, { clientIds });
  return {};
};

/** Removing what is not there changes nothing. */
export const RemoveClientIDFromOpenIDConnectProvider: Operation<
  "RemoveClientIDFromOpenIDConnectProvider"
> = (input, iam) => {
  const row = findOidcProvider(iam, input.OpenIDConnectProviderArn);
  const clientIds = row.clientIds.filter((id) => id !== input.ClientID);
  iam.oidcProviders.update(row, { clientIds });
  return {};
};

export const UpdateOpenIDConnectProviderThumbprint: Operation<
  "UpdateOpenIDConnectProviderThumbprint"
> = (input, iam) => {
  const row = findOidcProvider(iam, input.OpenIDConnectProviderArn);
  iam.oidcProviders.update(row, { thumbprints: readThumbprints(input.ThumbprintList) });
  return {};
};

/** AWS: who deletes what is not there succeeds. */
export const DeleteOpenIDConnectProvider: Operation<"DeleteOpenIDConnectProvider"> = (
  input,
  iam,
) => {
  checkArn(input.OpenIDConnectProviderArn);
  const row = iam.oidcProviders.get(input.OpenIDConnectProviderArn);
  if (row !== undefined) iam.oidcProviders.remove(row);
  return {};
};

export const oidcArn = (iam: Iam, url: string): string =>
  iam.arn("iam", `oidc-provider/${url}`, { region: "" });

export function findOidcProvider(iam: Iam, arn: string): OidcProvider {
  checkArn(arn);
  const row = iam.oidcProviders.get(arn);
  if (row === undefined) {
    throw NoSuchEntityException(`OpenIDConnect Provider not found for arn ${arn}`);
  }
  return row;
}

function checkArn(arn: string): void {
  if (/^arn:[^:]+:iam::\d{12}:oidc-provider\/.+$/.test(arn)) return;
  throw ValidationError("Invalid ARN:  Could not be parsed!");
}

/** AWS: an address begins with https, names no port, and asks nothing. */
function hostAndPath(url: string): string {
  const [, place] = /^https:\/\/([\w.-]+(?:\/[^?#\s]*)?)$/.exec(url) ?? [];
  if (place === undefined) throw ValidationError("Invalid Open ID Connect Provider URL");
  return place.replace(/\/$/, "");
}

function limitedClients(ids: readonly string[]): readonly string[] {
  const each = [...new Set(ids)];
  const most = QUOTAS.clientsPerOidcProvider;
  if (each.length > most) throw quotaExceeded("ClientIdsPerOpenIdConnectProvider", most);
  return each;
}

/** SHA-1 digests of certificates. */
function readThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > QUOTAS.thumbprintsPerOidcProvider) {
    throw InvalidInputException("Thumbprint list must contain fewer than 5 entries.");
  }
  if (thumbprints.some((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint))) {
    throw ValidationError("Invalid thumbprint: must be 40 hexadecimal characters.");
  }
  return [...new Set(thumbprints.map((thumbprint) => thumbprint.toLowerCase()))];
}

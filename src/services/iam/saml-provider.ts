/** SAML providers: by whom trust policies may let people be vouched for. */
import type { Iam, Operation } from "./api.ts";
import { readPrivateKey } from "./certificate.ts";
import {
  EntityAlreadyExistsException,
  InvalidInputException,
  NoSuchEntityException,
  quotaExceeded,
  ValidationError,
} from "./errors.ts";
import { toSeconds } from "./named.ts";
import { QUOTAS } from "./quotas.ts";
import type { SamlProvider } from "./state.ts";
import { tagsMember, toTagList, toTags } from "./tag.ts";

type PrivateKeys = SamlProvider["privateKeys"];

export const CreateSAMLProvider: Operation<"CreateSAMLProvider"> = (input, iam) => {
  const arn = samlArn(iam, input.Name);
  if (iam.samlProviders.has(arn)) {
    throw EntityAlreadyExistsException(`Provider with name ${input.Name} already exists.`);
  }
  if (iam.samlProviders.count(undefined) >= QUOTAS.samlProviders) {
    throw quotaExceeded("SAMLProvidersPerAccount", QUOTAS.samlProviders);
  }
  checkMetadata(input.SAMLMetadataDocument);
  const row = iam.samlProviders.insert({
    arn,
    id: iam.newId().replaceAll("-", "").toUpperCase(),
    metadata: input.SAMLMetadataDocument,
    tags: toTags(input.Tags),
    createdAt: iam.now,
    validUntil: inAHundredYears(iam.now),
    privateKeys: withKey([], input.AddPrivateKey, iam),
    ...(input.AssertionEncryptionMode !== undefined && {
      encryption: input.AssertionEncryptionMode,
    }),
  });
  return { SAMLProviderArn: arn, ...tagsMember(row.tags) };
};

export const GetSAMLProvider: Operation<"GetSAMLProvider"> = (input, iam) => {
  const row = findSamlProvider(iam, input.SAMLProviderArn);
  const PrivateKeyList = row.privateKeys.map(({ id, addedAt }) => ({
    KeyId: id,
    Timestamp: toSeconds(addedAt),
  }));
  return {
    SAMLProviderUUID: row.id,
    SAMLMetadataDocument: row.metadata,
    CreateDate: toSeconds(row.createdAt),
    ValidUntil: toSeconds(row.validUntil),
    Tags: toTagList(row.tags),
    ...(row.encryption !== undefined && { AssertionEncryptionMode: row.encryption }),
    ...(PrivateKeyList.length > 0 && { PrivateKeyList }),
  };
};

export const ListSAMLProviders: Operation<"ListSAMLProviders"> = (_input, iam) => ({
  SAMLProviderList: iam.samlProviders.list().map((row) => ({
    Arn: row.arn,
    ValidUntil: toSeconds(row.validUntil),
    CreateDate: toSeconds(row.createdAt),
  })),
});

export const UpdateSAMLProvider: Operation<"UpdateSAMLProvider"> = (input, iam) => {
  const row = findSamlProvider(iam, input.SAMLProviderArn);
  const { SAMLMetadataDocument, AssertionEncryptionMode, RemovePrivateKey } = input;
  if (SAMLMetadataDocument !== undefined) checkMetadata(SAMLMetadataDocument);
  const kept = row.privateKeys.filter(({ id }) => id !== RemovePrivateKey);
  iam.samlProviders.update(row, {
    metadata: SAMLMetadataDocument ?? row.metadata,
    privateKeys: withKey(kept, input.AddPrivateKey, iam),
    ...(AssertionEncryptionMode !== undefined && { encryption: AssertionEncryptionMode }),
  });
  return { SAMLProviderArn: row.arn };
};

export const DeleteSAMLProvider: Operation<"DeleteSAMLProvider"> = (input, iam) => {
  iam.samlProviders.remove(findSamlProvider(iam, input.SAMLProviderArn));
  return {};
};

export const samlArn = (iam: Iam, name: string): string =>
  iam.arn("iam", `saml-provider/${name}`, { region: "" });

export function findSamlProvider(iam: Iam, arn: string): SamlProvider {
  if (!/^arn:[^:]+:iam::\d{12}:saml-provider\/[^/]+$/.test(arn)) {
    throw ValidationError("Invalid ARN:  Could not be parsed!");
  }
  const row = iam.samlProviders.get(arn);
  // AWS: the sentence speaks of a manifest.
  if (row === undefined) throw NoSuchEntityException(`Manifest not found for arn ${arn}`);
  return row;
}

/** Keys that open assertions which the provider encrypted. Two, so that one can follow the other. */
function withKey(keys: PrivateKeys, pem: string | undefined, iam: Iam): PrivateKeys {
  if (pem === undefined) return keys;
  if (keys.length >= QUOTAS.keysPerSamlProvider) {
    throw quotaExceeded("PrivateKeysPerSAMLProvider", QUOTAS.keysPerSamlProvider);
  }
  readPrivateKey(pem);
  const id = iam.newId().replaceAll("-", "").toUpperCase();
  return [...keys, { id, pem, addedAt: iam.now }];
}

/** AWS: metadata need not say how long they are good for; a provider is, for a hundred years. */
function inAHundredYears(now: number): number {
  const end = new Date(now);
  return end.setUTCFullYear(end.getUTCFullYear() + 100);
}

/** Well-formed XML that describes an identity provider. */
function checkMetadata(text: string): void {
  const [root, ...inside] = elementsOf(text) ?? [];
  const fits = root === "EntityDescriptor" && inside.includes("IDPSSODescriptor");
  if (!fits || !text.includes("urn:oasis:names:tc:SAML:2.0:metadata")) {
    throw InvalidInputException("Could not parse metadata");
  }
}

const NAME = String.raw`[\w.:-]+`;
const ATTRIBUTES = String.raw`(?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*`;
const PIECES = new RegExp(
  [
    "[^<]+",
    String.raw`<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[[^]*?\]\]>`,
    String.raw`<(?<end>/?)(?<name>${NAME})${ATTRIBUTES}(?<empty>/?)>`,
    "<",
  ].join("|"),
  "g",
);

/** The local names of a document's elements in their order; undefined when they do not nest. */
function elementsOf(text: string): string[] | undefined {
  const names: string[] = [];
  const open: string[] = [];
  for (const { 0: piece, groups = {} } of text.matchAll(PIECES)) {
    const { end, name, empty } = groups;
    if (name === undefined) {
      const outside = open.length === 0 && !/^(\s*|<[!?][^]*)$/.test(piece);
      if (piece === "<" || outside) return undefined;
      continue;
    }
    if (end === "/") {
      if (open.pop() !== name) return undefined;
      continue;
    }
    if (open.length === 0 && names.length > 0) return undefined;
    names.push(name.slice(name.indexOf(":") + 1));
    if (empty !== "/") open.push(name);
  }
  return open.length === 0 ? names : undefined;
}

/** Server certificates: kept with their keys for what serves HTTPS. */
import type { Iam, Operation } from "./api.ts";
import { checkChain, readCertificate, readPrivateKey } from "./certificate.ts";
import {
  EntityAlreadyExistsException,
  KeyPairMismatchException,
  notFound,
  quotaExceeded,
} from "./errors.ts";
import { getServerCertificate, iamArn, moved, newNamed, pageByName, toSeconds } from "./named.ts";
import { QUOTAS } from "./quotas.ts";
import type { ServerCertificate } from "./state.ts";
import { tagsMember, toTagList, toTags } from "./tag.ts";

export const UploadServerCertificate: Operation<"UploadServerCertificate"> = (input, iam) => {
  const name = input.ServerCertificateName;
  refuseTakenName(iam, name);
  const most = QUOTAS.serverCertificates;
  if (iam.serverCertificates.count(undefined) >= most) {
    throw quotaExceeded("ServerCertificatesPerAccount", most);
  }
  const certificate = readCertificate(input.CertificateBody);
  if (!certificate.checkPrivateKey(readPrivateKey(input.PrivateKey))) {
    throw KeyPairMismatchException();
  }
  const chain = input.CertificateChain?.trim();
  if (chain !== undefined) checkChain(certificate, chain);
  const row = iam.serverCertificates.insert({
    ...newNamed(iam, "ASCA", name, input.Path),
    tags: toTags(input.Tags),
    body: input.CertificateBody.trim(),
    privateKey: input.PrivateKey,
    validUntil: Date.parse(certificate.validTo),
    ...(chain !== undefined && { chain }),
  });
  return { ServerCertificateMetadata: describe(iam, row), ...tagsMember(row.tags) };
};

export const GetServerCertificate: Operation<"GetServerCertificate"> = (input, iam) => {
  const row = findServerCertificate(iam, input.ServerCertificateName);
  return {
    ServerCertificate: {
      ServerCertificateMetadata: describe(iam, row),
      CertificateBody: row.body,
      ...(row.chain !== undefined && { CertificateChain: row.chain }),
      Tags: toTagList(row.tags),
    },
  };
};

export const ListServerCertificates: Operation<"ListServerCertificates"> = (input, iam) => {
  const { items, rest } = pageByName(iam.serverCertificates, input);
  return { ServerCertificateMetadataList: items.map((row) => describe(iam, row)), ...rest };
};

export const UpdateServerCertificate: Operation<"UpdateServerCertificate"> = (input, iam) => {
  const row = findServerCertificate(iam, input.ServerCertificateName);
  const to = { name: input.NewServerCertificateName, path: input.NewPath };
  iam.serverCertificates.update(
    row,
    moved(row, to, (name) => refuseTakenName(iam, name)),
  );
  return {};
};

export const DeleteServerCertificate: Operation<"DeleteServerCertificate"> = (input, iam) => {
  iam.serverCertificates.remove(findServerCertificate(iam, input.ServerCertificateName));
  return {};
};

export function findServerCertificate(iam: Iam, name: string): ServerCertificate {
  const row = getServerCertificate(iam, name);
  if (row === undefined) throw notFound("Server Certificate", name);
  return row;
}

function refuseTakenName(iam: Iam, name: string): void {
  if (getServerCertificate(iam, name) === undefined) return;
  throw EntityAlreadyExistsException(`The Server Certificate with name ${name} already exists.`);
}

function describe(iam: Iam, row: ServerCertificate) {
  return {
    Path: row.path,
    ServerCertificateName: row.name,
    ServerCertificateId: row.id,
    Arn: iamArn(iam, "server-certificate", row),
    UploadDate: toSeconds(row.createdAt),
    Expiration: toSeconds(row.validUntil),
  };
}

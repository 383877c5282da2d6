/** X.509 certificates with which a user signs. The old SOAP services took them. */
import type { Iam, Operation } from "./api.ts";
import { readCertificate } from "./certificate.ts";
import { DuplicateCertificateException, NoSuchEntityException, quotaExceeded } from "./errors.ts";
import { toSeconds } from "./named.ts";
import { pageOf } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import type { SigningCertificate } from "./state.ts";
import { userOrRoot } from "./user.ts";

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ID_CHARACTERS = 32;

export const UploadSigningCertificate: Operation<"UploadSigningCertificate"> = (input, iam) => {
  const owner = userOrRoot(input.UserName, iam);
  const { fingerprint256 } = readCertificate(input.CertificateBody);
  const there = iam.signingCertificates.list([owner.id]);
  if (there.some(({ body }) => readCertificate(body).fingerprint256 === fingerprint256)) {
    throw DuplicateCertificateException(
      `The certificate is already associated with the user ${owner.name}.`,
    );
  }
  const most = QUOTAS.signingCertificatesPerUser;
  if (there.length >= most) throw quotaExceeded("CertificatesPerUser", most);
  const row = iam.signingCertificates.insert({
    userId: owner.id,
    id: iam.ids.text(ID_ALPHABET, ID_CHARACTERS),
    body: input.CertificateBody,
    status: "Active",
    createdAt: iam.now,
  });
  return { Certificate: describe(owner.name, row) };
};

export const ListSigningCertificates: Operation<"ListSigningCertificates"> = (input, iam) => {
  const owner = userOrRoot(input.UserName, iam);
  const { items, rest } = pageOf(iam.signingCertificates.list([owner.id]), input, ({ id }) => id);
  return { Certificates: items.map((row) => describe(owner.name, row)), ...rest };
};

export const UpdateSigningCertificate: Operation<"UpdateSigningCertificate"> = (input, iam) => {
  const row = find(iam, userOrRoot(input.UserName, iam).id, input.CertificateId);
  const status = input.Status === "Active" ? "Active" : "Inactive";
  iam.signingCertificates.update(row, { status });
  return {};
};

export const DeleteSigningCertificate: Operation<"DeleteSigningCertificate"> = (input, iam) => {
  const row = find(iam, userOrRoot(input.UserName, iam).id, input.CertificateId);
  iam.signingCertificates.remove(row);
  return {};
};

function find(iam: Iam, ownerId: string, id: string): SigningCertificate {
  const row = iam.signingCertificates.get(ownerId, id);
  if (row === undefined) {
    throw NoSuchEntityException(`The Certificate with id ${id} cannot be found.`);
  }
  return row;
}

const describe = (UserName: string, row: SigningCertificate) => ({
  UserName,
  CertificateId: row.id,
  CertificateBody: row.body,
  Status: row.status,
  UploadDate: toSeconds(row.createdAt),
});

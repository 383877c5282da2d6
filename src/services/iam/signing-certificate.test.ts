import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { AUTHORITY, CERTIFICATE } from "./certificate.testing.ts";

const UserName = "ana";

async function world() {
  const iam = new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });
  await iam.createUser({ UserName });
  return iam;
}

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("a certificate is described, switched off, listed and deleted", async () => {
  const iam = await world();
  const uploaded = await iam.uploadSigningCertificate({ UserName, CertificateBody: CERTIFICATE });
  const { Certificate } = uploaded;
  expect(Certificate).toEqual({
    UserName,
    CertificateId: expect.stringMatching(/^[A-Z2-7]{32}$/),
    CertificateBody: CERTIFICATE,
    Status: "Active",
    UploadDate: new Date("2030-01-01T00:00:00Z"),
  });
  const which = { UserName, CertificateId: Certificate?.CertificateId };
  await iam.updateSigningCertificate({ ...which, Status: "Inactive" });
  const { Certificates } = await iam.listSigningCertificates({ UserName });
  expect(Certificates).toEqual([{ ...Certificate, Status: "Inactive" }]);
  expect(await outcome(iam.deleteUser({ UserName }))).toBe(
    "DeleteConflictException: Cannot delete entity, must delete certificates first.",
  );
  await iam.deleteSigningCertificate(which);
  expect(await outcome(iam.deleteSigningCertificate(which))).toBe(
    `NoSuchEntityException: The Certificate with id ${which.CertificateId} cannot be found.`,
  );
  expect(await outcome(iam.deleteUser({ UserName }))).toBe("done");
});

test("what is no certificate, or there already, is refused; the root user may have one", async () => {
  const iam = await world();
  const upload = (CertificateBody: string, of: object = { UserName }) =>
    outcome(iam.uploadSigningCertificate({ ...of, CertificateBody }));
  expect(await upload("a certificate")).toBe(
    "MalformedCertificateException: " +
      "Unable to parse certificate. Please ensure the certificate is in PEM format.",
  );
  expect(await upload(CERTIFICATE)).toBe("done");
  expect(await upload(CERTIFICATE)).toBe(
    "DuplicateCertificateException: The certificate is already associated with the user ana.",
  );
  expect(await upload(AUTHORITY)).toBe("done");
  expect(await upload(CERTIFICATE, {})).toBe("done");
  const { SummaryMap } = await iam.getAccountSummary({});
  expect(SummaryMap?.AccountSigningCertificatesPresent).toBe(1);
});

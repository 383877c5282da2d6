import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { AUTHORITY, CERTIFICATE, PRIVATE_KEY } from "./certificate.testing.ts";

const ServerCertificateName = "www";
const ASKED = { ServerCertificateName, CertificateBody: CERTIFICATE, PrivateKey: PRIVATE_KEY };

const world = async () => new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("a certificate is described in its path, and never with its key", async () => {
  const iam = await world();
  const Tags = [{ Key: "team", Value: "blue" }];
  const more = { Path: "/cloudfront/", CertificateChain: AUTHORITY, Tags };
  const uploaded = await iam.uploadServerCertificate({ ...ASKED, ...more });
  const { ServerCertificateMetadata } = uploaded;
  expect([ServerCertificateMetadata, uploaded.Tags]).toEqual([
    {
      Path: "/cloudfront/",
      ServerCertificateName,
      ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/),
      Arn: "arn:aws:iam::000000000000:server-certificate/cloudfront/www",
      UploadDate: new Date("2030-01-01T00:00:00Z"),
      Expiration: new Date("2046-01-20T03:26:17Z"),
    },
    Tags,
  ]);
  expect((await iam.getServerCertificate({ ServerCertificateName })).ServerCertificate).toEqual({
    ServerCertificateMetadata,
    CertificateBody: CERTIFICATE,
    CertificateChain: AUTHORITY,
    Tags,
  });
  expect(await outcome(iam.uploadServerCertificate(ASKED))).toBe(
    "EntityAlreadyExistsException: The Server Certificate with name www already exists.",
  );
});

test("a certificate is listed under its path, moved, and deleted", async () => {
  const iam = await world();
  await iam.uploadServerCertificate({ ...ASKED, Path: "/cloudfront/" });
  await iam.uploadServerCertificate({ ...ASKED, ServerCertificateName: "other" });
  const names = async (PathPrefix: string) =>
    (await iam.listServerCertificates({ PathPrefix })).ServerCertificateMetadataList?.map(
      (one) => one.Arn,
    );
  expect(await names("/cloudfront/")).toEqual([
    "arn:aws:iam::000000000000:server-certificate/cloudfront/www",
  ]);
  const change = { NewPath: "/", NewServerCertificateName: "Other" };
  expect(await outcome(iam.updateServerCertificate({ ServerCertificateName, ...change }))).toBe(
    "EntityAlreadyExistsException: The Server Certificate with name Other already exists.",
  );
  await iam.updateServerCertificate({ ServerCertificateName, NewPath: "/" });
  expect(await names("/")).toEqual([
    "arn:aws:iam::000000000000:server-certificate/other",
    "arn:aws:iam::000000000000:server-certificate/www",
  ]);
  await iam.deleteServerCertificate({ ServerCertificateName });
  expect(await outcome(iam.getServerCertificate({ ServerCertificateName }))).toBe(
    "NoSuchEntityException: The Server Certificate with name www cannot be found.",
  );
});

test("certificate, key and chain must be such, and belong together", async () => {
  const iam = await world();
  const upload = (more: object) => outcome(iam.uploadServerCertificate({ ...ASKED, ...more }));
  expect(await upload({ CertificateBody: "a certificate" })).toBe(
    "MalformedCertificateException: " +
      "Unable to parse certificate. Please ensure the certificate is in PEM format.",
  );
  expect(await upload({ PrivateKey: "a key" })).toBe(
    "MalformedCertificateException: " +
      "Unable to parse private key. Please ensure the private key is in PEM format.",
  );
  expect(await upload({ CertificateBody: AUTHORITY })).toBe(
    "KeyPairMismatchException: Private key doesn't match the certificate.",
  );
  expect(await upload({ CertificateChain: CERTIFICATE })).toBe(
    "MalformedCertificateException: Unable to validate certificate chain. " +
      "The certificate chain must start with the immediate signing certificate, followed by " +
      "any intermediaries in order. " +
      "The index within the chain of the invalid certificate is: -1",
  );
});

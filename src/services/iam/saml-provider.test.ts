import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { PRIVATE_KEY } from "./certificate.testing.ts";

const ARN = "arn:aws:iam::000000000000:saml-provider/okta";
const SAMLProviderArn = ARN;

const world = async () => new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

const NAMESPACE = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"';
const PADDING = `<md:Extra about='${"x".repeat(1000)}'/>`;
const element = (name: string, inside: string, attributes = "") =>
  [`<md:${name}${attributes}>`, inside, `</md:${name}>`].join("");
const metadata = (inside = element("IDPSSODescriptor", PADDING)) =>
  `<!-- of ours -->\n${element("EntityDescriptor", inside, ` ${NAMESPACE} entityID="https://idp"`)}`;

test("a provider is kept with its metadata, for a hundred years", async () => {
  const iam = await world();
  const asked = { Name: "okta", SAMLMetadataDocument: metadata() };
  expect((await iam.createSAMLProvider(asked)).SAMLProviderArn).toBe(ARN);
  const { $metadata } = await iam.getSAMLProvider({ SAMLProviderArn });
  expect(await iam.getSAMLProvider({ SAMLProviderArn })).toEqual({
    $metadata: { ...$metadata, requestId: expect.any(String) },
    SAMLProviderUUID: expect.stringMatching(/^[0-9A-F]{32}$/),
    SAMLMetadataDocument: metadata(),
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    ValidUntil: new Date("2130-01-01T00:00:00Z"),
    Tags: [],
  });
  expect((await iam.listSAMLProviders({})).SAMLProviderList).toEqual([
    {
      Arn: ARN,
      CreateDate: new Date("2030-01-01T00:00:00Z"),
      ValidUntil: new Date("2130-01-01T00:00:00Z"),
    },
  ]);
  expect(await outcome(iam.createSAMLProvider(asked))).toBe(
    "EntityAlreadyExistsException: Provider with name okta already exists.",
  );
});

test.for([
  ["no XML", "x".repeat(1000)],
  ["not closed", metadata().replace("</md:IDPSSODescriptor>", "")],
  ["closed by another", metadata().replace("</md:IDPSSODescriptor>", "</md:IDP>")],
  ["of two roots", metadata() + metadata()],
  ["of no identity provider", metadata(element("SPSSODescriptor", PADDING))],
  ["of no SAML", metadata().replaceAll("SAML", "WSDL")],
])("metadata that is %s is refused", async ([, SAMLMetadataDocument]) => {
  const iam = await world();
  expect(await outcome(iam.createSAMLProvider({ Name: "okta", SAMLMetadataDocument }))).toBe(
    "InvalidInputException: Could not parse metadata",
  );
});

test("metadata is replaced, keys are added and removed", async () => {
  const iam = await world();
  const asked = { Name: "okta", SAMLMetadataDocument: metadata(), AddPrivateKey: PRIVATE_KEY };
  await iam.createSAMLProvider({ ...asked, AssertionEncryptionMode: "Allowed" });
  const newer = metadata(element("IDPSSODescriptor", PADDING + PADDING));
  const more = { SAMLMetadataDocument: newer, AssertionEncryptionMode: "Required" as const };
  await iam.updateSAMLProvider({ SAMLProviderArn, AddPrivateKey: PRIVATE_KEY, ...more });
  const read = await iam.getSAMLProvider({ SAMLProviderArn });
  expect([read.SAMLMetadataDocument, read.AssertionEncryptionMode]).toEqual([newer, "Required"]);
  expect(read.PrivateKeyList?.length).toBe(2);
  expect(
    await outcome(iam.updateSAMLProvider({ SAMLProviderArn, AddPrivateKey: PRIVATE_KEY })),
  ).toBe("LimitExceededException: Cannot exceed quota for PrivateKeysPerSAMLProvider: 2");
  const [first, second] = read.PrivateKeyList ?? [];
  await iam.updateSAMLProvider({ SAMLProviderArn, RemovePrivateKey: first?.KeyId });
  expect((await iam.getSAMLProvider({ SAMLProviderArn })).PrivateKeyList).toEqual([second]);
});

test("a provider that is deleted is not found", async () => {
  const iam = await world();
  await iam.createSAMLProvider({ Name: "okta", SAMLMetadataDocument: metadata() });
  await iam.deleteSAMLProvider({ SAMLProviderArn });
  expect(await outcome(iam.getSAMLProvider({ SAMLProviderArn }))).toBe(
    `NoSuchEntityException: Manifest not found for arn ${ARN}`,
  );
});

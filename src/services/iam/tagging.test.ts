import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { CERTIFICATE, PRIVATE_KEY } from "./certificate.testing.ts";

const document = (more: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });

const METADATA =
  '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor/>' +
  `</EntityDescriptor><!--${"x".repeat(1000)}-->`;

/** The kinds of things that have tags, each with its three operations. */
async function things() {
  const iam = new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });
  const RoleName = "app";
  const InstanceProfileName = "box";
  const UserName = "ana";
  const created = await iam.createPolicy({
    PolicyName: "p",
    PolicyDocument: document({ Action: "s3:*", Resource: "*" }),
  });
  const PolicyArn = created.Policy?.Arn;
  await iam.createUser({ UserName });
  await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: document({
      Action: "sts:AssumeRole",
      Principal: { Service: "ec2.amazonaws.com" },
    }),
  });
  await iam.createInstanceProfile({ InstanceProfileName });
  const ServerCertificateName = "www";
  await iam.uploadServerCertificate({
    ServerCertificateName,
    CertificateBody: CERTIFICATE,
    PrivateKey: PRIVATE_KEY,
  });
  const device = await iam.createVirtualMFADevice({ VirtualMFADeviceName: "phone" });
  const SerialNumber = device.VirtualMFADevice?.SerialNumber;
  const Url = "https://id.example.com";
  const { OpenIDConnectProviderArn } = await iam.createOpenIDConnectProvider({ Url });
  const saml = { Name: "okta", SAMLMetadataDocument: METADATA };
  const { SAMLProviderArn } = await iam.createSAMLProvider(saml);
  type Tags = { Key: string; Value: string }[];
  return [
    {
      tag: (Tags: Tags) => iam.tagUser({ UserName, Tags }),
      untag: (TagKeys: string[]) => iam.untagUser({ UserName, TagKeys }),
      list: async () => (await iam.listUserTags({ UserName })).Tags,
      describe: async () => (await iam.getUser({ UserName })).User?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagRole({ RoleName, Tags }),
      untag: (TagKeys: string[]) => iam.untagRole({ RoleName, TagKeys }),
      list: async () => (await iam.listRoleTags({ RoleName })).Tags,
      describe: async () => (await iam.getRole({ RoleName })).Role?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagPolicy({ PolicyArn, Tags }),
      untag: (TagKeys: string[]) => iam.untagPolicy({ PolicyArn, TagKeys }),
      list: async () => (await iam.listPolicyTags({ PolicyArn })).Tags,
      describe: async () => (await iam.getPolicy({ PolicyArn })).Policy?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagInstanceProfile({ InstanceProfileName, Tags }),
      untag: (TagKeys: string[]) => iam.untagInstanceProfile({ InstanceProfileName, TagKeys }),
      list: async () => (await iam.listInstanceProfileTags({ InstanceProfileName })).Tags,
      describe: async () =>
        (await iam.getInstanceProfile({ InstanceProfileName })).InstanceProfile?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagServerCertificate({ ServerCertificateName, Tags }),
      untag: (TagKeys: string[]) => iam.untagServerCertificate({ ServerCertificateName, TagKeys }),
      list: async () => (await iam.listServerCertificateTags({ ServerCertificateName })).Tags,
      describe: async () =>
        (await iam.getServerCertificate({ ServerCertificateName })).ServerCertificate?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagMFADevice({ SerialNumber, Tags }),
      untag: (TagKeys: string[]) => iam.untagMFADevice({ SerialNumber, TagKeys }),
      list: async () => (await iam.listMFADeviceTags({ SerialNumber })).Tags,
      // AWS: no description of a device has its tags but the one that it is made with.
      describe: async () => (await iam.listMFADeviceTags({ SerialNumber })).Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags }),
      untag: (TagKeys: string[]) =>
        iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys }),
      list: async () =>
        (await iam.listOpenIDConnectProviderTags({ OpenIDConnectProviderArn })).Tags,
      describe: async () => (await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagSAMLProvider({ SAMLProviderArn, Tags }),
      untag: (TagKeys: string[]) => iam.untagSAMLProvider({ SAMLProviderArn, TagKeys }),
      list: async () => (await iam.listSAMLProviderTags({ SAMLProviderArn })).Tags,
      describe: async () => (await iam.getSAMLProvider({ SAMLProviderArn })).Tags,
    },
  ];
}

test.for([0, 1, 2, 3, 4, 5, 6, 7])(
  "thing %i is tagged, shows its tags, and loses them",
  async (index) => {
    const thing = (await things())[index];
    if (thing === undefined) throw new Error("eight things");
    await thing.tag([
      { Key: "Team", Value: "blue" },
      { Key: "cost", Value: "1" },
    ]);
    await thing.tag([{ Key: "team", Value: "red" }]);
    const left = [
      { Key: "cost", Value: "1" },
      { Key: "team", Value: "red" },
    ];
    expect(await thing.list()).toEqual(left);
    expect(await thing.describe()).toEqual(left);
    await thing.untag(["TEAM"]);
    expect(await thing.list()).toEqual([{ Key: "cost", Value: "1" }]);
    const twice = thing.tag([
      { Key: "a", Value: "1" },
      { Key: "A", Value: "2" },
    ]);
    await expect(twice).rejects.toMatchObject({
      name: "InvalidInputException",
      message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    });
    await expect(thing.tag([{ Key: "AWS:owner", Value: "1" }])).rejects.toMatchObject({
      name: "InvalidInputException",
      message: "aws: prefixed tag key names are not allowed for external use.",
    });
  },
);

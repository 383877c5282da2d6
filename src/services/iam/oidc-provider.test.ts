import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ARN = "arn:aws:iam::000000000000:oidc-provider/id.example.com/realm";
const Url = "https://id.example.com/realm";

const world = async () => new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("a provider is described as it was made, without https", async () => {
  const iam = await world();
  const ThumbprintList = ["A".repeat(40)];
  const Tags = [{ Key: "team", Value: "blue" }];
  const made = { Url, ClientIDList: ["app"], ThumbprintList, Tags };
  const { OpenIDConnectProviderArn, Tags: told } = await iam.createOpenIDConnectProvider(made);
  expect([OpenIDConnectProviderArn, told]).toEqual([ARN, Tags]);
  expect(await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: ARN })).toMatchObject({
    Url: "id.example.com/realm",
    ClientIDList: ["app"],
    ThumbprintList: ["a".repeat(40)],
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    Tags,
  });
  const { OpenIDConnectProviderList } = await iam.listOpenIDConnectProviders({});
  expect(OpenIDConnectProviderList).toEqual([{ Arn: ARN }]);
  expect((await iam.getAccountSummary({})).SummaryMap?.Providers).toBe(1);
});

test("client ids come and go, thumbprints are replaced", async () => {
  const iam = await world();
  await iam.createOpenIDConnectProvider({ Url, ClientIDList: ["app"] });
  const OpenIDConnectProviderArn = ARN;
  const change = { OpenIDConnectProviderArn, ClientID: "web" };
  await iam.addClientIDToOpenIDConnectProvider(change);
  await iam.addClientIDToOpenIDConnectProvider(change);
  await iam.removeClientIDFromOpenIDConnectProvider({ ...change, ClientID: "app" });
  await iam.removeClientIDFromOpenIDConnectProvider({ ...change, ClientID: "app" });
  const ThumbprintList = ["b".repeat(40)];
  await iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList });
  expect(await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).toMatchObject({
    ClientIDList: ["web"],
    ThumbprintList,
  });
});

test("addresses, thumbprints and ARNs must be such", async () => {
  const iam = await world();
  const create = (more: object) => outcome(iam.createOpenIDConnectProvider({ Url, ...more }));
  expect(await create({ Url: "http://id.example.com" })).toBe(
    "ValidationError: Invalid Open ID Connect Provider URL",
  );
  expect(
    await create({ ThumbprintList: ["a", "b", "c", "d", "e", "f"].map((x) => x.repeat(40)) }),
  ).toBe("InvalidInputException: Thumbprint list must contain fewer than 5 entries.");
  expect(await create({})).toBe("done");
  expect(await create({})).toBe(
    `EntityAlreadyExistsException: Provider with url ${Url} already exists.`,
  );
  const get = (OpenIDConnectProviderArn: string) =>
    outcome(iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn }));
  expect(await get(`${ARN}s`)).toBe(
    `NoSuchEntityException: OpenIDConnect Provider not found for arn ${ARN}s`,
  );
  expect(await get("id.example.com/realm/main")).toBe(
    "ValidationError: Invalid ARN:  Could not be parsed!",
  );
});

test("deleting a provider twice succeeds", async () => {
  const iam = await world();
  await iam.createOpenIDConnectProvider({ Url });
  await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: ARN });
  await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: ARN });
  expect((await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList).toEqual([]);
});

import {
  type CreateTableCommandInput,
  DynamoDB,
  type SSESpecification,
} from "@aws-sdk/client-dynamodb";
import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const NOTES: CreateTableCommandInput = {
  TableName: "notes",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};

const TableName = "notes";

async function world() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  const kms = new KMS(cloud.config());
  const create = async (SSESpecification?: SSESpecification) => {
    const { TableDescription } = await ddb.createTable({ ...NOTES, SSESpecification });
    await cloud.idle();
    return TableDescription?.SSEDescription;
  };
  const update = async (SSESpecification: SSESpecification) => {
    const { TableDescription } = await ddb.updateTable({ TableName, SSESpecification });
    await cloud.idle();
    return TableDescription;
  };
  const told = async () => (await ddb.describeTable({ TableName })).Table?.SSEDescription;
  const key = async () => (await kms.createKey({})).KeyMetadata?.Arn ?? "";
  return { kms, create, update, told, key };
}

const invalid = (what: string) => ({
  name: "ValidationException",
  message: `One or more parameter values were invalid: ${what}`,
});

test("AWS's own key is not told; the account's key for tables is, and any other", async () => {
  const { kms, create, update, told, key } = await world();
  expect(await create()).toBeUndefined();
  expect(await told()).toBeUndefined();
  await update({ Enabled: true });
  const own = await kms.describeKey({ KeyId: "alias/aws/dynamodb" });
  const first = { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: own.KeyMetadata?.Arn };
  expect(await told()).toEqual(first);
  const arn = await key();
  const changing = await update({ Enabled: true, SSEType: "KMS", KMSMasterKeyId: arn });
  expect(changing).toMatchObject({
    TableStatus: "ACTIVE",
    SSEDescription: { ...first, Status: "UPDATING" },
  });
  expect(await told()).toEqual({ Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: arn });
  await expect(
    update({ Enabled: true, SSEType: "KMS", KMSMasterKeyId: arn }),
  ).rejects.toMatchObject(
    invalid(
      "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you " +
        "want to change Master Key",
    ),
  );
  await update({ Enabled: false });
  expect(await told()).toBeUndefined();
  await expect(update({ Enabled: false })).rejects.toMatchObject(
    invalid("Table is already encrypted by default"),
  );
});

test("a key may be named by its alias, and the table tells its ARN", async () => {
  const { kms, create, key } = await world();
  const arn = await key();
  await kms.createAlias({ AliasName: "alias/notes", TargetKeyId: arn });
  expect(await create({ SSEType: "KMS", KMSMasterKeyId: "alias/notes" })).toEqual({
    Status: "ENABLED",
    SSEType: "KMS",
    KMSMasterKeyArn: arn,
  });
});

test("specifications that contradict themselves are refused", async () => {
  const { create } = await world();
  await expect(create({ Enabled: false, SSEType: "KMS" })).rejects.toMatchObject(
    invalid("SSEType can not be specified if Enabled is false"),
  );
  await expect(create({ Enabled: false, KMSMasterKeyId: "x" })).rejects.toMatchObject(
    invalid("KMSMasterKeyId can not be specified if Enabled is false"),
  );
  await expect(create({ Enabled: true, SSEType: "AES256" })).rejects.toMatchObject(
    invalid("SSEType AES256 is not supported"),
  );
  await expect(create({ Enabled: true, KMSMasterKeyId: "x" })).rejects.toMatchObject(
    invalid("SSEType KMS is required if KMSMasterKeyId is specified"),
  );
  expect(await create({})).toBeUndefined();
});

test("a key that cannot be used is refused in the words of AWS's client of KMS", async () => {
  const { kms, create, key } = await world();
  const named = (KMSMasterKeyId: string) =>
    create({ Enabled: true, SSEType: "KMS", KMSMasterKeyId });
  const tail = (code: string) =>
    `\\(Service: AWSKMS; Status Code: 400; Error Code: ${code}; ` +
    "Request ID: [0-9a-f-]{36}; Proxy: null\\)$";
  await expect(named("alias/nobody")).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringMatching(
      "^KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Alias " +
        "arn:aws:kms:us-east-1:000000000000:alias/nobody is not found. " +
        tail("NotFoundException"),
    ),
  });
  const arn = await key();
  await kms.disableKey({ KeyId: arn });
  await expect(named(arn)).rejects.toMatchObject({
    message: expect.stringMatching(
      "^KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: " +
        `${arn} is disabled. ${tail("DisabledException")}`,
    ),
  });
  await kms.scheduleKeyDeletion({ KeyId: arn });
  await expect(named(arn)).rejects.toMatchObject({
    message: expect.stringMatching(
      "^KMS validation error: com.amazonaws.services.kms.model.KMSInvalidStateException: " +
        `${arn} is pending deletion. ${tail("KMSInvalidStateException")}`,
    ),
  });
});

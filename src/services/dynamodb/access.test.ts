import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/notes";

async function world() {
  const cloud = await startCloud();
  const root = new DynamoDB(cloud.config());
  await root.createTable({
    TableName: "notes",
    AttributeDefinitions: [
      { AttributeName: "owner", AttributeType: "S" },
      { AttributeName: "topic", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "topics",
        KeySchema: [{ AttributeName: "topic", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  await root.putItem({ TableName: "notes", Item: { owner: { S: "ann" }, topic: { S: "t" } } });
  const userWith = async (...statements: object[]) => {
    const iam = new IAM(cloud.config());
    await iam.createUser({ UserName: "ann" });
    await iam.putUserPolicy({
      UserName: "ann",
      PolicyName: "p",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
    const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
    const credentials = {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    };
    return new DynamoDB(cloud.config({ credentials }));
  };
  return { cloud, root, userWith };
}

const refused = (action: string, resource: string) =>
  `User: arn:aws:iam::000000000000:user/ann is not authorized to perform: dynamodb:${action} on resource: ${resource} `;

const denied = (action: string, resource = ARN) => ({
  name: "AccessDeniedException",
  message: expect.stringContaining(`${refused(action, resource)}because`),
});

const forbidden = (action: string) => ({
  name: "AccessDeniedException",
  message: `${refused(action, ARN)}with an explicit deny in an identity-based policy`,
});

test("leading keys keep everybody to their own items, however they ask", async () => {
  const { userWith } = await world();
  const ann = await userWith({
    Effect: "Allow",
    Action: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:BatchGetItem"],
    Resource: ARN,
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["ann"] } },
  });
  const TableName = "notes";
  const key = (owner: string) => ({ owner: { S: owner } });
  expect((await ann.getItem({ TableName, Key: key("ann") })).Item).toBeDefined();
  await expect(ann.getItem({ TableName, Key: key("bob") })).rejects.toMatchObject(
    denied("GetItem"),
  );
  const ask = (owner: string) =>
    ann.query({
      TableName,
      KeyConditionExpression: "#o = :o",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":o": { S: owner } },
    });
  expect((await ask("ann")).Count).toBe(1);
  await expect(ask("bob")).rejects.toMatchObject(denied("Query"));
  await expect(
    ann.batchGetItem({ RequestItems: { notes: { Keys: [key("ann"), key("bob")] } } }),
  ).rejects.toMatchObject(denied("BatchGetItem"));
  await expect(
    ann.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: key("bob") } }] }),
  ).rejects.toMatchObject(denied("PutItem"));
});

test("an index is a resource of its own", async () => {
  const { userWith } = await world();
  const ann = await userWith({ Effect: "Allow", Action: "dynamodb:Query", Resource: ARN });
  await expect(
    ann.query({
      TableName: "notes",
      IndexName: "topics",
      KeyConditionExpression: "topic = :t",
      ExpressionAttributeValues: { ":t": { S: "t" } },
    }),
  ).rejects.toMatchObject(denied("Query", `${ARN}/index/topics`));
});

test("who may see some attributes may not ask for others, nor for all", async () => {
  const { userWith } = await world();
  const ann = await userWith({
    Effect: "Allow",
    Action: "dynamodb:GetItem",
    Resource: ARN,
    Condition: {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["owner"] },
      StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    },
  });
  const TableName = "notes";
  const Key = { owner: { S: "ann" } };
  const ExpressionAttributeNames = { "#o": "owner" };
  const some = await ann.getItem({
    TableName,
    Key,
    ProjectionExpression: "#o",
    ExpressionAttributeNames,
  });
  expect(some.Item).toEqual(Key);
  await expect(
    ann.getItem({ TableName, Key, ProjectionExpression: "#o, topic", ExpressionAttributeNames }),
  ).rejects.toMatchObject(denied("GetItem"));
  await expect(ann.getItem({ TableName, Key })).rejects.toMatchObject(denied("GetItem"));
});

test("asking for nothing in particular is asking for all, and writes have no Select", async () => {
  const { userWith } = await world();
  const ann = await userWith({
    Effect: "Allow",
    Action: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem"],
    Resource: [ARN, `${ARN}/index/topics`],
    Condition: {
      StringEqualsIfExists: {
        "dynamodb:Select": ["SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"],
      },
    },
  });
  const TableName = "notes";
  const Key = { owner: { S: "ann" } };
  const query = (more: object) =>
    ann.query({
      TableName,
      KeyConditionExpression: "topic = :t",
      ExpressionAttributeValues: { ":t": { S: "t" } },
      ...more,
    });
  await ann.putItem({ TableName, Item: Key });
  expect((await query({ IndexName: "topics" })).Count).toBe(0);
  expect((await ann.getItem({ TableName, Key, ProjectionExpression: "topic" })).Item).toEqual({});
  await expect(ann.getItem({ TableName, Key })).rejects.toMatchObject(denied("GetItem"));
  await expect(
    ann.batchGetItem({ RequestItems: { notes: { Keys: [Key] } } }),
  ).rejects.toMatchObject(denied("BatchGetItem"));
  await expect(query({ IndexName: "topics", Select: "ALL_ATTRIBUTES" })).rejects.toMatchObject(
    denied("Query", `${ARN}/index/topics`),
  );
  await expect(query({})).rejects.toMatchObject(denied("Query"));
});

test("rights may be for transactions alone, or for everything but them", async () => {
  const transactions = ["TransactWriteItems", "TransactGetItems"];
  const rights = { Effect: "Allow", Action: "dynamodb:*", Resource: ARN };
  const Condition = {
    "ForAnyValue:StringEquals": { "dynamodb:EnclosingOperation": transactions },
  };
  const TableName = "notes";
  const Key = { owner: { S: "ann" } };
  const Check = { TableName, Key, ConditionExpression: "attribute_exists(topic)" };
  const get = (ann: DynamoDB) =>
    ann.transactGetItems({ TransactItems: [{ Get: { TableName, Key } }] });
  const check = (ann: DynamoDB) =>
    ann.transactWriteItems({ TransactItems: [{ ConditionCheck: Check }] });

  const only = await (await world()).userWith({ ...rights, Condition });
  await check(only);
  expect((await get(only)).Responses).toHaveLength(1);
  await expect(only.getItem({ TableName, Key })).rejects.toMatchObject(denied("GetItem"));

  const Statement = `SELECT * FROM notes WHERE "owner" = 'ann'`;
  const select = (ann: DynamoDB) => ann.executeTransaction({ TransactStatements: [{ Statement }] });
  const statements = { StringEquals: { "dynamodb:EnclosingOperation": "ExecuteTransaction" } };
  const inside = await (await world()).userWith({ ...rights, Condition: statements });
  expect((await select(inside)).Responses).toHaveLength(1);
  await expect(inside.executeStatement({ Statement })).rejects.toMatchObject(
    denied("PartiQLSelect"),
  );

  const none = await (await world()).userWith(rights, { ...rights, Effect: "Deny", Condition });
  expect((await none.getItem({ TableName, Key })).Item).toBeDefined();
  await expect(get(none)).rejects.toMatchObject(forbidden("GetItem"));
  await expect(check(none)).rejects.toMatchObject(forbidden("ConditionCheckItem"));
});

test("statements of PartiQL keep to leading keys, and scan whole tables only by right", async () => {
  const { userWith } = await world();
  const ann = await userWith(
    {
      Effect: "Allow",
      Action: ["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLDelete"],
      Resource: ARN,
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["ann", "eve"] } },
    },
    {
      Effect: "Deny",
      Action: "dynamodb:PartiQLSelect",
      Resource: ARN,
      Condition: { Bool: { "dynamodb:FullTableScan": "true" } },
    },
  );
  const run = (Statement: string) => ann.executeStatement({ Statement });
  const select = async (where: string) => (await run(`SELECT * FROM notes ${where}`)).Items?.length;
  expect(await select(`WHERE "owner" = 'ann' AND topic = 't'`)).toBe(1);
  expect(await select(`WHERE "owner" IN ['ann', 'eve']`)).toBe(1);
  expect(await select(`WHERE "owner" = 'ann' OR "owner" = 'eve'`)).toBe(1);
  for (const where of ["", "WHERE topic = 't'", `WHERE "owner" = 'ann' OR topic = 't'`]) {
    await expect(select(where)).rejects.toMatchObject(forbidden("PartiQLSelect"));
  }
  await expect(select(`WHERE "owner" IN ['ann', 'bob']`)).rejects.toMatchObject(
    denied("PartiQLSelect"),
  );
  await run("INSERT INTO notes VALUE {'owner': 'eve'}");
  await run(`DELETE FROM notes WHERE "owner" = 'eve'`);
  await expect(run("INSERT INTO notes VALUE {'owner': 'bob'}")).rejects.toMatchObject(
    denied("PartiQLInsert"),
  );
  await expect(run(`DELETE FROM notes WHERE "owner" = 'bob'`)).rejects.toMatchObject(
    denied("PartiQLDelete"),
  );
});

test("some tags may be put and taken away, and no others", async () => {
  const { userWith } = await world();
  const ann = await userWith({
    Effect: "Allow",
    Action: ["dynamodb:TagResource", "dynamodb:UntagResource"],
    Resource: ARN,
    Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } },
  });
  const tag = (Key: string) => ann.tagResource({ ResourceArn: ARN, Tags: [{ Key, Value: "" }] });
  const untag = (key: string) => ann.untagResource({ ResourceArn: ARN, TagKeys: [key] });
  await tag("team");
  await untag("team");
  await expect(tag("env")).rejects.toMatchObject(denied("TagResource"));
  await expect(untag("env")).rejects.toMatchObject(denied("UntagResource"));
});

test("what a batch wants to know of its capacity can be asked of it", async () => {
  const { userWith } = await world();
  const ann = await userWith({
    Effect: "Allow",
    Action: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"],
    Resource: ARN,
    Condition: { StringEqualsIfExists: { "dynamodb:ReturnConsumedCapacity": "NONE" } },
  });
  const Key = { owner: { S: "ann" } };
  const read = { RequestItems: { notes: { Keys: [Key] } } };
  const write = { RequestItems: { notes: [{ DeleteRequest: { Key } }] } };
  const ReturnConsumedCapacity = "TOTAL";
  await ann.batchGetItem(read);
  await ann.batchWriteItem(write);
  await expect(ann.batchGetItem({ ...read, ReturnConsumedCapacity })).rejects.toMatchObject(
    denied("BatchGetItem"),
  );
  await expect(ann.batchWriteItem({ ...write, ReturnConsumedCapacity })).rejects.toMatchObject(
    denied("BatchWriteItem"),
  );
});

test("a resource policy opens the table to another account, by its ARN", async () => {
  const { cloud, root } = await world();
  const stranger = new DynamoDB(cloud.config({ accountId: "111111111111" }));
  const Key = { owner: { S: "ann" } };
  await expect(stranger.getItem({ TableName: ARN, Key })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: "dynamodb:GetItem",
        Resource: ARN,
      },
    ],
  });
  const { RevisionId } = await root.putResourcePolicy({ ResourceArn: ARN, Policy });
  expect(await root.getResourcePolicy({ ResourceArn: ARN })).toMatchObject({ Policy, RevisionId });
  expect((await stranger.getItem({ TableName: ARN, Key })).Item).toEqual({
    owner: { S: "ann" },
    topic: { S: "t" },
  });
  await expect(stranger.deleteItem({ TableName: ARN, Key })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await root.deleteResourcePolicy({ ResourceArn: ARN });
  await expect(root.getResourcePolicy({ ResourceArn: ARN })).rejects.toMatchObject({
    name: "PolicyNotFoundException",
  });
});

test.for([
  ["", "This policy contains invalid Json"],
  ["[]", "This policy contains invalid Json"],
  ["null", "This text appears not to be a policy"],
  ["{}", "Syntax error at position (1,3)"],
  ['{"Statement":[]}', "Could not parse the policy: Statement is empty!"],
  ['{"Statement":[{}]}', "Missing required field Effect"],
])("%s is no resource policy", async ([Policy, why]) => {
  const { root } = await world();
  await expect(root.putResourcePolicy({ ResourceArn: ARN, Policy })).rejects.toMatchObject({
    name: "ValidationException",
    message: `One or more parameter values were invalid: Invalid policy document: ${why}`,
  });
});

test("a resource policy is told in a form of its own, and the same by another text changes nothing", async () => {
  const { root } = await world();
  const put = async (policy: object) =>
    root.putResourcePolicy({ ResourceArn: ARN, Policy: JSON.stringify(policy, null, 2) });
  const { RevisionId } = await put({
    Statement: {
      Resource: [ARN],
      Action: ["dynamodb:GetItem"],
      Principal: { AWS: ["111111111111", "arn:aws:iam::111111111111:root"] },
      Effect: "Allow",
    },
    Version: "2012-10-17",
  });
  const { Policy } = await root.getResourcePolicy({ ResourceArn: ARN });
  expect(Policy).toBe(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",' +
      '"Principal":{"AWS":"arn:aws:iam::111111111111:root"},' +
      `"Action":"dynamodb:GetItem","Resource":"${ARN}"}]}`,
  );
  const again = await put(JSON.parse(Policy ?? "") as object);
  expect(again.RevisionId).toBe(RevisionId);
  await expect(
    put({
      Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:GetItem", Resource: ARN }],
    }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Resource-based policy grants unbounded access in one or more elements. Please revise the " +
      "policy to ensure least-privilege form of access",
  });
});

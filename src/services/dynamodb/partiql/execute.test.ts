import { DynamoDB, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../../testing/cloud.ts";

async function music() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName: "Music",
    AttributeDefinitions: [
      { AttributeName: "Artist", AttributeType: "S" },
      { AttributeName: "Song", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "Artist", KeyType: "HASH" },
      { AttributeName: "Song", KeyType: "RANGE" },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  const run = (Statement: string, Parameters?: AttributeValue[]) =>
    ddb.executeStatement({ Statement, ...(Parameters === undefined ? {} : { Parameters }) });
  for (const [song, plays] of Object.entries({ "It's on": 3, Beta: 1, Alpha: 2 })) {
    await run(
      "INSERT INTO Music VALUE {'Artist': 'A', 'Song': ?, 'Plays': ?, 'tags': <<'x','y'>>}",
      [{ S: song }, { N: String(plays) }],
    );
  }
  return { ddb, run };
}

const songs = (found: { Items?: Record<string, AttributeValue>[] | undefined }) =>
  found.Items?.map((item) => item["Song"]?.S);

test("a selection by the partition key comes in the order of the sort key", async () => {
  const { run } = await music();
  expect(songs(await run(`SELECT * FROM "Music" WHERE Artist = 'A'`))).toEqual([
    "Alpha",
    "Beta",
    "It's on",
  ]);
  expect(
    songs(
      await run(`SELECT Song FROM Music WHERE Artist='A' AND Song > 'Alpha' ORDER BY Song DESC`),
    ),
  ).toEqual(["It's on", "Beta"]);
  expect(songs(await run("SELECT * FROM Music WHERE Song = 'It''s on'"))).toEqual(["It's on"]);
});

test("conditions of every form choose", async () => {
  const { run } = await music();
  const chosen = async (where: string) => songs(await run(`SELECT * FROM Music WHERE ${where}`));
  expect(await chosen("Plays BETWEEN 2 AND 3 AND NOT Song = 'Alpha'")).toEqual(["It's on"]);
  expect(await chosen("Plays IN [1, 7] OR begins_with(Song, 'Al')")).toEqual(["Alpha", "Beta"]);
  expect(await chosen("Gone IS MISSING AND contains(tags, 'y') AND (Plays < 2)")).toEqual(["Beta"]);
});

test("pages go on with their token", async () => {
  const { ddb } = await music();
  const Statement = "SELECT Song FROM Music WHERE Artist = 'A'";
  const first = await ddb.executeStatement({ Statement, Limit: 2 });
  expect(songs(first)).toEqual(["Alpha", "Beta"]);
  expect(songs(await ddb.executeStatement({ Statement, NextToken: first.NextToken }))).toEqual([
    "It's on",
  ]);
});

test("an item is inserted once, changed where it is, and deleted", async () => {
  const { run } = await music();
  await expect(run("INSERT INTO Music VALUE {'Artist':'A','Song':'Beta'}")).rejects.toMatchObject({
    name: "DuplicateItemException",
    message: "Duplicate primary key exists in table",
  });
  const changed = await run(
    "UPDATE Music SET Plays = Plays + 1 SET tags = set_add(tags, <<'z'>>) REMOVE Gone " +
      "WHERE Artist='A' AND Song='Beta' AND Plays = 1 RETURNING ALL NEW *",
  );
  expect(changed.Items).toEqual([
    { Artist: { S: "A" }, Song: { S: "Beta" }, Plays: { N: "2" }, tags: { SS: ["x", "y", "z"] } },
  ]);
  await expect(
    run("UPDATE Music SET Plays=0 WHERE Artist='A' AND Song='None'"),
  ).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  await expect(run("UPDATE Music SET Plays=0 WHERE Artist='A'")).rejects.toMatchObject({
    name: "ValidationException",
    message: "Where clause does not contain a mandatory equality on all key attributes",
  });
  const gone = await run("DELETE FROM Music WHERE Artist='A' AND Song='Beta' RETURNING ALL OLD *");
  expect(songs(gone)).toEqual(["Beta"]);
  expect(songs(await run("SELECT * FROM Music"))).toEqual(["Alpha", "It's on"]);
});

test("of a batch each statement stands for itself", async () => {
  const { ddb } = await music();
  const { Responses } = await ddb.batchExecuteStatement({
    Statements: [
      { Statement: "INSERT INTO Music VALUE {'Artist':'B','Song':'New'}" },
      { Statement: "INSERT INTO Music VALUE {'Artist':'A','Song':'Beta'}" },
    ],
  });
  expect(Responses).toEqual([
    { TableName: "Music" },
    {
      TableName: "Music",
      Error: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
    },
  ]);
  const read = await ddb.batchExecuteStatement({
    Statements: [{ Statement: "SELECT Song FROM Music WHERE Artist='B' AND Song='New'" }],
  });
  expect(read.Responses).toEqual([{ TableName: "Music", Item: { Song: { S: "New" } } }]);
});

test("of a transaction all statements happen or none", async () => {
  const { ddb, run } = await music();
  await expect(
    ddb.executeTransaction({
      TransactStatements: [
        { Statement: "DELETE FROM Music WHERE Artist='A' AND Song='Alpha'" },
        { Statement: "UPDATE Music SET Plays=9 WHERE Artist='A' AND Song='Beta' AND Plays=7" },
      ],
    }),
  ).rejects.toMatchObject({
    name: "TransactionCanceledException",
    CancellationReasons: [
      { Code: "None" },
      { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
    ],
  });
  expect(songs(await run("SELECT * FROM Music"))).toEqual(["Alpha", "Beta", "It's on"]);
  const done = await ddb.executeTransaction({
    TransactStatements: [{ Statement: "DELETE FROM Music WHERE Artist='A' AND Song='Alpha'" }],
  });
  expect(done.Responses).toEqual([]);
});

test.for([
  [
    "SELEC * FROM Music",
    "Statement wasn't well formed, can't be processed: Expected data manipulation",
  ],
  ["SELECT * FROM Music WHERE a = ?", "Number of parameters in request and statement don't match."],
])("%s is refused", async ([statement, message]) => {
  const { run } = await music();
  await expect(run(statement!)).rejects.toMatchObject({ name: "ValidationException", message });
});

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

test("a statement of a batch that cannot be read, or reads too much, fails alone", async () => {
  const { ddb } = await music();
  const { Responses } = await ddb.batchExecuteStatement({
    Statements: [
      { Statement: "SLECT * FROM Music" },
      { Statement: "SELECT * FROM Music WHERE Artist='A'" },
      { Statement: "SELECT Song FROM Music WHERE Artist='A' AND Song='Beta'" },
    ],
  });
  expect(Responses).toEqual([
    {
      Error: {
        Code: "ValidationError",
        Message: "Statement wasn't well formed, can't be processed: Expected data manipulation",
      },
    },
    {
      TableName: "Music",
      Error: {
        Code: "ValidationError",
        Message:
          "Select statements within BatchExecuteStatement must specify the primary key in the " +
          "where clause.",
      },
    },
    { TableName: "Music", Item: { Song: { S: "Beta" } } },
  ]);
});

test("what a change returns is its item, or none where nothing is left to return", async () => {
  const { ddb, run } = await music();
  const Statement =
    "UPDATE Music REMOVE Plays WHERE Artist='A' AND Song='Beta' RETURNING MODIFIED NEW *";
  expect((await run(Statement)).Items).toEqual([]);
  const { Responses } = await ddb.batchExecuteStatement({ Statements: [{ Statement }] });
  expect(Responses).toEqual([{ TableName: "Music" }]);
  expect((await run("INSERT INTO Music VALUE {'Artist':'B','Song':'New'}")).Items).toEqual([]);
});

test("a transaction that is asked for again tells what reading its items costs", async () => {
  const { ddb, run } = await music();
  const ask = async () =>
    (
      await ddb.executeTransaction({
        ClientRequestToken: "once",
        ReturnConsumedCapacity: "TOTAL",
        TransactStatements: [
          { Statement: "UPDATE Music SET Plays = Plays + 1 WHERE Artist='A' AND Song='Beta'" },
        ],
      })
    ).ConsumedCapacity;
  const told = { TableName: "Music", CapacityUnits: 2 };
  expect(await ask()).toEqual([{ ...told, WriteCapacityUnits: 2 }]);
  expect(await ask()).toEqual([{ ...told, ReadCapacityUnits: 2 }]);
  const { Items } = await run("SELECT Plays FROM Music WHERE Artist='A' AND Song='Beta'");
  expect(Items).toEqual([{ Plays: { N: "2" } }]);
});

test.for([
  [
    "UPDATE Music SET a=1 WHERE Artist='A' AND Song='Beta' RETURNING ALL NEW *",
    "RETURNING clause is not supported in ExecuteTransaction.",
  ],
  [
    'SELECT * FROM Music."by-plays" WHERE Plays=1',
    "Reads on indices are not supported within transactions.",
  ],
])("%s is not for transactions", async ([Statement, why]) => {
  const { ddb } = await music();
  await expect(
    ddb.executeTransaction({ TransactStatements: [{ Statement }] }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: `Validation failed in TransactStatements[0]: ${why}`,
  });
});

test.for(["MODIFIED OLD", "ALL NEW", "MODIFIED NEW"])(
  "a deletion does not return %s",
  async (what) => {
    const { run } = await music();
    await expect(
      run(`DELETE FROM Music WHERE Artist='A' AND Song='Beta' RETURNING ${what} *`),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message:
        `Invalid returning clause: RETURNING ${what} *. ` +
        "Only RETURNING ALL OLD * is allowed in DELETE statements.",
    });
  },
);

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
  [
    'SELECT * FROM "Music"."no-index" WHERE Artist = \'A\'',
    "The table does not have the specified index",
  ],
  [
    'SELECT * FROM "Music"."a"."b" WHERE Artist = \'A\'',
    "A path may contain at most 2 components in the FROM clause",
  ],
  ['SELECT * FROM "Music"."" WHERE Artist = \'A\'', "Path component cannot be an empty string"],
  [`SELECT * FROM "" WHERE Artist = 'A'`, "Path component cannot be an empty string"],
  [
    "SELECT * FROM Nobody WHERE Artist = 'A' AND tags < TRUE",
    "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
  ],
  ["SELECT * FROM Music WHERE a = ?", "Number of parameters in request and statement don't match."],
])("%s is refused", async ([statement, message]) => {
  const { run } = await music();
  await expect(run(statement!)).rejects.toMatchObject({ name: "ValidationException", message });
});

test.for([
  ["parentheses", `${"(".repeat(3000)}Plays = 1${")".repeat(3000)}`],
  ["negations", `${"NOT ".repeat(1900)}Plays = 1`],
  ["functions", `${"size(".repeat(1300)}Plays${")".repeat(1300)} > 1`],
  ["lists", `Plays = ${"[".repeat(3900)}1${"]".repeat(3900)}`],
  ["maps", `Plays = ${"{'a':".repeat(1300)}1${"}".repeat(1300)}`],
] as const)("a statement that goes too deep is refused: %s", async ([, where]) => {
  const { run } = await music();
  await expect(run(`SELECT * FROM Music WHERE ${where}`)).rejects.toMatchObject({
    name: "ValidationException",
    message: "Statement wasn't well formed, can't be processed: It is nested too deeply",
  });
});

test("a statement of many conditions goes as far as it is long", async () => {
  const { run } = await music();
  const where = Array.from({ length: 600 }, () => "Plays=1").join(" OR ");
  const deep = `${"(".repeat(499)}Plays = 2${")".repeat(499)}`;
  expect(songs(await run(`SELECT * FROM Music WHERE ${where}`))).toEqual(["Beta"]);
  expect(songs(await run(`SELECT * FROM Music WHERE ${deep}`))).toEqual(["Alpha"]);
});

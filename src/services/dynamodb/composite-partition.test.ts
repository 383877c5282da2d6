import {
  type AttributeValue,
  type CreateTableCommandInput,
  DynamoDB,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const element = (AttributeName: string, KeyType: "HASH" | "RANGE"): KeySchemaElement => ({
  AttributeName,
  KeyType,
});

const BY_ROUND: GlobalSecondaryIndex = {
  IndexName: "byRound",
  KeySchema: [
    element("tournament", "HASH"),
    element("region", "HASH"),
    element("year", "RANGE"),
    element("round", "RANGE"),
  ],
  Projection: { ProjectionType: "ALL" },
};

const definition = (AttributeName: string, AttributeType: "S" | "N") => ({
  AttributeName,
  AttributeType,
});

const TYPES = [
  definition("tournament", "S"),
  definition("region", "S"),
  definition("year", "N"),
  definition("round", "S"),
];

const MATCHES: CreateTableCommandInput = {
  TableName: "matches",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [element("id", "HASH")],
  AttributeDefinitions: [definition("id", "S"), ...TYPES],
};

type Place = readonly [tournament: string, region: string, year: string, round: string];

const PLAYED: Readonly<Record<string, Place>> = {
  a: ["winter", "na", "9", "final"],
  b: ["winter", "na", "10", "quarter"],
  c: ["winter", "na", "10", "quarter-2"],
  d: ["winter", "na", "10", "semi"],
  e: ["winter", "na", "-3", "final"],
  f: ["winter", "eu", "10", "final"],
  g: ["wintern", "a", "10", "final"],
};

const itemOf = (id: string, [tournament, region, year, round]: Place) => ({
  id: { S: id },
  tournament: { S: tournament },
  region: { S: region },
  year: { N: year },
  round: { S: round },
});

async function world(index: GlobalSecondaryIndex = BY_ROUND) {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({ ...MATCHES, GlobalSecondaryIndexes: [index] });
  await cloud.idle();
  for (const [id, place] of Object.entries(PLAYED)) {
    await ddb.putItem({ TableName: "matches", Item: itemOf(id, place) });
  }
  return { cloud, ddb };
}

const VALUES: Readonly<Record<string, AttributeValue>> = {
  ":t": { S: "winter" },
  ":r": { S: "na" },
  ":y": { N: "10" },
  ":low": { N: "-5" },
  ":q": { S: "quarter" },
  ":s": { S: "semi" },
};

function asked(condition: string) {
  const names: readonly string[] = condition.match(/:\w+/g) ?? [];
  const used = Object.entries(VALUES).filter(([name]) => names.includes(name));
  return {
    TableName: "matches",
    IndexName: "byRound",
    KeyConditionExpression: condition,
    ExpressionAttributeNames: condition.includes("#y") ? { "#y": "year" } : undefined,
    ExpressionAttributeValues: Object.fromEntries(used),
  };
}

const PARTITION = "tournament = :t AND #g = :r";
const inPartition = (rest = "") => {
  const input = asked(PARTITION + rest);
  const names = { ...input.ExpressionAttributeNames, "#g": "region" };
  return { ...input, ExpressionAttributeNames: names };
};

async function found(ddb: DynamoDB, rest: string, more: object = {}): Promise<string> {
  const { Items = [] } = await ddb.query({ ...inPartition(rest), ...more });
  return Items.map(({ id }) => id?.S).join("");
}

test("a partition is all of its attributes together, sorted by the attributes in turn", async () => {
  const { ddb } = await world();
  expect(await found(ddb, "")).toBe("eabcd");
  expect(await found(ddb, "", { ScanIndexForward: false })).toBe("dcbae");
});

test("the sort key is given from the left, and the last that is given may be a range", async () => {
  const { ddb } = await world();
  const expected = {
    " AND #y = :y": "bcd",
    " AND #y < :y": "ea",
    " AND #y <= :y": "eabcd",
    " AND #y > :low": "eabcd",
    " AND #y >= :y": "bcd",
    " AND #y BETWEEN :low AND :y": "eabcd",
    " AND #y = :y AND round = :q": "b",
    " AND round = :q AND #y = :y": "b",
    " AND #y = :y AND begins_with(round, :q)": "bc",
    " AND #y = :y AND round > :q": "cd",
    " AND #y = :y AND round < :s": "bc",
    " AND #y = :y AND round BETWEEN :q AND :s": "bcd",
  };
  const read: Record<string, string> = {};
  for (const rest of Object.keys(expected)) {
    read[rest] = await found(ddb, rest);
    const backwards = await found(ddb, rest, { ScanIndexForward: false });
    expect(backwards.split("").toReversed().join("")).toBe(read[rest]);
  }
  expect(read).toEqual(expected);
});

test("pages go on where they ended, in both directions", async () => {
  const { ddb } = await world();
  for (const ScanIndexForward of [true, false]) {
    const ids: (string | undefined)[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const more = { Limit: 2, ScanIndexForward, ExclusiveStartKey };
      const page = await ddb.query({ ...inPartition(" AND #y <= :y"), ...more });
      ids.push(...(page.Items ?? []).map(({ id }) => id?.S));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(ids.join("")).toBe(ScanIndexForward ? "eabcd" : "dcbae");
  }
});

const REFUSED_PARTITION =
  "Query key condition not supported: every HASH key attribute of the index needs an equality " +
  "condition";
const REFUSED_RANGE =
  "Query key condition not supported: RANGE key attributes of the index are given from the left, " +
  "and only the last of them without equality";

test("without all of the partition, or with a gap in the sort key, nothing is read", async () => {
  const { ddb } = await world();
  const refused = [
    [asked("tournament = :t"), REFUSED_PARTITION],
    [asked("tournament = :t AND #y = :y"), REFUSED_PARTITION],
    [inPartition(" AND round = :q"), REFUSED_RANGE],
    [inPartition(" AND #y > :y AND round = :q"), REFUSED_RANGE],
    [inPartition(" AND #y < :y AND begins_with(round, :q)"), REFUSED_RANGE],
  ] as const;
  for (const [input, message] of refused) {
    await expect(ddb.query(input)).rejects.toMatchObject({ name: "ValidationException", message });
  }
});

test("an item that lacks one of the attributes is not in the index, and comes with it", async () => {
  const { ddb } = await world();
  const { round: _round, ...partial } = itemOf("h", ["winter", "na", "11", "final"]);
  await ddb.putItem({ TableName: "matches", Item: partial });
  expect(await found(ddb, "")).toBe("eabcd");
  await ddb.updateItem({
    TableName: "matches",
    Key: { id: { S: "h" } },
    UpdateExpression: "SET round = :q",
    ExpressionAttributeValues: { ":q": { S: "final" } },
  });
  expect(await found(ddb, "")).toBe("eabcdh");
  const scanned = await ddb.scan({ TableName: "matches", IndexName: "byRound" });
  const ids = (scanned.Items ?? []).map(({ id }) => id?.S ?? "");
  expect(ids.toSorted((left, right) => left.localeCompare(right)).join("")).toBe("abcdefgh");
});

test("such an index is described as it was made, also when it is added later", async () => {
  const { cloud, ddb } = await world();
  const { Table } = await ddb.describeTable({ TableName: "matches" });
  expect(Table?.GlobalSecondaryIndexes?.[0]?.KeySchema).toEqual(BY_ROUND.KeySchema);
  await ddb.createTable({
    ...MATCHES,
    TableName: "later",
    AttributeDefinitions: [definition("id", "S")],
  });
  await cloud.idle();
  for (const [id, place] of Object.entries(PLAYED)) {
    await ddb.putItem({ TableName: "later", Item: itemOf(id, place) });
  }
  await ddb.updateTable({
    TableName: "later",
    AttributeDefinitions: TYPES,
    GlobalSecondaryIndexUpdates: [{ Create: BY_ROUND }],
  });
  await cloud.idle();
  expect(await found(ddb, " AND #y = :y", { TableName: "later" })).toBe("bcd");
  const described = await ddb.describeTable({ TableName: "later" });
  expect(described.Table?.GlobalSecondaryIndexes?.[0]?.KeySchema).toEqual(BY_ROUND.KeySchema);
});

test.for([
  [
    [element("round", "HASH"), element("year", "RANGE"), element("region", "HASH")],
    "One or more parameter values were invalid: " +
      "All HASH key attributes must precede RANGE key attributes in the KeySchema",
  ],
  [
    ["id", "tournament", "region", "year", "round"].map((name) => element(name, "HASH")),
    "One or more parameter values were invalid: " +
      "The KeySchema exceeds the maximum allowed number of HASH key attributes",
  ],
  [
    [element("round", "HASH"), element("year", "RANGE"), element("year", "RANGE")],
    "The KeySchema contains multiple key attributes with the same name",
  ],
] as [KeySchemaElement[], string][])(
  "a key schema that is none is refused",
  async ([KeySchema, message]) => {
    await expect(world({ ...BY_ROUND, KeySchema })).rejects.toMatchObject({
      name: "ValidationException",
      message,
    });
  },
);

test("SELECT reads one partition of it", async () => {
  const { ddb } = await world();
  const { Items = [] } = await ddb.executeStatement({
    Statement:
      `SELECT id FROM "matches"."byRound" WHERE tournament = 'winter' AND region = 'na' ` +
      `AND "year" = 10 AND round > 'quarter'`,
  });
  expect(Items).toEqual([{ id: { S: "c" } }, { id: { S: "d" } }]);
});

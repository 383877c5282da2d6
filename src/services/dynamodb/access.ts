/** What each operation touches, and what a policy may ask of it. */
import type { Access, AccessTarget } from "../../kernel/service.ts";
import type { Dynamodb } from "./api.ts";
import { tokensOf } from "./expression/lexer.ts";
import { keyText } from "./item/key.ts";
import type { AttributeValue, Item } from "./item/value.ts";
import { addressOf, homeOf, tableArn } from "./open-table.ts";
import { statementTarget } from "./partiql/access.ts";
import type { state, TableRow } from "./state.ts";

type Input = Readonly<Record<string, unknown>>;

export const access: Access<typeof state> = {
  // Each part of these brings the action that it would need alone.
  actions: {
    TransactGetItems: "dynamodb:GetItem",
    TransactWriteItems: "dynamodb:PutItem",
    ExecuteStatement: "dynamodb:PartiQLSelect",
    BatchExecuteStatement: "dynamodb:PartiQLSelect",
    ExecuteTransaction: "dynamodb:PartiQLSelect",
  },
  targets: (operation, input, ddb) => {
    switch (operation) {
      // AWS: the action knows no resource, and yet a denial names this one.
      case "ListTables":
        return [{ resource: ddb.arn("dynamodb", "table/*") }];
      case "DescribeLimits":
      case "DescribeEndpoints":
      case "ListBackups":
      case "ListExports":
      case "ListImports":
      case "ListGlobalTables":
        return [{ resource: "*" }];
      case "BatchGetItem":
      case "BatchWriteItem":
        return batchTargets(input, ddb);
      case "TransactGetItems":
      case "TransactWriteItems":
        return transactionTargets(operation, input["TransactItems"], ddb);
      case "ExecuteStatement":
        return statementTargets([input], ddb);
      case "BatchExecuteStatement":
        return statementTargets(input["Statements"], ddb);
      case "ExecuteTransaction":
        return statementTargets(input["TransactStatements"], ddb).map((one) =>
          within(operation, one),
        );
      default:
        return [target(input, ddb, READS.has(operation))];
    }
  },
};

/** AWS: these alone have a Select, spoken or not. */
const READS: ReadonlySet<string> = new Set(["GetItem", "Query", "Scan"]);

function statementTargets(statements: unknown, ddb: Dynamodb): AccessTarget[] {
  return list(statements).flatMap((one) => {
    const { Statement, Parameters } = record(one);
    const parameters = list(Parameters) as readonly AttributeValue[];
    return statementTarget(text(Statement) ?? "", parameters, ddb);
  });
}

function record(value: unknown): Input {
  return typeof value === "object" && value !== null ? (value as Input) : {};
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

interface Named {
  readonly resource: string;
  readonly hashName: string | undefined;
  readonly table: TableRow | undefined;
  /** Of another account than the caller's. */
  readonly accountId: string | undefined;
}

/** A name that leads nowhere is authorised as the table that it would be. */
function named(nameOrArn: string, index: string | undefined, ddb: Dynamodb): Named {
  if (nameOrArn.startsWith("arn:") && !ARN.test(nameOrArn)) {
    return { resource: nameOrArn, hashName: undefined, table: undefined, accountId: undefined };
  }
  const address = addressOf(nameOrArn);
  const home = homeOf(address, ddb);
  const table = home.tables.get(address.name);
  const suffix = index === undefined ? "" : `/index/${index}`;
  const indexKeys =
    index === undefined ? undefined : table?.indexes.find(({ name }) => name === index)?.keys;
  return {
    resource:
      (table === undefined
        ? home.arn("dynamodb", `table/${address.name}`)
        : tableArn(table, home)) + suffix,
    hashName: (indexKeys ?? table?.keys)?.hash.name,
    table,
    accountId: home.accountId === ddb.accountId ? undefined : home.accountId,
  };
}

const factsOf = ({ table, accountId }: Named): Omit<AccessTarget, "resource"> => ({
  ...(accountId === undefined ? {} : { accountId }),
  ...(table?.policy === undefined ? {} : { policy: table.policy.document }),
  ...(table === undefined ? {} : { resourceTags: table.tags }),
});

const ARN = /^arn:[^:]*:dynamodb:[^:]*:\d{12}:table\/[^/]+(?:\/.*)?$/;

function target(input: Input, ddb: Dynamodb, reads: boolean): AccessTarget {
  const name = text(input["TableName"]) ?? text(input["ResourceArn"]) ?? "";
  const found = named(name, text(input["IndexName"]), ddb);
  const { resource, hashName, table, accountId } = found;
  // The common case: an account's own table, its own root, nothing to ask.
  if (ddb.caller.kind === "root" && table?.policy === undefined && accountId === undefined) {
    return { resource };
  }
  const tags = list(input["Tags"]).map(record);
  const requestTags = Object.fromEntries(
    tags.map((tag) => [text(tag["Key"]) ?? "", text(tag["Value"]) ?? ""]),
  );
  return {
    resource,
    ...factsOf(found),
    ...(tags.length === 0 ? {} : { requestTags }),
    conditions: conditionsOf(input, hashName, reads),
  };
}

function batchTargets(input: Input, ddb: Dynamodb): AccessTarget[] {
  const consumed = text(input["ReturnConsumedCapacity"]);
  const shared = consumed === undefined ? {} : { "dynamodb:ReturnConsumedCapacity": consumed };
  return Object.entries(record(input["RequestItems"])).map(([name, asked]) => {
    const found = named(name, undefined, ddb);
    const { resource, hashName } = found;
    const own = Array.isArray(asked)
      ? writesConditions(asked, hashName)
      : conditionsOf(record(asked), hashName, true);
    return { resource, ...factsOf(found), conditions: { ...shared, ...own } };
  });
}

function writesConditions(writes: readonly unknown[], hashName: string | undefined) {
  const items = writes.map((write) => {
    const { PutRequest, DeleteRequest } = record(write);
    return record(PutRequest)["Item"] ?? record(DeleteRequest)["Key"];
  });
  return compact({
    "dynamodb:LeadingKeys": leadingKeys(items, hashName),
    "dynamodb:Attributes": unique(items.flatMap((item) => Object.keys(record(item)))),
  });
}

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Get: "dynamodb:GetItem",
  Put: "dynamodb:PutItem",
  Update: "dynamodb:UpdateItem",
  Delete: "dynamodb:DeleteItem",
  ConditionCheck: "dynamodb:ConditionCheckItem",
};

/** A transaction needs what each of its parts would need alone. */
function transactionTargets(operation: string, items: unknown, ddb: Dynamodb): AccessTarget[] {
  return list(items).flatMap((item) =>
    Object.entries(record(item)).flatMap(([kind, part]) => {
      const action = TRANSACTION_ACTIONS[kind];
      if (action === undefined) return [];
      return [{ ...within(operation, target(record(part), ddb, kind === "Get")), action }];
    }),
  );
}

/** A part of a transaction, as policies may ask whether it is one. */
const within = (operation: string, part: AccessTarget): AccessTarget => ({
  ...part,
  conditions: { ...part.conditions, "dynamodb:EnclosingOperation": operation },
});

function conditionsOf(input: Input, hashName: string | undefined, reads: boolean) {
  const key = input["Key"] ?? input["Item"];
  const keys = key === undefined ? list(input["Keys"]) : [key];
  const condition = (name: string, value: string | undefined) =>
    value === undefined ? undefined : [name, value];
  const simple = Object.fromEntries(
    [
      condition("dynamodb:Select", reads ? selectOf(input) : undefined),
      condition("dynamodb:ReturnValues", text(input["ReturnValues"])),
      condition("dynamodb:ReturnConsumedCapacity", text(input["ReturnConsumedCapacity"])),
    ].filter((entry) => entry !== undefined),
  ) as Record<string, string>;
  return compact({
    ...simple,
    "dynamodb:LeadingKeys":
      keys.length > 0 ? leadingKeys(keys, hashName) : queriedKeys(input, hashName),
    "dynamodb:Attributes": attributesOf(input, keys),
    "aws:TagKeys": list(input["TagKeys"]).map(String),
  });
}

/**
 * AWS: the key is there even when the request leaves it to its default, so that StringEqualsIfExists
 * keeps those who may see some attributes from asking for all.
 */
function selectOf(input: Input): string {
  const given = text(input["Select"]);
  if (given !== undefined) return given;
  const picks = input["ProjectionExpression"] ?? input["AttributesToGet"];
  if (picks !== undefined) return "SPECIFIC_ATTRIBUTES";
  return input["IndexName"] === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
}

type Conditions = Record<string, string | readonly string[]>;

const compact = (conditions: Conditions): Conditions =>
  Object.fromEntries(Object.entries(conditions).filter(([, value]) => value.length > 0));

const unique = (names: readonly string[]): string[] => [...new Set(names)];

function leadingKeys(items: readonly unknown[], hashName: string | undefined): string[] {
  if (hashName === undefined) return [];
  return unique(items.flatMap((item) => keyText((item as Item | undefined)?.[hashName])));
}

/** The partition that a query asks for, in either way of asking. */
function queriedKeys(input: Input, hashName: string | undefined): string[] {
  if (hashName === undefined) return [];
  const legacy = record(record(input["KeyConditions"])[hashName]);
  const values = list(legacy["AttributeValueList"]) as readonly AttributeValue[];
  if (values.length > 0) return values.flatMap(keyText);
  const expression = text(input["KeyConditionExpression"]);
  if (expression === undefined) return [];
  const names = record(input["ExpressionAttributeNames"]);
  const given = record(input["ExpressionAttributeValues"]);
  const tokens = tokensOf(expression);
  return tokens.flatMap((token, at) => {
    if (token.text !== "=") return [];
    const sides = [tokens[at - 1]?.text ?? "", tokens[at + 1]?.text ?? ""];
    const isHash = sides.some((side) => side === hashName || names[side] === hashName);
    const value = sides.find((side) => side.startsWith(":"));
    return isHash && value !== undefined ? keyText(given[value] as AttributeValue) : [];
  });
}

const EXPRESSIONS = [
  "ProjectionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ConditionExpression",
  "UpdateExpression",
];
const KEYWORDS: ReadonlySet<string> = new Set(
  "AND OR NOT BETWEEN IN SET REMOVE ADD DELETE".split(" "),
);

/** Every top-level attribute that the request names. */
function attributesOf(input: Input, keys: readonly unknown[]): string[] {
  const bound = record(input["ExpressionAttributeNames"]);
  const expressed = EXPRESSIONS.flatMap((member) => namesIn(text(input[member]) ?? "", bound));
  const legacy = ["KeyConditions", "QueryFilter", "ScanFilter", "Expected", "AttributeUpdates"];
  return unique([
    ...keys.flatMap((key) => Object.keys(record(key))),
    ...expressed,
    ...legacy.flatMap((member) => Object.keys(record(input[member]))),
    ...list(input["AttributesToGet"]).map(String),
  ]);
}

function namesIn(expression: string, bound: Input): string[] {
  const tokens = tokensOf(expression);
  return tokens.flatMap((token, at) => {
    if (tokens[at - 1]?.text === ".") return [];
    if (token.type === "name") return text(bound[token.text]) ?? [];
    if (token.type !== "identifier" || KEYWORDS.has(token.text.toUpperCase())) return [];
    // A function, not a name.
    return tokens[at + 1]?.text === "(" ? [] : [token.text];
  });
}

/** Which rights a statement needs, and on what. */
import { AwsError } from "../../../kernel/errors.ts";
import type { Dynamodb } from "../api.ts";
import type { ConditionNode, OperandNode } from "../expression/syntax.ts";
import { keyText } from "../item/key.ts";
import { addressOf, homeOf, tableArn } from "../open-table.ts";
import { parseStatement, type Statement } from "./statement.ts";
import { type AttributeValue, attribute } from "../item/value.ts";
import type { Operands } from "./operands.ts";
import type { AccessTarget } from "../../../kernel/service.ts";

const ACTIONS: Readonly<Record<Statement["kind"], string>> = {
  select: "dynamodb:PartiQLSelect",
  insert: "dynamodb:PartiQLInsert",
  update: "dynamodb:PartiQLUpdate",
  delete: "dynamodb:PartiQLDelete",
};

/** A statement that cannot be read touches nothing: the operation will say what is wrong with it. */
export function statementTarget(
  text: string,
  parameters: readonly AttributeValue[],
  ddb: Dynamodb,
): AccessTarget[] {
  const statement = readable(text, parameters);
  if (statement === undefined) return [];
  const address = addressOf(statement.table);
  const home = homeOf(address, ddb);
  const table = home.tables.get(address.name);
  const arn =
    table === undefined ? home.arn("dynamodb", `table/${address.name}`) : tableArn(table, home);
  const index = statement.kind === "select" ? statement.index : undefined;
  const keys = table?.indexes.find(({ name }) => name === index)?.keys ?? table?.keys;
  const partitions = keys === undefined ? undefined : partitionsOf(statement, keys.hash.name);
  const leading = (partitions ?? []).flatMap(keyText);
  return [
    {
      resource: index === undefined ? arn : `${arn}/index/${index}`,
      action: ACTIONS[statement.kind],
      ...(home.accountId === ddb.accountId ? {} : { accountId: home.accountId }),
      ...(table?.policy === undefined ? {} : { policy: table.policy.document }),
      ...(table === undefined ? {} : { resourceTags: table.tags }),
      conditions: {
        "dynamodb:FullTableScan": String(statement.kind === "select" && partitions === undefined),
        ...(leading.length === 0 ? {} : { "dynamodb:LeadingKeys": leading }),
      },
    },
  ];
}

/** The partition keys to which a statement keeps; undefined: it may go through the whole table. */
function partitionsOf(statement: Statement, hash: string): readonly AttributeValue[] | undefined {
  if (statement.kind !== "insert") {
    const { where, operands } = statement;
    return where === undefined ? undefined : partitionsIn(where, hash, operands);
  }
  const value = attribute(statement.item, hash);
  return value === undefined ? undefined : [value];
}

/** AWS: `=` and `IN` of the partition key keep a statement from a full scan. */
function partitionsIn(
  node: ConditionNode,
  hash: string,
  operands: Operands,
): readonly AttributeValue[] | undefined {
  if (node.kind === "and" || node.kind === "or") {
    const left = partitionsIn(node.left, hash, operands);
    const right = partitionsIn(node.right, hash, operands);
    if (node.kind === "and") return left ?? right;
    return left === undefined || right === undefined ? undefined : [...left, ...right];
  }
  const equal = node.kind === "in" || (node.kind === "compare" && node.operator === "=");
  if (!equal) return undefined;
  const [path, ...values] = node.operands;
  if (path?.kind !== "path" || operands.named(path) !== hash) return undefined;
  const isValue = (one: OperandNode) => one.kind === "value";
  return values.every(isValue) ? values.map((one) => operands.valueOf(one)) : undefined;
}

function readable(text: string, parameters: readonly AttributeValue[]): Statement | undefined {
  try {
    return parseStatement(text, parameters);
  } catch (refused) {
    if (refused instanceof AwsError) return undefined;
    throw refused;
  }
}

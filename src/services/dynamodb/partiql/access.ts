/** Which rights a statement needs, and on what. */
import { AwsError } from "../../../kernel/errors.ts";
import type { Dynamodb } from "../api.ts";
import { addressOf, homeOf, tableArn } from "../open-table.ts";
import { parseStatement, type Statement } from "./statement.ts";
import type { AttributeValue } from "../item/value.ts";
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
  return [
    {
      resource: index === undefined ? arn : `${arn}/index/${index}`,
      action: ACTIONS[statement.kind],
      ...(home.accountId === ddb.accountId ? {} : { accountId: home.accountId }),
      ...(table?.policy === undefined ? {} : { policy: table.policy.document }),
      ...(table === undefined ? {} : { resourceTags: table.tags }),
      conditions: {
        "dynamodb:FullTableScan": String(
          statement.kind === "select" && statement.where === undefined,
        ),
      },
    },
  ];
}

function readable(text: string, parameters: readonly AttributeValue[]): Statement | undefined {
  try {
    return parseStatement(text, parameters);
  } catch (refused) {
    if (refused instanceof AwsError) return undefined;
    throw refused;
  }
}

/** What a server is asked before it is measured. */
import { once, type Target } from "./load.ts";
import { dynamodb } from "./requests.ts";

/** The answer's body; anything but success is the end of the measurement. */
export async function must(target: Target, request: Buffer): Promise<string> {
  const { status, body } = await once(target, request);
  if (status < 200 || status > 299) throw new Error(`${status} ${body.slice(0, 300)}`);
  return body;
}

/** So many requests, made beforehand, again and again. */
export function pool(count: number, make: (at: number) => Buffer): (turn: number) => Buffer {
  const made = Array.from({ length: count }, (_unused, at) => make(at));
  return (turn) => made[turn % count] ?? Buffer.alloc(0);
}

/** The input of CreateTable; `keys`: the partition key and, if there is one, the sort key. */
export function tableInput(name: string, keys: Readonly<Record<string, "S" | "N">>) {
  const names = Object.keys(keys);
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: names.map((AttributeName, at) => ({
      AttributeName,
      KeyType: at === 0 ? "HASH" : "RANGE",
    })),
    AttributeDefinitions: names.map((AttributeName) => ({
      AttributeName,
      AttributeType: keys[AttributeName],
    })),
  };
}

/** A table that is active. */
export async function makeTable(
  target: Target,
  name: string,
  keys: Readonly<Record<string, "S" | "N">>,
): Promise<void> {
  await must(target, dynamodb(target, "CreateTable", tableInput(name, keys)));
  for (let look = 0; look < 100; look++) {
    const described = await must(target, dynamodb(target, "DescribeTable", { TableName: name }));
    if (described.includes('"ACTIVE"')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the table did not become active");
}

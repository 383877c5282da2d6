/**
 * Up to 25 puts and deletions of any tables. Every one of them happens here: nothing is left
 * unprocessed.
 */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { placeText, refuseDuplicates } from "./batch-get.ts";
import { CapacityLedger } from "./capacity.ts";
import type { Done } from "./conditional-write.ts";
import { ValidationException } from "./errors.ts";
import { type Delete, readDelete, remove } from "./delete.ts";
import { projectionOf } from "./expression/projection.ts";
import { CollectionLedger } from "./item-collection.ts";
import { keyAttributes, type Keys, readKey } from "./item/key.ts";
import type { Item } from "./item/value.ts";
import { openTable } from "./open-table.ts";
import { type Put, put, readPut } from "./put.ts";

const WRITES_MAX = 25;

type Request = NonNullable<Input<"BatchWriteItem">["RequestItems"]>[string][number];
type Write = { readonly put: Put } | { readonly delete: Delete };

export const BatchWriteItem: Operation<"BatchWriteItem"> = (input, ddb) => {
  const tables = Object.entries(input.RequestItems).map(([tableName, requests]) => ({
    tableName,
    writes: requests.map((request) => readWrite(tableName, request)),
  }));
  const count = tables.reduce((sum, { writes }) => sum + writes.length, 0);
  if (count > WRITES_MAX) {
    throw ValidationException("Too many items requested for the BatchWriteItem call");
  }
  for (const { tableName, writes } of tables) refuseTwice(tableName, writes, ddb);
  const ledger = new CapacityLedger();
  const collections = new CollectionLedger();
  for (const { tableName, writes } of tables) {
    for (const write of writes) {
      const done = carryOut(write, ddb);
      ledger.add(tableName, done.cost);
      collections.add(tableName, done.table, done.item);
    }
  }
  return {
    UnprocessedItems: {},
    ...ledger.consumed(input.ReturnConsumedCapacity),
    ...collections.metrics(input.ReturnItemCollectionMetrics),
  };
};

function readWrite(TableName: string, request: Request): Write {
  const { PutRequest, DeleteRequest } = request;
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    throw ValidationException(
      PutRequest === undefined
        ? "Supplied AttributeValue has more than one datatypes set, must contain exactly one of " +
            "the supported datatypes"
        : "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    );
  }
  if (PutRequest !== undefined) return { put: readPut({ TableName, Item: PutRequest.Item }) };
  return { delete: readDelete({ TableName, Key: DeleteRequest?.Key ?? {} }) };
}

function refuseTwice(tableName: string, writes: readonly Write[], ddb: Dynamodb): void {
  const { table } = openTable(tableName, ddb);
  const places = writes.map((write) =>
    "put" in write
      ? readKey(table.keys, keyOf(table.keys, write.put.item))
      : readKey(table.keys, write.delete.key),
  );
  refuseDuplicates(places.map(placeText));
}

function keyOf(keys: Keys, item: Item): Item {
  return projectionOf(keyAttributes(keys).map(({ name }) => [name]))(item);
}

const carryOut = (write: Write, ddb: Dynamodb): Done =>
  "put" in write ? put(write.put, ddb) : remove(write.delete, ddb);

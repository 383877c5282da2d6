/** The fault rules that a server has from the start, because variables of LocalStack's ask for them. */
import type { FaultRule } from "../../fault-rule.ts";
import type { Settings } from "./settings.ts";

const READS = ["BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"];
const WRITES = ["BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"];

export function standingFaults(settings: Settings): readonly FaultRule[] {
  const { dynamodbErrors, dynamodbReadErrors, dynamodbWriteErrors } = settings;
  return [
    ...throttled("dynamodb-reads", READS, Math.max(dynamodbErrors, dynamodbReadErrors)),
    ...throttled("dynamodb-writes", WRITES, Math.max(dynamodbErrors, dynamodbWriteErrors)),
  ];
}

/** DynamoDB's throttling of these is ProvisionedThroughputExceededException. */
function throttled(
  id: string,
  operation: readonly string[],
  probability: number,
): readonly FaultRule[] {
  if (probability === 0) return [];
  return [{ id, service: "dynamodb", operation, probability, throttle: true }];
}

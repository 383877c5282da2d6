/** What DynamoDB says in words, and in an order, of its own. */
import type { Dialect, FirstLook } from "./dialects.ts";

const LENGTH_MIN = 3;
const LENGTH_MAX = 255;

/**
 * AWS: operations on tables look at the name before all else; an ARN may stand there, too. Nothing
 * is recorded of UpdateTimeToLive, which is taken to do as DescribeTimeToLive does.
 */
const tableName: FirstLook = ({ TableName: name }) => {
  if (name === undefined || name === null) {
    return "The parameter 'TableName' is required but was not present in the request";
  }
  if (typeof name !== "string" || name.startsWith("arn:")) return undefined;
  if (name.length >= LENGTH_MIN && name.length <= LENGTH_MAX) return undefined;
  return "TableName must be at least 3 characters long and at most 255 characters long";
};

const resourceArn: FirstLook = ({ ResourceArn: arn }) =>
  arn === undefined || arn === null ? "Invalid TableArn" : undefined;

export const DYNAMODB: Dialect = {
  first: new Map([
    ["CreateTable", tableName],
    ["DeleteTable", tableName],
    ["DescribeTable", tableName],
    ["DescribeTimeToLive", tableName],
    ["UpdateTable", tableName],
    ["UpdateTimeToLive", tableName],
    ["ListTagsOfResource", resourceArn],
    ["TagResource", resourceArn],
    ["UntagResource", resourceArn],
  ]),
  skips: new Set(["AttributeValue", "AttributeMap", "Key", "PutItemInputAttributeMap"]),
  enums: {
    ComparisonOperator:
      "IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS",
    ConditionalOperator: "OR, AND",
    ProjectionType: "ALL, INCLUDE, KEYS_ONLY",
    ReturnValue: "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW",
    ScalarAttributeType: "B, N, S",
    Select: "SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES",
  },
};

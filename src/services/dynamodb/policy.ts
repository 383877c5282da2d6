/**
 * Resource policies of tables: they take part in every authorisation of the table and its indexes.
 */
import type { Operation } from "./api.ts";
import { PolicyNotFoundException } from "./errors.ts";
import { readPolicyDocument } from "./policy-document.ts";
import { findByArn } from "./tag.ts";

const NO_POLICY = "NO_POLICY";

export const PutResourcePolicy: Operation<"PutResourcePolicy"> = (input, ddb) => {
  const { table, home } = findByArn(input.ResourceArn, ddb);
  const expected = input.ExpectedRevisionId;
  refuseRevision(expected === NO_POLICY ? undefined : expected, expected, table.policy?.revisionId);
  const policy = readPolicyDocument(input.Policy, ddb);
  if (table.policy?.document === policy.document) {
    return { RevisionId: table.policy.revisionId };
  }
  home.tables.update(table, { policy });
  return { RevisionId: policy.revisionId };
};

export const GetResourcePolicy: Operation<"GetResourcePolicy"> = (input, ddb) => {
  const { table } = findByArn(input.ResourceArn, ddb);
  if (table.policy === undefined) throw noPolicy(input.ResourceArn);
  return { Policy: table.policy.document, RevisionId: table.policy.revisionId };
};

export const DeleteResourcePolicy: Operation<"DeleteResourcePolicy"> = (input, ddb) => {
  const { table, home } = findByArn(input.ResourceArn, ddb);
  const expected = input.ExpectedRevisionId;
  refuseRevision(expected, expected, table.policy?.revisionId);
  if (table.policy === undefined) return {};
  home.tables.update(table, { policy: undefined });
  return { RevisionId: table.policy.revisionId };
};

const noPolicy = (arn: string) =>
  PolicyNotFoundException(`Resource-based policy not found for the provided ResourceArn: ${arn}`);

function refuseRevision(
  wanted: string | undefined,
  asked: string | undefined,
  there: string | undefined,
): void {
  if (asked === undefined || wanted === there) return;
  throw PolicyNotFoundException(
    "The provided ExpectedRevisionId does not match the revision ID of the policy",
  );
}

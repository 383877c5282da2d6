/** Statements of a queue's policy, added and removed one at a time. */
import type { Operation } from "./api.ts";
import { STATEMENTS_MAX } from "./attribute-rules.ts";
import { invalidValue, MissingParameter, OverLimit } from "./errors.ts";
import { openQueue, queueArn } from "./queue-url.ts";
import type { Queue } from "./state.ts";

interface Policy {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

type Statement = Readonly<Record<string, unknown>> & { readonly Sid?: string };

/** AWS: what AddPermission can give. */
const ACTIONS: ReadonlySet<string> = new Set([
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
]);
/** AWS: and what it cannot. */
const OWNERS_ACTIONS: ReadonlySet<string> = new Set([
  "AddPermission",
  "CreateQueue",
  "DeleteQueue",
  "ListQueues",
  "RemovePermission",
  "SetQueueAttributes",
]);
const ACTIONS_MAX = 7;

export const AddPermission: Operation<"AddPermission"> = (input, context) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  const { Label: label, AWSAccountIds: accounts, Actions: actions } = input;
  const owners = verified(accounts);
  checkActions(actions);
  checkLabel(label);
  const arn = queueArn(queue.name, sqs);
  const policy = policyOf(queue) ?? {
    Version: "2008-10-17",
    Id: `${arn}/SQSDefaultPolicy`,
    Statement: [],
  };
  if (policy.Statement.some(({ Sid }) => Sid === label)) {
    throw invalidValue(label, "Label", "Already exists.");
  }
  const count = policy.Statement.length + 1;
  if (count > STATEMENTS_MAX) {
    throw OverLimit(`${count} Statements were found, maximum allowed is ${STATEMENTS_MAX}.`);
  }
  const principals = owners.map((account) => `arn:${sqs.partition}:iam::${account}:root`);
  const statement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: oneOrMany(principals) },
    Action: oneOrMany(actions.map((action) => `SQS:${action}`)),
    Resource: arn,
  };
  const Policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
  sqs.queues.update(queue, { attributes: { ...queue.attributes, Policy }, modifiedAt: sqs.now });
  return {};
};

function checkActions(actions: readonly string[]): void {
  if (actions.length === 0) throw MissingParameter("Actions");
  if (actions.length > ACTIONS_MAX) {
    throw OverLimit(`${actions.length} Actions were found, maximum allowed is ${ACTIONS_MAX}.`);
  }
  for (const action of actions) {
    if (ACTIONS.has(action)) continue;
    const reason = OWNERS_ACTIONS.has(action)
      ? "Only the queue owner is allowed to invoke this action."
      : "Please refer to the appropriate WSDL for a list of valid actions.";
    throw invalidValue(`SQS:${action}`, "ActionName", reason);
  }
}

/** AWS: one account that there can be is enough; the others are left out without a word. */
function verified(accounts: readonly string[]): readonly string[] {
  if (accounts.length === 0) throw MissingParameter("PrincipalId");
  const possible = accounts.filter((account) => /^\d{12}$/.test(account));
  if (possible.length > 0) return possible;
  throw invalidValue(`[${accounts.join(", ")}]`, "PrincipalId", "Unable to verify.");
}

export const RemovePermission: Operation<"RemovePermission"> = (input, context) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  const { Label: label } = input;
  const policy = policyOf(queue);
  const rest = policy?.Statement.filter(({ Sid }) => Sid !== label) ?? [];
  if (policy === undefined || rest.length === policy.Statement.length) {
    throw invalidValue(label, "Label", "can't find label.");
  }
  const { Policy: _former, ...attributes } = queue.attributes;
  const left = rest.length === 0 ? {} : { Policy: JSON.stringify({ ...policy, Statement: rest }) };
  sqs.queues.update(queue, { attributes: { ...attributes, ...left }, modifiedAt: sqs.now });
  return {};
};

function checkLabel(label: string): void {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(label)) return;
  throw invalidValue(
    label,
    "Label",
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
  );
}

/** AWS: one element stands alone, without a list. */
const oneOrMany = (items: readonly string[]): string | readonly string[] => {
  const [first] = items;
  return items.length === 1 && first !== undefined ? first : items;
};

/** A policy that a caller has set may have a single statement without a list. */
function policyOf(queue: Queue): Policy | undefined {
  const text = queue.attributes["Policy"];
  if (text === undefined) return undefined;
  const policy = JSON.parse(text) as Omit<Policy, "Statement"> & {
    Statement: Statement | Statement[];
  };
  return { ...policy, Statement: [policy.Statement].flat() };
}

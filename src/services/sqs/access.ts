/** What each call touches, for its authorisation: queues, by their URL, name or ARN. */
import type { Access, AccessTarget } from "../../kernel/service.ts";
import type { Sqs } from "./api.ts";
import { AccessDenied, QueueHidden } from "./errors.ts";
import { sourceOfHandle } from "./move-task-handle.ts";
import { ownerOf, parseQueueArn, parseQueueUrl, queueArn } from "./queue-url.ts";
import type { state } from "./state.ts";

type Input = Readonly<Record<string, unknown>>;

/** AWS: a queue's policy cannot open these to another account. */
const OWN_ACCOUNT_ONLY: ReadonlySet<string> = new Set([
  "AddPermission",
  "CancelMessageMoveTask",
  "CreateQueue",
  "DeleteQueue",
  "ListMessageMoveTasks",
  "ListQueueTags",
  "RemovePermission",
  "SetQueueAttributes",
  "StartMessageMoveTask",
  "TagQueue",
  "UntagQueue",
]);

export const access: Access<typeof state> = {
  anonymous: true,
  actions: {
    ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
    DeleteMessageBatch: "sqs:DeleteMessage",
    SendMessageBatch: "sqs:SendMessage",
  },
  targets,
};

function targets(operation: string, input: Input, sqs: Sqs): readonly AccessTarget[] {
  switch (operation) {
    case "ListQueues":
      return [{ resource: "*", denied }];
    case "CreateQueue":
      return creation(input, sqs);
    case "GetQueueUrl": {
      const accountId = textIn(input, "QueueOwnerAWSAccountId");
      const target = named(operation, { accountId, name: textIn(input, "QueueName") ?? "" }, sqs);
      return [target.accountId === sqs.caller.accountId ? target : { ...target, denied: hidden }];
    }
    case "StartMessageMoveTask":
      return moving(input, sqs);
    case "ListMessageMoveTasks":
      return [byArn(operation, textIn(input, "SourceArn") ?? "", sqs)];
    case "CancelMessageMoveTask":
      return [
        byArn(operation, sourceOfHandle(textIn(input, "TaskHandle") ?? "")?.sourceArn ?? "*", sqs),
      ];
    default: {
      const target = named(operation, parseQueueUrl(textIn(input, "QueueUrl") ?? ""), sqs);
      const isTagged = input["Tags"] !== undefined || input["TagKeys"] !== undefined;
      return [isTagged ? { ...target, ...tagsIn(input) } : target];
    }
  }
}

function creation(input: Input, sqs: Sqs): readonly AccessTarget[] {
  const target = { resource: queueArn(textIn(input, "QueueName") ?? "", sqs), denied };
  const tags = input["tags"] as Record<string, string> | undefined;
  if (tags === undefined) return [target];
  return [
    { ...target, requestTags: tags },
    { ...target, requestTags: tags, action: "sqs:TagQueue" },
  ];
}

/** AWS: whoever starts a move must be allowed what the move does. */
function moving(input: Input, sqs: Sqs): readonly AccessTarget[] {
  const source = byArn("StartMessageMoveTask", textIn(input, "SourceArn") ?? "", sqs);
  const needed = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  const destination = textIn(input, "DestinationArn");
  return [
    source,
    ...needed.map((action) => ({ ...source, action })),
    ...(destination === undefined
      ? []
      : [{ ...byArn("SendMessage", destination, sqs), action: "sqs:SendMessage" }]),
  ];
}

/**
 * AWS: moves stay within an account. Of another account's queue the handler says that there is
 * none.
 */
function byArn(operation: string, arn: string, sqs: Sqs): AccessTarget {
  const address = parseQueueArn(arn);
  if (address?.accountId !== sqs.accountId) return { resource: arn, denied };
  const { accountId, region, name } = address;
  return { ...named(operation, { accountId, name }, sqs.at({ region })), resource: arn };
}

function named(
  operation: string,
  address: { readonly accountId: string | undefined; readonly name: string },
  sqs: Sqs,
): AccessTarget {
  const owner = ownerOf(address, sqs);
  const queue = owner.queues.get(address.name);
  const foreign = owner.accountId !== sqs.caller.accountId;
  const policy =
    foreign && OWN_ACCOUNT_ONLY.has(operation) ? undefined : queue?.attributes["Policy"];
  return {
    resource: queueArn(address.name, owner),
    accountId: owner.accountId,
    denied,
    policy,
    resourceTags: queue?.tags,
  };
}

function tagsIn(input: Input): Partial<AccessTarget> {
  const tags = input["Tags"] as Record<string, string> | undefined;
  if (tags !== undefined) return { requestTags: tags };
  const keys = input["TagKeys"] as readonly string[] | undefined;
  return keys === undefined ? {} : { conditions: { "aws:TagKeys": keys } };
}

function textIn(input: Input, member: string): string | undefined {
  const value = input[member];
  return typeof value === "string" ? value : undefined;
}

/** AWS: of another account's queues, who may not ask does not hear whether they are there. */
const hidden = () => QueueHidden();

/** AWS: of all services this one writes the action in lower case. */
const denied = (sentence: string) =>
  AccessDenied(sentence.replaceAll(/\bsqs:[A-Za-z]+\b(?!:)/g, (action) => action.toLowerCase()));

/**
 * Moving dead letters back where they came from, or elsewhere, as fast as asked, in the background.
 */
import type { Operation, Sqs } from "./api.ts";
import { numberOf } from "./attribute-rules.ts";
import { InvalidParameterValue, invalidValue, ResourceNotFoundException } from "./errors.ts";
import { append, countVisible, discard, endOf, visible } from "./line.ts";
import { sourceOfHandle, toMoveTaskHandle } from "./move-task-handle.ts";
import { openDeadLetterQueue } from "./redrive-policy.ts";
import { queueArn } from "./queue-url.ts";
import type { Message, MoveTask, Queue } from "./state.ts";

const RATE_MAX = 500;
const STEP_MS = 1000;
/** Without a rate: so many in one transaction, one after the other without a pause. */
const STEP_MESSAGES = 100;
const RESULTS_MAX = 10;

const noSuch = (parameter: string) =>
  ResourceNotFoundException(
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  );

/** The queue that a parameter names. */
function named(parameter: "DestinationArn" | "SourceArn", arn: string, sqs: Sqs): Queue {
  if (!/^arn(:[^:]*){4}:.+$/.test(arn)) {
    throw InvalidParameterValue(
      `You must use this format to specify the ${parameter}: ` +
        "arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    );
  }
  const queue = openDeadLetterQueue(arn, sqs)?.queue;
  if (queue === undefined) throw noSuch(parameter);
  return queue;
}

export const StartMessageMoveTask: Operation<"StartMessageMoveTask"> = (input, sqs) => {
  const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input;
  const source = named("SourceArn", SourceArn, sqs);
  if (sqs.queues.range("byDeadLetter", [SourceArn], { limit: 1 }).length === 0) {
    throw InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
  }
  if (DestinationArn !== undefined) checkDestination(DestinationArn, source, sqs);
  if (rate !== undefined && (rate < 1 || rate > RATE_MAX)) {
    const reason = `Must be between 1 and ${RATE_MAX}, if provided.`;
    throw invalidValue(rate, "MaxNumberOfMessagesPerSecond", reason);
  }
  const { name } = source;
  makeRoomForTask(name, sqs);
  const task = sqs.moveTasks.insert({
    source: name,
    id: sqs.newId(),
    startedAt: sqs.now,
    status: "RUNNING",
    moved: 0,
    toMove: countVisible(source, sqs),
    ...(DestinationArn === undefined ? {} : { destinationArn: DestinationArn }),
    ...(rate === undefined ? {} : { perSecond: rate }),
  });
  sqs.later(sqs.now, "moveMessages", { source: name, id: task.id });
  return { TaskHandle: toMoveTaskHandle({ taskId: task.id, sourceArn: SourceArn }) };
};

function checkDestination(arn: string, source: Queue, sqs: Sqs): void {
  const destination = named("DestinationArn", arn, sqs);
  if (destination.name === source.name) {
    throw InvalidParameterValue("Source queue arn and destination queue arn cannot be the same.");
  }
  if (destination.fifo !== source.fifo) {
    throw InvalidParameterValue("Source and destination queues must be of the same type.");
  }
}

/** One task at a time; of those before, only as many are kept as can be listed. */
function makeRoomForTask(source: string, sqs: Sqs): void {
  const known = sqs.moveTasks.range("byStart", [source], { reverse: true });
  if (known.some(isActive)) {
    throw InvalidParameterValue(
      "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    );
  }
  for (const task of known.slice(RESULTS_MAX - 1)) sqs.moveTasks.remove(task);
}

const isActive = ({ status }: MoveTask) => status === "RUNNING" || status === "CANCELLING";

/** One step of a task: a second's share, or a batch. */
export function moveMessages(
  { source, id }: { readonly source: string; readonly id: string },
  sqs: Sqs,
): void {
  const task = sqs.moveTasks.get(source, id);
  const queue = sqs.queues.get(source);
  if (task === undefined || !isActive(task)) return;
  if (task.status === "CANCELLING") {
    sqs.moveTasks.update(task, { status: "CANCELLED" });
    return;
  }
  if (queue === undefined) {
    sqs.moveTasks.update(task, { status: "FAILED", failure: NO_QUEUE });
    return;
  }
  const count = Math.min(task.perSecond ?? STEP_MESSAGES, task.toMove - task.moved);
  const { messages } = visible(queue, count, sqs);
  let moved = task.moved;
  for (const message of messages) {
    const arn = task.destinationArn ?? message.deadLetterSourceArn;
    const target = arn === undefined ? undefined : openDeadLetterQueue(arn, sqs)?.queue;
    if (target === undefined) {
      const failure = arn === undefined ? NO_SOURCE : NO_QUEUE;
      sqs.moveTasks.update(task, { moved, status: "FAILED", failure });
      return;
    }
    redrive(message, target, sqs);
    moved += 1;
  }
  const done = messages.length === 0 || moved >= task.toMove;
  sqs.moveTasks.update(task, { moved, ...(done ? { status: "COMPLETED" as const } : {}) });
  if (done) return;
  sqs.later(sqs.now + (task.perSecond === undefined ? 0 : STEP_MS), "moveMessages", { source, id });
}

const NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue";
/** The message was sent to the dead-letter queue itself: it has nowhere to go back to. */
const NO_SOURCE = "CouldNotDetermineMessageSource";

/** AWS: what is moved counts as new, with an id, a time and a retention period of its own. */
function redrive(message: Message, target: Queue, sqs: Sqs): void {
  discard(message, sqs);
  const { body, attributes, traceHeader, sealed, senderId, groupId, deduplicationId } = message;
  append(
    {
      ...endOf(target, groupId, sqs),
      id: sqs.newId(),
      body,
      senderId,
      sentAt: sqs.now,
      expiresAt: sqs.now + numberOf(target, "MessageRetentionPeriod") * 1000,
      visibleAt: sqs.now,
      receiveCount: 0,
      ...(attributes === undefined ? {} : { attributes }),
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(sealed === undefined ? {} : { sealed }),
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
    },
    sqs,
  );
}

export const CancelMessageMoveTask: Operation<"CancelMessageMoveTask"> = (input, sqs) => {
  const handle = sourceOfHandle(input.TaskHandle);
  if (handle === undefined)
    throw InvalidParameterValue("Value for parameter TaskHandle is invalid.");
  const source = openDeadLetterQueue(handle.sourceArn, sqs);
  if (source === undefined) throw noSuch("SourceArn");
  const task = sqs.moveTasks.get(source.queue.name, handle.taskId);
  if (task === undefined) throw ResourceNotFoundException("Task does not exist.");
  if (task.status !== "RUNNING") {
    throw InvalidParameterValue("Only active tasks can be cancelled.");
  }
  sqs.moveTasks.update(task, { status: "CANCELLING" });
  return { ApproximateNumberOfMessagesMoved: task.moved };
};

export const ListMessageMoveTasks: Operation<"ListMessageMoveTasks"> = (input, sqs) => {
  const { SourceArn, MaxResults = 1 } = input;
  if (MaxResults < 1 || MaxResults > RESULTS_MAX) {
    throw invalidValue(
      MaxResults,
      "MaxResults",
      `Must be between 1 and ${RESULTS_MAX}, if provided.`,
    );
  }
  const { name } = named("SourceArn", SourceArn, sqs);
  const tasks = sqs.moveTasks.range("byStart", [name], { reverse: true, limit: MaxResults });
  return { Results: tasks.map((task) => told(task, queueArn(name, sqs))) };
};

function told(task: MoveTask, sourceArn: string) {
  return {
    TaskHandle:
      task.status === "RUNNING" ? toMoveTaskHandle({ taskId: task.id, sourceArn }) : undefined,
    Status: task.status,
    SourceArn: sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.perSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failure,
    StartedTimestamp: task.startedAt,
  };
}

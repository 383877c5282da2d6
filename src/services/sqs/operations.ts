/** The table of contents: every operation, where it is. */
export { DeleteMessage, DeleteMessageBatch } from "./delete-message.ts";
export {
  CancelMessageMoveTask,
  ListMessageMoveTasks,
  StartMessageMoveTask,
} from "./message-move-task.ts";
export { ChangeMessageVisibility, ChangeMessageVisibilityBatch } from "./message-visibility.ts";
export { AddPermission, RemovePermission } from "./permission.ts";
export { GetQueueAttributes, SetQueueAttributes } from "./queue-attributes.ts";
export { CreateQueue, DeleteQueue, GetQueueUrl, ListQueues, PurgeQueue } from "./queue.ts";
export { ReceiveMessage } from "./receive-message.ts";
export { ListDeadLetterSourceQueues } from "./redrive-policy.ts";
export { SendMessage, SendMessageBatch } from "./send-message.ts";
export { ListQueueTags, TagQueue, UntagQueue } from "./tag.ts";

/** Amazon SQS: queues, standard and FIFO. */
import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { clearLine, clearMemory } from "./clear.ts";
import { moveMessages } from "./message-move-task.ts";
import * as operations from "./operations.ts";
import { delayLine, retainBacklog, retainLine } from "./retroactive.ts";
import { state } from "./state.ts";
import { usage } from "./usage.ts";

export const sqs = defineService<Sdk>()({
  name: "sqs",
  state,
  operations,
  access,
  usage,
  tasks: { clearLine, clearMemory, delayLine, moveMessages, retainBacklog, retainLine },
});

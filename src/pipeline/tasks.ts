/** How due tasks and published events reach the services. */
import { WaitingContext, type Exchange } from "../kernel/context.ts";
import { Draws } from "../kernel/ids.ts";
import { putTask, type Runnable, type Task, type TaskRunner } from "../kernel/scheduler.ts";
import type { PublishedEvent, RequestFacts, TaskHandler } from "../kernel/service.ts";
import { servicePrincipal } from "./run.ts";
import type { Parts } from "./visit.ts";

export function taskRunner(parts: Parts): TaskRunner {
  return {
    prepare: (task) => prepare(parts, task),
    failed(task, reason) {
      const said = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
      process.emitWarning(`task ${task.service} ${task.task} failed for good: ${said}`);
    },
    tableNamed: (name) => parts.services.tableNamed(name),
  };
}

async function prepare(parts: Parts, task: Task): Promise<Runnable> {
  if (task.kind === "event") return fanOut(parts, task);
  const bound = await parts.services.load(task.service);
  const handlers = task.kind === "task" ? bound?.tasks : bound?.hears;
  const handler = handlers?.[task.task] as TaskHandler<never> | undefined;
  if (bound === undefined || handler === undefined) {
    throw new Error(`${task.service} has no handler for ${task.task}`);
  }
  const exchange = exchangeFor(parts, task);
  if (typeof handler !== "function") {
    const { asynchronous } = handler;
    return {
      asynchronous: () =>
        asynchronous(task.payload as never, new WaitingContext(bound, exchange, task) as never),
    };
  }
  return {
    step(transaction) {
      exchange.draws.rewindTo(0);
      const attempt = { exchange, transaction, now: transaction.now };
      handler(task.payload as never, bound.context(attempt, task) as never);
    },
  };
}

/** An event becomes one task for each service that hears it. */
function fanOut(parts: Parts, task: Task): Runnable {
  const event: PublishedEvent = {
    id: task.id,
    name: task.task,
    detail: task.payload,
    at: task.dueAt,
    accountId: task.accountId,
    region: task.region,
  };
  return {
    step(transaction) {
      for (const [position, service] of parts.services.hearers(task.task).entries()) {
        putTask(transaction, {
          ...task,
          id: `${task.id}-${position}`,
          kind: "heard",
          service,
          payload: event,
          attempt: 0,
        });
      }
    },
  };
}

function exchangeFor(parts: Parts, task: Task): Exchange {
  const request: RequestFacts = {
    requestId: task.cause,
    endpoint: "http://localhost:4566",
    host: "localhost:4566",
    secure: false,
    sourceIp: "127.0.0.1",
    headers: {},
    method: "",
    path: "",
    query: "",
    protocol: "",
  };
  return {
    kernel: parts.kernel,
    links: parts.links,
    caller: servicePrincipal(`${task.service}.amazonaws.com`, task.accountId),
    request,
    draws: new Draws(parts.kernel.chance),
    origin: undefined,
  };
}

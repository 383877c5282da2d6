/** Receiving: takes what is visible, or waits for it. */
import type { AsyncOperation, Sqs } from "./api.ts";
import { numberOf } from "./attribute-rules.ts";
import { deadLettersOf } from "./dead-letter.ts";
import { checkToken, invalidValue, OverLimit } from "./errors.ts";
import { hasRoomInFlight } from "./flight.ts";
import { take, visible, type Visible } from "./line.ts";
import { toWire, wishesOf, type WishedFor, type Wishes } from "./message.ts";
import { openQueue, type OpenQueue } from "./queue-url.ts";
import { RECEIPT_DIGITS } from "./receipt-handle.ts";
import { keepAttempt, repeatAttempt } from "./receive-attempt.ts";
import type { Message } from "./state.ts";

const COUNT_MAX = 10;
const WAIT_SECONDS_MAX = 20;
const VISIBILITY_SECONDS_MAX = 43_200;
/** So many pages of dead letters are moved at most by one receive. */
const BURIALS_MAX = 20;

/**
 * The wait is around the taking, which is one synchronous step: no message goes to two consumers.
 */
export const ReceiveMessage: AsyncOperation<"ReceiveMessage"> = {
  atOnce(input, sqs) {
    const { messages, waitSeconds } = receive(input, wishesAsked(input), sqs);
    if (messages.length > 0) return { Messages: messages };
    return waitSeconds > 0 ? undefined : {};
  },
  async asynchronous(input, sqs) {
    const wishes = wishesAsked(input);
    let waitSeconds = 0;
    let nextAt: number | undefined;
    const look = (context: Sqs) => {
      if (sqs.abandoned()) return undefined;
      const seen = receive(input, wishes, context);
      ({ waitSeconds, nextAt } = seen);
      return seen.messages.length === 0 ? undefined : seen.messages;
    };
    let taken = await sqs.transact(look);
    if (taken === undefined && waitSeconds > 0) {
      taken = await sqs.waitFor(look, { seconds: waitSeconds, wakesAt: () => nextAt });
    }
    return taken === undefined ? {} : { Messages: taken };
  },
};

function wishesAsked(input: Wanted): Wishes {
  checkWithin(
    input.MaxNumberOfMessages,
    "MaxNumberOfMessages",
    1,
    COUNT_MAX,
    "Must be between 1 and 10, if provided.",
  );
  checkWithin(
    input.WaitTimeSeconds,
    "WaitTimeSeconds",
    0,
    WAIT_SECONDS_MAX,
    "Must be >= 0 and <= 20, if provided.",
  );
  checkWithin(
    input.VisibilityTimeout,
    "VisibilityTimeout",
    0,
    VISIBILITY_SECONDS_MAX,
    "Must be >= 0 and <= 43200, if provided.",
  );
  return wishesOf(input);
}

function receive(input: Wanted, wishes: Wishes, sqs: Sqs) {
  const open = openQueue(input.QueueUrl, sqs);
  const waitSeconds =
    input.WaitTimeSeconds ?? numberOf(open.queue, "ReceiveMessageWaitTimeSeconds");
  const seen = takeVisible(open, input, wishes, waitSeconds);
  return { ...seen, waitSeconds };
}

function checkWithin(
  value: number | undefined,
  name: string,
  least: number,
  most: number,
  reason: string,
): void {
  if (value !== undefined && (value < least || value > most))
    throw invalidValue(value, name, reason);
}

interface Wanted extends WishedFor {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages?: number | undefined;
  readonly WaitTimeSeconds?: number | undefined;
  readonly VisibilityTimeout?: number | undefined;
  readonly ReceiveRequestAttemptId?: string | undefined;
}

function takeVisible(open: OpenQueue, wanted: Wanted, wishes: Wishes, waitSeconds: number) {
  const { queue, sqs } = open;
  const hideSeconds = wanted.VisibilityTimeout ?? numberOf(queue, "VisibilityTimeout");
  // AWS: a standard queue does not look at it.
  const attempt = queue.fifo ? wanted.ReceiveRequestAttemptId : undefined;
  if (attempt !== undefined) checkToken("ReceiveRequestAttemptId", attempt);
  const repeated = attempt === undefined ? undefined : repeatAttempt(open, attempt, hideSeconds);
  if (repeated !== undefined) {
    return {
      messages: repeated.map((message) => toWire(queue, message, wishes, sqs)),
      nextAt: undefined,
    };
  }
  const { messages, nextAt } = alive(open, wanted.MaxNumberOfMessages ?? 1);
  if (messages.length > 0 && hideSeconds > 0 && !hasRoomInFlight(queue, messages.length, sqs)) {
    // AWS: only who asks without waiting, and only of a standard queue, is told.
    if (!queue.fifo && waitSeconds === 0) throw OverLimit("Too many messages in flight.");
    return { messages: [], nextAt };
  }
  const taken = messages.map((message) => takeOne(message, hideSeconds, sqs));
  if (attempt !== undefined && taken.length > 0) keepAttempt(open, attempt, taken);
  return { messages: taken.map((message) => toWire(queue, message, wishes, sqs)), nextAt };
}

/** What is visible, when the dead letters among it are out of the way. */
function alive(open: OpenQueue, count: number): Visible {
  const { queue, sqs } = open;
  let found = visible(queue, count, sqs);
  const letters = deadLettersOf(open);
  if (letters === undefined) return found;
  const isDead = (message: Message) => letters.isDead(message);
  for (let round = 0; round < BURIALS_MAX && found.messages.some(isDead); round++) {
    for (const message of found.messages.filter(isDead)) letters.move(message);
    found = visible(queue, count, sqs);
  }
  const dead = found.messages.findIndex(isDead);
  return dead < 0 ? found : { ...found, messages: found.messages.slice(0, dead) };
}

function takeOne(message: Message, hideSeconds: number, sqs: Sqs): Message {
  return take(
    message,
    {
      phase: "taken",
      visibleAt: sqs.now + hideSeconds * 1000,
      receiveCount: message.receiveCount + 1,
      receivedAt: sqs.now,
      firstReceivedAt: message.firstReceivedAt ?? sqs.now,
      receipt: sqs.ids.hex(RECEIPT_DIGITS),
    },
    sqs,
  );
}

/**
 * Receipt handles: opaque to everyone else; here the queue, the message and the receive that gave
 * it. They begin with "AQEB", as AWS's do.
 */
import { MissingParameter, ReceiptHandleIsInvalid } from "./errors.ts";
import type { Message, Queue } from "./state.ts";

const MARK = "010101";
const QUEUE_DIGITS = 12;
const ID_DIGITS = 32;
const SENT_DIGITS = 12;
export const RECEIPT_DIGITS = 16;
const BYTES = (MARK.length + QUEUE_DIGITS + ID_DIGITS + SENT_DIGITS + RECEIPT_DIGITS) / 2;

/** What a handle says: which message, and which of its receives. */
export interface Receipt {
  readonly sentAt: number;
  readonly id: string;
  readonly receipt: string;
}

export function toReceiptHandle(
  queue: Queue,
  message: Pick<Message, "id" | "sentAt" | "receipt">,
): string {
  const sent = message.sentAt.toString(16).padStart(SENT_DIGITS, "0");
  const hex = MARK + queue.id + message.id.replaceAll("-", "") + sent + (message.receipt ?? "");
  return Buffer.from(hex, "hex").toString("base64");
}

/** Throws ReceiptHandleIsInvalid for what no receive of this queue gave. AWS: a blank one is none. */
export function readReceiptHandle(handle: string, queue: Queue): Receipt {
  if (handle.trim() === "") throw MissingParameter("ReceiptHandle");
  const bytes = Buffer.from(handle, "base64");
  const hex = bytes.toString("hex");
  if (bytes.length !== BYTES || !hex.startsWith(MARK) || bytes.toString("base64") !== handle) {
    throw ReceiptHandleIsInvalid(
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  const after = hex.slice(MARK.length);
  if (!after.startsWith(queue.id)) {
    throw ReceiptHandleIsInvalid(`The receipt handle "${handle}" is not valid for this queue.`);
  }
  const id = after.slice(QUEUE_DIGITS, QUEUE_DIGITS + ID_DIGITS);
  return {
    id: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
    sentAt: Number.parseInt(after.slice(QUEUE_DIGITS + ID_DIGITS, -RECEIPT_DIGITS), 16),
    receipt: after.slice(-RECEIPT_DIGITS),
  };
}

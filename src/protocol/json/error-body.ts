/**
 * The members of an error in JSON: the sentence under the name that its shape gives it, then the
 * others.
 */
import type { ErrorFacts } from "../errors.ts";
import { isRecord } from "../scalars.ts";
import { shapeText } from "./write.ts";

/** AWS: its framework spells the sentence of these two with a capital, of all others without. */
const CAPITAL = new Set(["AccessDeniedException", "SerializationException"]);

export function errorBody(facts: ErrorFacts, message: string): Record<string, unknown> {
  const members: unknown =
    facts.shape === undefined
      ? facts.members
      : (JSON.parse(shapeText(facts.shape)(facts.members)) as unknown);
  const body: Record<string, unknown> = isRecord(members) ? { ...members } : {};
  if (facts.shape === undefined && message === "") {
    // AWS: an operation that it does not have is refused with a type and no sentence.
  } else if (facts.shape === undefined) {
    body[CAPITAL.has(facts.name) ? "Message" : "message"] = message;
  } else if (facts.messageMember !== undefined && message !== "") {
    body[facts.messageMember] = message;
  } else if (message !== "") {
    // Most shapes without a message member are answered with one all the same.
    body["message"] = message;
  }
  return body;
}

/** What an error says beyond its code, in XML: its sentence, and its other members. */
import type { ErrorFacts } from "../errors.ts";
import { wordOf } from "../scalars.ts";
import { element, escapeXml } from "./text.ts";
import { structureContent } from "./write.ts";

/** AWS: an error without a sentence has no element for it either. */
export function errorSentence(message: string): string {
  return message === "" ? "" : element("Message", escapeXml(message));
}

/** Those of the error's shape, or plain words without one. */
export function errorMembers(facts: ErrorFacts): string {
  const { shape, messageMember, members } = facts;
  const modelled: Record<string, unknown> = {};
  let text = "";
  for (const [name, value] of Object.entries(members)) {
    if (name === messageMember || value === undefined || value === null) continue;
    if (shape?.members?.has(name) === true) modelled[name] = value;
    else if (/^[A-Za-z_][\w.-]*$/.test(name)) text += element(name, escapeXml(wordOf(value)));
  }
  return shape === undefined ? text : structureContent(shape, modelled) + text;
}

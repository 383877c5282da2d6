/**
 * The members of an error beyond its code and sentence, in XML: those of its shape, or plain words
 * without one.
 */
import type { ErrorFacts } from "../errors.ts";
import { wordOf } from "../scalars.ts";
import { element, escapeXml } from "./text.ts";
import { structureContent } from "./write.ts";

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

/** XML that we write: names come from the model, text is escaped here. */
import type { XmlNamespace } from "../../model/model.ts";

const PLAIN = /^[ !#-%'-;=?-~]*$/;
const SPECIAL = /[&<>"\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g;
/** Surrogates that stand alone have no place in UTF-8. */
const LONE = /\p{Surrogate}/gu;

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/**
 * Characters that a parser would normalise (line ends, tabs in attributes) go as references. Those
 * that XML 1.0 cannot hold at all go as references too: AWS writes them so, and the clients that
 * can read them do.
 */
export function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(LONE, "\ufffd").replace(SPECIAL, (character) => {
    if (character === "\n" || character === "\t") return character;
    return NAMED[character] ?? reference(character);
  });
}

export function escapeAttribute(text: string): string {
  return escapeXml(text).replace(/[\n\t]/g, reference);
}

export function element(name: string, content: string, attributes = ""): string {
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

export function namespaceAttribute(namespace: XmlNamespace | undefined): string {
  if (namespace === undefined) return "";
  const name = namespace.prefix === undefined ? "xmlns" : `xmlns:${namespace.prefix}`;
  return ` ${name}="${escapeAttribute(namespace.uri)}"`;
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function reference(character: string): string {
  return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
}

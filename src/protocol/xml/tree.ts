/**
 * Foreign XML as a small tree. Document types are refused, so there are no entities but the five
 * that XML has, and nothing is ever fetched. Names lose their prefix; attributes keep theirs
 * (`xsi:type`).
 */
import { SaxesParser } from "saxes";

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export const XML_DEPTH_MAX = 128;
export const XML_ELEMENTS_MAX = 1_000_000;

/** Why a document was refused. It stays inside this folder's callers, who word it as AWS does. */
export class XmlError extends Error {}

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

export function parseXml(source: Uint8Array | string): XmlElement {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let elements = 0;
  let root: XmlElement | undefined;

  parser.on("error", (error) => {
    throw new XmlError(error.message);
  });
  parser.on("doctype", () => {
    throw new XmlError("a document type is not allowed");
  });
  parser.on("opentag", (tag) => {
    elements += 1;
    if (open.length >= XML_DEPTH_MAX) throw new XmlError("elements are nested too deeply");
    if (elements > XML_ELEMENTS_MAX) throw new XmlError("too many elements");
    open.push({ name: localName(tag.name), attributes: tag.attributes, children: [], text: "" });
  });
  parser.on("text", (text) => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += text;
  });
  parser.on("cdata", (text) => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.text += text;
  });
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = closed;
    else parent.children.push(closed);
  });

  parser.write(textOf(source)).close();
  if (root === undefined) throw new XmlError("there is no element");
  return root;
}

function textOf(source: Uint8Array | string): string {
  if (typeof source === "string") return source;
  try {
    return UTF8.decode(source);
  } catch {
    throw new XmlError("the document is not UTF-8");
  }
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

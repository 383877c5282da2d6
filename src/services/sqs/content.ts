/** The text of a message: the characters that it may hold are those that XML can. */
import { hash } from "node:crypto";
import { InvalidMessageContents } from "./errors.ts";

// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const FORBIDDEN =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function checkCharacters(text: string): void {
  const found = FORBIDDEN.exec(text);
  if (found === null) return;
  throw InvalidMessageContents(`#x${found[0].charCodeAt(0).toString(16).toUpperCase()}`);
}

export const bodyMd5 = (body: string): string => hash("md5", body);

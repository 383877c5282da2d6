/**
 * A form of the query protocols as a tree: `Tag.1.Key=a` is `Tag` → `1` → `Key`. Keys cannot reach
 * prototypes: every level is a Map.
 */
import { AwsError } from "../../kernel/errors.ts";

export interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

const DEPTH_MAX = 64;
const PARAMETERS_MAX = 100_000;

export function parseForm(text: string): FormNode {
  const root = node();
  if (text === "") return root;
  const pairs = text.split("&");
  if (pairs.length > PARAMETERS_MAX) throw malformed("too many parameters");
  for (const pair of pairs) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    place(root, key, value);
  }
  return root;
}

/** `+` and percent escapes to text. */
export function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed("a parameter is not percent-encoded UTF-8");
  }
}

export function child(parent: FormNode, path: string): FormNode | undefined {
  let at: FormNode | undefined = parent;
  for (const part of path.split(".")) at = at?.children.get(part);
  return at;
}

function place(root: FormNode, key: string, value: string): void {
  const path = key.split(".");
  if (path.length > DEPTH_MAX) throw malformed("a parameter's name has too many parts");
  let at = root;
  for (const part of path) {
    let next = at.children.get(part);
    if (next === undefined) {
      next = node();
      at.children.set(part, next);
    }
    at = next;
  }
  at.value = value;
}

function node(): FormNode {
  return { value: undefined, children: new Map() };
}

function malformed(reason: string): AwsError {
  return new AwsError("MalformedQueryString", `The query string is malformed: ${reason}`, {
    status: 400,
  });
}

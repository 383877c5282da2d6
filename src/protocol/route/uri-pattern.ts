/**
 * A `requestUri` of a model: path segments, some of them labels, and query words that must be
 * there.
 */

export interface UriPattern {
  readonly segments: readonly Segment[];
  /** `?acl`, `?list-type=2`. An undefined value means that the name alone counts. */
  readonly query: readonly { readonly name: string; readonly value: string | undefined }[];
}

export interface Segment {
  readonly kind: "literal" | "label" | "greedy";
  /** The literal's text, or the label's name. */
  readonly text: string;
}

export function uriPattern(uri: string): UriPattern {
  const [path, query = ""] = split(uri, "?");
  return {
    segments: pathSegments(path).map(segment),
    query: query
      .split("&")
      .filter((part) => part !== "")
      .map((part) => {
        const [name, value] = split(part, "=");
        return { name, value };
      }),
  };
}

/** Without the empty ones at both ends: a slash at the end never tells two operations apart. */
export function pathSegments(path: string): string[] {
  const inner = path.replace(/^\//, "").replace(/\/$/, "");
  return inner === "" ? [] : inner.split("/");
}

function segment(text: string): Segment {
  const label = /^\{([^}+]+)(\+?)\}$/.exec(text);
  if (label === null) return { kind: "literal", text };
  return { kind: label[2] === "+" ? "greedy" : "label", text: label[1] ?? "" };
}

function split(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The query of a REST request: names to all their values, in order. */
import { AwsError } from "../../kernel/errors.ts";

export type QueryValues = ReadonlyMap<string, readonly string[]>;

const NOTHING: QueryValues = new Map();

export function parseQuery(query: string): QueryValues {
  if (query === "") return NOTHING;
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : unescapeQuery(pair.slice(equals + 1));
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

function unescapeQuery(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** Percent escapes to text, refused as AWS refuses them when they are not UTF-8. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", { status: 400 });
  }
}

/** Pages of queue URLs. The token is the last URL that was given, in base64, as AWS does it. */
import { InvalidParameterValue, invalidValue } from "./errors.ts";
import { parseQueueUrl } from "./queue-url.ts";

const PAGE_MAX = 1000;

export interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Page {
  readonly items: readonly string[];
  readonly NextToken: string | undefined;
}

/** The URL after which a page begins; undefined: the first page. */
export function startOfPage(input: PageInput): string | undefined {
  const { MaxResults, NextToken } = input;
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > PAGE_MAX)) {
    throw invalidValue(
      MaxResults,
      "MaxResults",
      `MaxResults must be an integer between 1 and ${PAGE_MAX}.`,
    );
  }
  if (NextToken === undefined || NextToken === "") return undefined;
  if (MaxResults === undefined) {
    throw InvalidParameterValue(
      "MaxResults is a mandatory parameter when you provide a value for NextToken.",
    );
  }
  const url = Buffer.from(NextToken, "base64").toString("utf8");
  if (!/^https?:\/\/.+\/\d{12}\/.+$/.test(url)) {
    throw InvalidParameterValue("Invalid or expired next token.");
  }
  return url;
}

/** AWS: without MaxResults there is one page of at most 1,000 and no token. */
export function toPage(urls: readonly string[], input: PageInput): Page {
  const count = input.MaxResults ?? PAGE_MAX;
  const items = urls.slice(0, count);
  const last = items.at(-1);
  const more = input.MaxResults !== undefined && urls.length > count && last !== undefined;
  return { items, NextToken: more ? Buffer.from(last).toString("base64") : undefined };
}

export const pageLimit = (input: PageInput): number => (input.MaxResults ?? PAGE_MAX) + 1;

/** One page of a list that is at hand, in the order of the names. */
export function page(urls: readonly string[], input: PageInput): Page {
  const after = startOfPage(input);
  if (after === undefined) return toPage(urls, input);
  // By name, not by place: the last one that was given may be gone, or told under another host.
  const { name } = parseQueueUrl(after);
  return toPage(
    urls.filter((url) => parseQueueUrl(url).name > name),
    input,
  );
}

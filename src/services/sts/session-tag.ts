/** Session tags, and those of them that go on to the next role. */
import type { SessionFacts } from "../../iam/identities.ts";
import { InvalidParameterValue } from "./errors.ts";

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What a new session is tagged with: what was asked for, and what the calling session hands on. */
export function sessionTags(
  asked: readonly Tag[],
  transitive: readonly string[],
  calling: SessionFacts | undefined,
): SessionTags {
  const keys = new Set(asked.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < asked.length) {
    throw InvalidParameterValue(
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  }
  const inherited = inheritedTags(calling);
  const handedOn = new Set(Object.keys(inherited).map((key) => key.toLowerCase()));
  if ([...keys, ...transitive.map((key) => key.toLowerCase())].some((key) => handedOn.has(key))) {
    throw InvalidParameterValue(
      "One of the specified transitive tag keys can't be set because it conflicts with " +
        "a transitive tag key from the calling session.",
    );
  }
  if (transitive.some((key) => !keys.has(key.toLowerCase()))) {
    throw InvalidParameterValue(
      "The specified transitive tag key must be included in the requested tags.",
    );
  }
  return {
    tags: { ...inherited, ...Object.fromEntries(asked.map(({ Key, Value }) => [Key, Value])) },
    transitiveTagKeys: [...Object.keys(inherited), ...transitive],
  };
}

export function inheritedTags(calling: SessionFacts | undefined): Readonly<Record<string, string>> {
  const keys = new Set(calling?.transitiveTagKeys.map((key) => key.toLowerCase()));
  return Object.fromEntries(
    Object.entries(calling?.tags ?? {}).filter(([key]) => keys.has(key.toLowerCase())),
  );
}

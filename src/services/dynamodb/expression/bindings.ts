/**
 * ExpressionAttributeNames and ExpressionAttributeValues of one request: checked, looked up, and
 * none left over.
 */
import { AwsError } from "../../../kernel/errors.ts";
import { ValidationException } from "../errors.ts";
import { type AttributeValue, type Item, readValue, refuseName } from "../item/value.ts";
import { invalid, type Kind } from "./lexer.ts";
import type { PathNode } from "./syntax.ts";

/** A document path with its names in place: attribute names and list positions. */
export type Path = readonly (string | number)[];

export interface ExpressionInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

export class Bindings {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;
  /** Every document path of the request's expressions, as they are bound. */
  readonly paths: Path[] = [];

  constructor(input: ExpressionInput) {
    this.#names = names(input.ExpressionAttributeNames);
    this.#values = values(input.ExpressionAttributeValues);
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  path(kind: Kind, node: PathNode): Path {
    const path = node.parts.map((part) =>
      "index" in part ? part.index : this.#name(kind, part.name),
    );
    this.paths.push(path);
    return path;
  }

  #name(kind: Kind, name: string): string {
    if (!name.startsWith("#")) return name;
    const bound = this.#names.get(name);
    if (bound === undefined) {
      throw invalid(
        kind,
        "An expression attribute name used in the document path is not defined; " +
          `attribute name: ${name}`,
      );
    }
    this.#unusedNames.delete(name);
    return bound;
  }

  value(kind: Kind, name: string): AttributeValue {
    const bound = this.#values.get(name);
    if (bound === undefined) {
      throw invalid(
        kind,
        "An expression attribute value used in expression is not defined; " +
          `attribute value: ${name}`,
      );
    }
    this.#unusedValues.delete(name);
    return bound;
  }

  /** After all the request's expressions are bound. */
  refuseUnused(): void {
    refuse("ExpressionAttributeNames", this.#unusedNames);
    refuse("ExpressionAttributeValues", this.#unusedValues);
  }
}

function refuse(member: string, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return;
  throw ValidationException(
    `Value provided in ${member} unused in expressions: keys: {${[...unused].join(", ")}}`,
  );
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();
const NO_VALUES: ReadonlyMap<string, AttributeValue> = new Map();

function names(given: Readonly<Record<string, string>> | undefined) {
  if (given === undefined) return NO_NAMES;
  const entries = Object.entries(given);
  refuseKeys("ExpressionAttributeNames", /^#\w+$/, entries);
  for (const [key, name] of entries) told("ExpressionAttributeNames", key, () => refuseName(name));
  return new Map(entries);
}

function values(given: Item | undefined) {
  if (given === undefined) return NO_VALUES;
  const entries = Object.entries(given);
  refuseKeys("ExpressionAttributeValues", /^:\w+$/, entries);
  return new Map(entries.map(([name, value]) => [name, boundValue(name, value)]));
}

function refuseKeys(
  member: string,
  pattern: RegExp,
  entries: readonly (readonly [string, unknown])[],
): void {
  if (entries.length === 0) throw ValidationException(`${member} must not be empty`);
  const strange = entries.find(([key]) => !pattern.test(key));
  if (strange === undefined) return;
  throw ValidationException(`${member} contains invalid key: Syntax error; key: "${strange[0]}"`);
}

function boundValue(name: string, value: AttributeValue): AttributeValue {
  return told("ExpressionAttributeValues", name, () => readValue(value));
}

/** What is wrong with one placeholder, with its key. */
function told<T>(member: string, key: string, read: () => T): T {
  try {
    return read();
  } catch (refused) {
    if (!(refused instanceof AwsError)) throw refused;
    throw ValidationException(
      `${member} contains invalid value: ${refused.message} for key ${key}`,
    );
  }
}

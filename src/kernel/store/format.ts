/**
 * The version of how rows are laid out, also in snapshots; kept as a row of its own before all
 * others.
 */
import type { Key, Value } from "./store.ts";

/**
 * 1 and 2 were before the first release: 1 without a journal, and messages that wait lay elsewhere;
 * in 2 DynamoDB's items lay as objects.
 */
export const FORMAT_VERSION = 3;

/** Below every encoded tuple. */
export const FORMAT_KEY: Key = "\x01format";

/** Before all others, too: the number of the journal's last batch that is in the file. */
export const JOURNAL_KEY: Key = "\x01journal";

/** Where the rows begin: above what the store keeps for itself. */
export const FIRST_KEY: Key = "\x02";

/** Above every encoded tuple. */
export const END_KEY: Key = "\xff";

/** `found` is the row's value, undefined in a new store. */
export function checkFormat(found: Value, place: string): void {
  if (found === undefined) return;
  if (typeof found !== "number") throw new Error(`${place} holds no Snowglobe state`);
  if (found > FORMAT_VERSION) {
    throw new Error(
      `${place} was written by a newer Snowglobe: its format is ${found}, ` +
        `this version knows formats up to ${FORMAT_VERSION}. Update Snowglobe, or use another place.`,
    );
  }
  if (found < FORMAT_VERSION) {
    throw new Error(
      `${place} was written by an older Snowglobe: its format is ${found}, ` +
        `this version knows format ${FORMAT_VERSION} only. Use another place.`,
    );
  }
}

/** The writes of one transaction, in the order of their first mention. */
import type { Key, Value, Writes } from "./store.ts";

const FEW = 8;

/** Few long keys are compared with one another sooner than hashed. */
export class WriteList implements Writes {
  readonly #keys: Key[] = [];
  readonly #values: Value[] = [];
  /** Where each key is; there once they are many. */
  #places: Map<Key, number> | undefined;

  get size(): number {
    return this.#keys.length;
  }

  get(key: Key): Value {
    return this.#values[this.#find(key)];
  }

  has(key: Key): boolean {
    return this.#find(key) >= 0;
  }

  /** True when the key was not mentioned before. */
  set(key: Key, value: Value): boolean {
    const at = this.#find(key);
    if (at >= 0) {
      this.#values[at] = value;
      return false;
    }
    this.#values.push(value);
    const size = this.#keys.push(key);
    if (this.#places !== undefined) this.#places.set(key, size - 1);
    else if (size > FEW) this.#places = new Map(this.#keys.map((one, place) => [one, place]));
    return true;
  }

  keys(): readonly Key[] {
    return this.#keys;
  }

  forEach(visit: (value: Value, key: Key) => void): void {
    for (let at = 0; at < this.#keys.length; at++) visit(this.#values[at], this.#keys[at] ?? "");
  }

  *[Symbol.iterator](): IterableIterator<readonly [Key, Value]> {
    for (const [at, key] of this.#keys.entries()) yield [key, this.#values[at]];
  }

  #find(key: Key): number {
    if (this.#places !== undefined) return this.#places.get(key) ?? -1;
    return this.#keys.indexOf(key);
  }
}

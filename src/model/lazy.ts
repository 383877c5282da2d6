/** Values made when they are first looked at, and kept. */

/** A property computed on the first read; afterwards an ordinary one. */
export function lazyProperty<T extends object, K extends keyof T>(
  target: T,
  key: K,
  make: () => T[K],
): void {
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
      return value;
    },
  });
}

/**
 * A map whose keys are known and whose values are made on the first `get`. Iterating makes them
 * all.
 */
export function lazyMap<V>(
  keys: readonly string[],
  make: (key: string) => V,
): ReadonlyMap<string, V> {
  const known = new Set(keys);
  const made = new Map<string, V>();

  function get(key: string): V | undefined {
    const present = made.get(key);
    if (present !== undefined || !known.has(key)) return present;
    const value = make(key);
    made.set(key, value);
    return value;
  }
  /**
   * The real map once every value is made: in the order of the keys, however they were asked for.
   */
  let whole: Map<string, V> | undefined;
  function all(): Map<string, V> {
    whole ??= new Map(keys.map((key) => [key, get(key) ?? make(key)]));
    return whole;
  }
  return {
    get,
    has: (key) => known.has(key),
    get size() {
      return known.size;
    },
    keys: () => known.keys(),
    values: () => all().values(),
    entries: () => all().entries(),
    forEach: (visit, self) => all().forEach(visit, self),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  };
}

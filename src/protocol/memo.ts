/**
 * What is compiled from a piece of the model is kept with it: built on first use, dropped with the
 * model.
 */
export function perModel<Key extends object, Value>(
  build: (key: Key) => Value,
): (key: Key) => Value {
  const built = new WeakMap<Key, Value>();
  return (key) => {
    const known = built.get(key);
    if (known !== undefined) return known;
    const value = build(key);
    built.set(key, value);
    return value;
  };
}

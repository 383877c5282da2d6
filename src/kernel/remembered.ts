/**
 * A function of one text or number that remembers its results: for what the requests of one client have in
 * common. It begins anew when it knows too many, and remembers no long text, so that nobody can
 * fill the memory with it.
 */
export function remembered<Key extends string | number, T>(
  max: number,
  make: (key: Key) => T,
): (key: Key) => T {
  const known = new Map<Key, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (typeof key === "string" && key.length > TEXT_LENGTH_MAX) return made;
    if (known.size >= max) known.clear();
    known.set(key, made);
    return made;
  };
}

const TEXT_LENGTH_MAX = 1024;

/**
 * The same for one text alone, the last: where most come in a row, comparing costs less than
 * looking up.
 */
export function rememberedLast<T>(make: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) };
    return last.made;
  };
}

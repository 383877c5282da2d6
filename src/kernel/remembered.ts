/**
 * A function of one text that remembers its results: for what the requests of one client have in
 * common. It begins anew when it knows too many, so that nobody can fill the memory with it.
 */
export function remembered<T>(max: number, make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= max) known.clear();
    known.set(text, made);
    return made;
  };
}

/** Expressions come again and again with other values: their trees are kept by their text. */
import type { Kind } from "./lexer.ts";

const ENTRIES_MAX = 2000;

export function bounded<T extends object>(parse: (kind: Kind, text: string) => T) {
  const known = new Map<string, T>();
  return (kind: Kind, text: string): T => {
    const key = kind + text;
    const there = known.get(key);
    if (there !== undefined) return there;
    const parsed = parse(kind, text);
    if (known.size >= ENTRIES_MAX) known.clear();
    known.set(key, parsed);
    return parsed;
  };
}

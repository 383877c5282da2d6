/**
 * What an object says, without the keys that say nothing: absent and undefined are not the same in
 * our types.
 */
export function defined<T extends object>(traits: T): Defined<T> {
  const kept = Object.entries(traits).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the filter above has made it so
  return Object.fromEntries(kept) as Defined<T>;
}

export type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

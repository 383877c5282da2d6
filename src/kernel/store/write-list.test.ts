import fc from "fast-check";
import { expect, test } from "vitest";
import { WriteList } from "./write-list.ts";

const LETTERS = "abcdefghijklmnop".split("");

test("a list of writes is what a Map of them is, few or many", () => {
  const writes = fc.array(fc.tuple(fc.constantFrom(...LETTERS), fc.nat()), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(writes, (all) => {
      const list = new WriteList();
      const map = new Map<string, number>();
      for (const [key, value] of all) {
        expect(list.set(key, value)).toBe(!map.has(key));
        map.set(key, value);
      }
      const visited: [string, unknown][] = [];
      list.forEach((value, key) => visited.push([key, value]));
      expect([...list]).toEqual([...map]);
      expect(visited).toEqual([...map]);
      expect([...list.keys()]).toEqual([...map.keys()]);
      expect(list.size).toBe(map.size);
      for (const key of "aphz") {
        expect([list.has(key), list.get(key)]).toEqual([map.has(key), map.get(key)]);
      }
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { commonPrefix, comparePoints, successor, urlEncoded, walk } from "./listing.ts";

interface Row {
  readonly key: string;
}

function walkOver(keys: readonly string[]) {
  const sorted = keys.toSorted(comparePoints);
  let visited = 0;
  function* scan(from: string | undefined): Generator<Row> {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePoints(sorted[middle] ?? "", from ?? "") < 0) low = middle + 1;
      else high = middle;
    }
    for (const key of sorted.slice(low)) {
      visited += 1;
      yield { key };
    }
  }
  return { scan, visited: () => visited };
}

test("a page of common prefixes visits what it shows, not what lies below", () => {
  const keys = Array.from({ length: 10_000 }, (_, at) => `${Math.floor(at / 100)}/${at}`);
  const { scan, visited } = walkOver(keys);
  const page = walk(scan, { prefix: "", delimiter: "/", limit: 10 });
  expect(page.prefixes.length).toBe(10);
  expect(page.last).toEqual({ prefix: page.prefixes.at(-1) });
  expect(visited()).toBe(11);
});

const letters = fc.string({
  unit: fc.constantFrom("a", "b", "/", "é", "\u{10ffff}"),
  maxLength: 6,
});

test("pages put together are the listing that one gets by looking at every key", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(letters, { maxLength: 30 }),
      fc.constantFrom("", "a", "a/"),
      fc.constantFrom("", "/", "b"),
      fc.integer({ min: 1, max: 5 }),
      (keys, prefix, delimiter, limit) => {
        const { scan } = walkOver(keys);
        const found: string[] = [];
        let from: string | undefined;
        let after: string | undefined;
        for (;;) {
          const page = walk(scan, { prefix, delimiter, limit, from }, (row) => row.key === after);
          found.push(...page.rows.map((row) => row.key), ...page.prefixes);
          if (page.last === undefined) break;
          if ("prefix" in page.last) {
            from = successor(page.last.prefix);
            after = undefined;
            if (from === undefined) break;
          } else {
            from = page.last.row.key;
            after = from;
          }
        }
        const expected = new Set(
          keys
            .filter((key) => key.startsWith(prefix))
            .map((key) => commonPrefix(key, prefix, delimiter) ?? key),
        );
        expect(found.toSorted(comparePoints)).toEqual([...expected].toSorted(comparePoints));
      },
    ),
  );
});

test("names are encoded as Java does, and slashes stay", () => {
  expect(urlEncoded("a b/c+d~é(1)*.txt")).toBe("a+b/c%2Bd%7E%C3%A9%281%29*.txt");
});

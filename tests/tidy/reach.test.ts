/** The reader of reach is itself read: over a small service of two files. */
import { expect, test } from "vitest";
import { reachOf } from "./reach.ts";
import type { Source } from "./sources.ts";

const source = (path: string, text: string): Source => ({ path, text, lines: text.split("\n") });

const service = reachOf([
  source(
    "src/services/shop/order.ts",
    `import { priceOf } from "./price.ts";
import * as stock from "./stock.ts";
/** Reads Voucher, says this comment. */
export const PlaceOrder: Operation<"PlaceOrder"> = (input, shop) => {
  const price = priceOf(input.Article);
  stock.take(input.Count);
  return noted({ price, shop, ...extras(input) });
};

interface Note { Voucher?: string }
const noted = (note: unknown) => note;
const extras = ({ Wrapping }: { Wrapping: string }) => ({ wrapping: Wrapping });
export const CancelOrder: Operation<"CancelOrder"> = (input) => input.Reason;
`,
  ),
  source(
    "src/services/shop/price.ts",
    `export function priceOf(article: string) {
  return article.length * FACTOR["Currency"];
}
const FACTOR = { Currency: 2 };
export const discount = (input: { Discount: number }) => input.Discount;
`,
  ),
  source(
    "src/services/shop/stock.ts",
    `export const take = (Shelf: number) => Shelf;
export const give = (Basket: number) => Basket;
`,
  ),
  source("src/services/shop/service.ts", `const { CancelOrder } = operations;\n`),
]);

const WORDS = [
  "Article",
  "Basket",
  "Count",
  "Currency",
  "Discount",
  "Reason",
  "Shelf",
  "Voucher",
  "Wrapping",
];
const namedBy = (operation: string) => {
  const code = service.codeOf(operation) ?? "";
  return WORDS.filter((word) => new RegExp(`\\b${word}\\b`).test(code));
};

test("an operation reaches what it uses by name, through imports, and nothing beside it", () => {
  expect(namedBy("PlaceOrder")).toEqual(["Article", "Count", "Currency", "Shelf", "Wrapping"]);
  expect(namedBy("CancelOrder")).toEqual(["Reason"]);
});

test("an operation that no file exports is not found", () => {
  expect(service.codeOf("RefundOrder")).toBe(undefined);
});

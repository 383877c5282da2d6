import { expect, test } from "vitest";
import { canonicalRequest } from "./canonical.ts";

test("a header's runs of white space, of whatever kind, are one space, and none stands at its ends", () => {
  const canonical = (value: string) =>
    canonicalRequest(
      { method: "GET", path: "/", query: "", headers: { "x-amz-meta-note": value } },
      { signedHeaders: ["x-amz-meta-note"], signedNames: "x-amz-meta-note", location: "header" },
      "hash",
      { doubleEncodePath: true },
    );
  const expected = "GET\n/\n\nx-amz-meta-note:a b\n\nx-amz-meta-note\nhash";
  const values = ["a b", " a b", "a b ", "a  b", "a\tb", "a\u00a0\u00a0b", "a \u00a0b"];
  expect(values.map(canonical)).toEqual(values.map(() => expected));
});

import { expect, test } from "vitest";
import { statementSpans } from "./statement-position.ts";

test("a lone statement is where AWS says it is", () => {
  const text =
    '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}';
  expect(statementSpans(text)).toEqual([
    { StartPosition: { Line: 1, Column: 41 }, EndPosition: { Line: 1, Column: 113 } },
  ]);
});

test("braces in texts do not count, and lines do", () => {
  const text = '{\n "Id": "}{\\"",\n "Statement": [\n  {"Sid": "a}"},\n  {"Sid": "b"}\n ]\n}';
  expect(statementSpans(text)).toEqual([
    { StartPosition: { Line: 4, Column: 4 }, EndPosition: { Line: 4, Column: 16 } },
    { StartPosition: { Line: 5, Column: 4 }, EndPosition: { Line: 5, Column: 15 } },
  ]);
});

import { expect, test } from "vitest";
import { readVersion2, signsForm, verifyVersion2 } from "./version2.ts";

/** The examples of the S3 developer guide, "Signing and authenticating REST requests". */
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const KEY = "AKIAIOSFODNN7EXAMPLE";
const THEN = Date.parse("2007-03-27T19:36:42Z");

interface Example {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function outcome(
  example: Example,
  nowMs = THEN,
  inHost: { bucketInHost?: string } = { bucketInHost: "johnsmith" },
) {
  const request = { method: "GET", query: "", headers: {}, ...example };
  const signature = readVersion2(request);
  if (signature === undefined) return "not signed";
  try {
    verifyVersion2(request, signature, { secret: SECRET, nowsMs: [nowMs], ...inHost });
    return "good";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

const get = {
  path: "/photos/puppy.jpg",
  headers: {
    date: "Tue, 27 Mar 2007 19:36:42 +0000",
    authorization: `AWS ${KEY}:bWq2s1WEIj+Ydj0vQ697zp+IXMU=`,
  },
};

test("a signed GET is good, on its day", () => {
  expect([outcome(get), outcome(get, THEN + 16 * 60_000)]).toEqual([
    "good",
    "The difference between the request time and the current time is too large.",
  ]);
});

test("a date is good for a quarter of an hour either way, and needed", () => {
  const dated = (headers: Readonly<Record<string, string>>) =>
    outcome({ ...get, headers: { authorization: get.headers.authorization, ...headers } });
  const tooFar = "The difference between the request time and the current time is too large.";
  const none = "AWS authentication requires a valid Date or x-amz-date header";
  const { date } = get.headers;
  expect([
    outcome(get, THEN + 15 * 60_000),
    outcome(get, THEN - 15 * 60_000),
    outcome(get, THEN + 15 * 60_000 + 1),
    outcome(get, THEN - 15 * 60_000 - 1),
    dated({ date, "x-amz-date": "Tue, 27 Mar 2007 19:00:00 +0000" }),
    dated({ date, "x-amz-date": "Bad Date" }),
    dated({ date: "" }),
    dated({}),
  ]).toEqual(["good", "good", tooFar, tooFar, tooFar, none, none, none]);
});

test("another path is another text", () => {
  expect(outcome({ ...get, path: "/photos/kitten.jpg" })).toBe(
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );
});

test("content type and subresources are signed, other parameters are not", () => {
  const put = {
    method: "PUT",
    path: "/photos/puppy.jpg",
    headers: {
      "content-type": "image/jpeg",
      date: "Tue, 27 Mar 2007 21:15:45 +0000",
      authorization: `AWS ${KEY}:MyyxeRY7whkBe+bq8fHCL/2kKUg=`,
    },
  };
  const list = {
    path: "/",
    query: "prefix=photos&max-keys=50&marker=puppy",
    headers: {
      date: "Tue, 27 Mar 2007 19:42:41 +0000",
      authorization: `AWS ${KEY}:htDYFYduRNen8P9ZfE/s9SuKy0U=`,
    },
  };
  const acl = {
    path: "/",
    query: "acl",
    headers: {
      date: "Tue, 27 Mar 2007 19:44:46 +0000",
      authorization: `AWS ${KEY}:c2WLPFtWHVgbEmeEG93a4cG37dM=`,
    },
  };
  const now = Date.parse("2007-03-27T21:15:45Z");
  expect([outcome(put, now), outcome(list), outcome(acl)]).toEqual(["good", "good", "good"]);
});

test("a bucket in the path may be signed with a slash behind it, an object may not", () => {
  const asked = (path: string, signature: string) =>
    outcome(
      {
        path,
        query: "location",
        headers: { date: get.headers.date, authorization: `AWS ${KEY}:${signature}` },
      },
      THEN,
      {},
    );
  const open = "8r0PuTlIU3+r/HWZZMl5G4C3H48=";
  const mismatch =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
  expect([
    asked("/johnsmith", open),
    asked("/johnsmith", "MfMUlxVe/a36S5Hjp8+jXqEPLG0="),
    asked("/johnsmith/", open),
    asked("/johnsmith/a", open),
  ]).toEqual(["good", "good", "good", mismatch]);
});

test("a presigned request is good until it expires", () => {
  const presigned = {
    path: "/photos/puppy.jpg",
    query: `AWSAccessKeyId=${KEY}&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620`,
  };
  expect([outcome(presigned), outcome(presigned, 1175139621_000)]).toEqual([
    "good",
    "Request has expired",
  ]);
});

test("what is signed otherwise is not looked at", () => {
  expect(outcome({ path: "/", headers: { authorization: "AWS4-HMAC-SHA256 Credential=x" } })).toBe(
    "not signed",
  );
});

test("the policy of a form is signed as it is", () => {
  expect(signsForm("secret", "cG9saWN5", "AAAA")).toBe(false);
});

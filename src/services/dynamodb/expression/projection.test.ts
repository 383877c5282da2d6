import { expect, test } from "vitest";
import { Bindings } from "./bindings.ts";
import { bindProjection } from "./projection.ts";

const ITEM = {
  a: { S: "x" },
  m: { M: { one: { N: "1" }, two: { N: "2" } } },
  l: { L: [{ N: "0" }, { M: { deep0: { N: "1" }, deep2: { N: "2" } } }, { N: "2" }] },
};

const project = (text: string) => bindProjection(text, new Bindings({})).project(ITEM);

test("parts keep their place in maps and close up in lists", () => {
  expect(project("m.two, l[2], l[1].deep, l[0]")).toEqual({
    m: { M: { two: { N: "2" } } },
    l: { L: [{ N: "0" }, { N: "2" }] },
  });
});

test("what is not there leaves nothing behind", () => {
  expect(project("b, m.three, a.b, l[9]")).toEqual({});
});

test("an attribute may have a name that JavaScript's objects know", () => {
  expect(project("hasOwnProperty, a")).toEqual({ a: { S: "x" } });
});

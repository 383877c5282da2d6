/** For a person who opens the address in a browser: it would otherwise see S3 refuse a stranger. */
import type { HttpRequest } from "../../kernel/http.ts";
import type { ControlContext, Route } from "./control.ts";

export const frontPageRoutes: readonly Route[] = [
  { method: "GET", path: "/", answer: (_request, context) => frontPage(context) },
];

/** No SDK asks for a page. */
export const asksForFrontPage = ({ method, path, query, headers }: HttpRequest): boolean =>
  path === "/" &&
  query === "" &&
  (method === "GET" || method === "HEAD") &&
  headers["accept"]?.includes("text/html") === true;

const frontPage = ({ version }: ControlContext) => ({
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body:
    `Snowglobe ${version} is here: the AWS APIs, at this address.\n\n` +
    "  /_snowglobe/health    what runs\n" +
    "  /_snowglobe/coverage  what works\n" +
    "  /_snowglobe/trail     what was asked\n",
});

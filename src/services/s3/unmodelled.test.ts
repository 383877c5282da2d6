/** Requests that no model knows, and no SDK makes. */
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { browse, type BrowserRequest } from "./raw.testing.ts";

const send = async (request: BrowserRequest) => browse(await startCloud(), request);

const fact = (text: string, name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(text)?.[1];

test("a method that S3 does not have is refused under ids of S3's own kind", async () => {
  const { status, headers, text } = await send({ method: "PATCH", path: "/pages/key" });
  expect([status, fact(text, "Code"), fact(text, "ResourceType")]).toEqual([
    405,
    "MethodNotAllowed",
    "OBJECT",
  ]);
  expect(fact(text, "RequestId")).toMatch(/^[0-9A-F]{16}$/);
  expect(fact(text, "HostId")).toMatch(/^[A-Za-z0-9+/=]{60,}$/);
  expect([headers["x-amz-request-id"], headers["x-amz-id-2"]]).toEqual([
    fact(text, "RequestId"),
    fact(text, "HostId"),
  ]);
});

test("a bucket takes no upload but a form", async () => {
  const headers = { "content-type": "text/html; boundary=x" };
  const { status, text } = await send({ method: "POST", path: "/pages", headers });
  expect([status, ...["Code", "Message", "Condition"].map((name) => fact(text, name))]).toEqual([
    412,
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    "Bucket POST must be of the enclosure-type multipart/form-data",
  ]);
});

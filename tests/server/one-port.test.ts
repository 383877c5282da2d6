import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { request as requestHttps } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../../src/server/server.ts";
import { openAuthority } from "../../src/server/tls/authority.ts";
import { mirror, send, serving } from "./fake-cloud.ts";

let directory: string;
let server: Server;
let ca: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "snowglobe-tls-"));
  const authorityDirectory = join(directory, "ca");
  server = await serving(mirror, {
    certificates: { authorityDirectory, customFile: undefined, names: [] },
  });
  ca = (await openAuthority(authorityDirectory)).certificatePem;
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function askHttp2(session: ClientHttp2Session, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": "/a?b=c", "x-one": "1" });
    let received = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
    stream.once("error", reject);
    stream.once("end", () => {
      session.close();
      resolve(received);
    });
    stream.end(body);
  });
}

test("HTTP/1.1 in the clear", async () => {
  const { body } = await send(server, "/a%20b?c=d", { method: "POST", body: "hello" });
  expect(JSON.parse(body)).toEqual({
    method: "POST",
    path: "/a%20b",
    query: "c=d",
    headers: {
      host: `127.0.0.1:${server.port}`,
      connection: "close",
      "content-length": "5",
    },
    secure: false,
    sourceIp: "127.0.0.1",
    body: "hello",
  });
});

test("HTTP/2 in the clear, with prior knowledge", async () => {
  const session = connectHttp2(server.url);
  expect(JSON.parse(await askHttp2(session, "over h2c"))).toEqual({
    method: "POST",
    path: "/a",
    query: "b=c",
    headers: { host: `127.0.0.1:${server.port}`, "x-one": "1" },
    secure: false,
    sourceIp: "127.0.0.1",
    body: "over h2c",
  });
});

test("HTTP/2 over TLS, with a certificate of the machine's own authority", async () => {
  const session = connectHttp2(`https://localhost:${server.port}`, { ca });
  expect(JSON.parse(await askHttp2(session, "over h2"))).toEqual({
    method: "POST",
    path: "/a",
    query: "b=c",
    headers: { host: `localhost:${server.port}`, "x-one": "1" },
    secure: true,
    sourceIp: "127.0.0.1",
    body: "over h2",
  });
});

test("HTTP/1.1 over TLS, to an address and to names of every kind", async () => {
  const names = ["127.0.0.1", "photos.s3.us-east-1.amazonaws.com", "a.b.localhost"];
  const answers = await Promise.all(
    names.map(
      (name) =>
        new Promise<unknown>((resolve, reject) => {
          const asking = requestHttps(
            {
              host: "127.0.0.1",
              port: server.port,
              ca,
              agent: false,
              servername: name === "127.0.0.1" ? "" : name,
              headers: { host: name },
            },
            (response) => {
              let received = "";
              response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
              response.once("end", () => {
                const { headers, secure } = JSON.parse(received) as {
                  headers: { host: string };
                  secure: boolean;
                };
                resolve({ host: headers.host, secure });
              });
            },
          );
          asking.once("error", reject);
          asking.end();
        }),
    ),
  );
  expect(answers).toEqual(names.map((host) => ({ host, secure: true })));
});

test("a client that trusts only public authorities is not fooled", async () => {
  const failure = await new Promise<string>((resolve) => {
    const socket = connectTls({ host: "127.0.0.1", port: server.port, servername: "localhost" });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.once("secureConnect", () => resolve("connected"));
  });
  expect(failure).toBe("SELF_SIGNED_CERT_IN_CHAIN");
});

test("the authority's key is readable by its owner alone, and the authority stays the same", async () => {
  const again = await openAuthority(join(directory, "ca"));
  const { mode } = await stat(join(directory, "ca", "ca-key.pem"));
  expect({ mode: mode & 0o777, same: again.certificatePem === ca }).toEqual({
    mode: 0o600,
    same: true,
  });
});

test("two that start at once make one authority", async () => {
  const shared = join(directory, "shared");
  const [one, two] = await Promise.all([openAuthority(shared), openAuthority(shared)]);
  expect(one?.certificatePem).toBe(two?.certificatePem);
});

test("a user's own certificate is shown in place of ours", async () => {
  const issued = await (await openAuthority(join(directory, "ca"))).issue(["own.localhost"]);
  const file = join(directory, "own.pem");
  await writeFile(file, issued.cert + issued.key);
  const own = await serving(mirror, {
    certificates: { authorityDirectory: join(directory, "unused"), customFile: file, names: [] },
  });
  const subject = await new Promise<string | undefined>((resolve, reject) => {
    const socket = connectTls({
      host: "127.0.0.1",
      port: own.port,
      servername: "localhost",
      ca,
      checkServerIdentity: () => undefined,
    });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(socket.getPeerCertificate().subjectaltname);
      socket.destroy();
    });
  });
  await own.stop();
  expect(subject).toBe("DNS:own.localhost");
});

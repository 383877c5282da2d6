import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BodyTooLarge } from "../../src/kernel/http.ts";
import type { ServerLimits } from "../../src/server/limits.ts";
import { portOwner } from "../../src/server/port-owner.ts";
import { PortUnavailable } from "../../src/server/server.ts";
import { mirror, raw, send, serving, text, type Answering } from "./fake-cloud.ts";

async function limited(limits: Partial<ServerLimits>, answering: Answering = mirror) {
  const server = await serving(answering, { limits });
  onTestFinished(() => server.stop(0));
  return server;
}

const statusLine = (response: string) => response.split("\r\n")[0];

test("headers that are too large are refused with 431", async () => {
  const server = await limited({ headerBytes: 2000 });
  const response = await raw(
    server,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(3000)}\r\n\r\n`,
  );
  expect(statusLine(response)).toBe("HTTP/1.1 431 Request Header Fields Too Large");
});

test("too many headers are refused with 431", async () => {
  const server = await limited({ headerCount: 10 });
  const headers = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`x-${at}`, "1"]));
  const { status, body } = await send(server, "/", { headers });
  expect([status, body]).toEqual([431, "More than 10 headers.\n"]);
});

test("a body that is announced as too large is refused before it comes", async () => {
  const server = await limited({ bodyBytes: 10 });
  const response = await raw(
    server,
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n",
  );
  expect(statusLine(response)).toBe("HTTP/1.1 413 Payload Too Large");
});

test("reading more than asked for rejects, announced or not", async () => {
  const rejections: unknown[] = [];
  const server = await limited({}, async ({ body }) => {
    await body.bytes(4).catch((error: unknown) => rejections.push(error));
    return text("done");
  });
  await send(server, "/", { method: "POST", body: "12345" });
  const chunked = { "transfer-encoding": "chunked" };
  await send(server, "/", { method: "POST", body: "12345", headers: chunked });
  expect(rejections).toEqual([new BodyTooLarge(4), new BodyTooLarge(4)]);
});

test("a stream ends with a rejection where the limit is", async () => {
  let failure: unknown;
  let receivedBytes = 0;
  const server = await limited({ bodyBytes: 4 }, async ({ body }) => {
    try {
      for await (const chunk of body.stream()) receivedBytes += chunk.length;
    } catch (error) {
      failure = error;
    }
    return text("done");
  });
  await send(server, "/", {
    method: "POST",
    body: "12345",
    headers: { "transfer-encoding": "chunked" },
  }).catch(() => {});
  expect([receivedBytes, failure]).toEqual([0, new BodyTooLarge(4)]);
});

test("a client that sends its headers too slowly is answered 408", async () => {
  const server = await limited({ headersMs: 150 });
  const response = await raw(server, "GET / HTTP/1.1\r\nHost: loc");
  expect(statusLine(response)).toBe("HTTP/1.1 408 Request Timeout");
});

test("a connection that says nothing is closed", async () => {
  const server = await limited({ headersMs: 100 });
  expect(await raw(server, "")).toBe("");
});

test("the beginning of an HTTP/2 preface is not waited for without end", async () => {
  const server = await limited({ headersMs: 100 });
  expect(await raw(server, "PRI")).toBe("");
});

test("a connection that ends before it says what it speaks is closed at once", async () => {
  const server = await limited({ headersMs: 60_000 });
  for (const first of ["", "P", "PRI * HT"]) {
    const closed = new Promise((resolve) => {
      const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }, () => {
        socket.end(first);
      });
      // Closed by both sides, with nothing said by the server.
      socket.on("data", (bytes) => resolve(bytes.toString()));
      socket
        .on("error", resolve)
        .on("close", () => resolve("closed"))
        .resume();
    });
    expect(await closed).toBe("closed");
  }
});

test("a request whose client ends its side with it is answered", async () => {
  const server = await limited({});
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }, () => {
      socket.end("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    });
    let received = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
    socket.on("error", reject).on("close", () => resolve(received));
  });
  expect(statusLine(answer)).toBe("HTTP/1.1 200 OK");
});

test("a body that stops coming is given up", async () => {
  const failed: unknown[] = [];
  const server = await limited({ bodyIdleMs: 60 }, async ({ body }) => {
    await body.bytes(100).catch((error: unknown) => failed.push(error));
    return text("late");
  });
  await raw(server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12");
  expect(failed).toEqual([new Error("The request body stopped coming.")]);
});

test("a client that leaves in the middle of its body is noticed", async () => {
  let failed: ((error: unknown) => void) | undefined;
  const failure = new Promise<unknown>((resolve) => {
    failed = resolve;
  });
  const server = await limited({}, async ({ body }) => {
    await body.bytes(100).catch((error: unknown) => failed?.(error));
    return text("late");
  });
  const socket = connect(server.port, "127.0.0.1", () => {
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12", () =>
      setTimeout(() => socket.destroy(), 30),
    );
  });
  expect(await failure).toBeInstanceOf(Error);
});

test("bytes that are no HTTP are answered 400 in plain text", async () => {
  const server = await limited({});
  const response = await raw(server, "hello, world\r\n\r\n");
  expect(response).toBe(
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 52\r\n" +
      "Connection: close\r\n\r\nThis is not an HTTP request that can be understood.\n",
  );
});

test("HTTP/1.1 without a Host is refused", async () => {
  const server = await limited({});
  expect(statusLine(await raw(server, "GET / HTTP/1.1\r\n\r\n"))).toBe("HTTP/1.1 400 Bad Request");
});

test("connections beyond the limit are dropped", async () => {
  const server = await limited({ connections: 1 });
  const first = connect(server.port, "127.0.0.1");
  await new Promise((resolve) => first.once("connect", resolve));
  const second = connect(server.port, "127.0.0.1");
  await new Promise((resolve) => second.on("error", () => {}).once("close", resolve));
  first.destroy();
});

test("a stop lets requests in flight end, and accepts nothing new", async () => {
  let answer: (() => void) | undefined;
  let arrived: (() => void) | undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await serving(async () => {
    arrived?.();
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return text("in time");
  });
  const asking = send(server, "/");
  await arrival;
  const stopped = server.stop(5000);
  await expect(send(server, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  answer?.();
  expect((await asking).body).toBe("in time");
  await stopped;
});

test("a stop cuts what does not end", async () => {
  let arrived: (() => void) | undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await serving(() => {
    arrived?.();
    return new Promise(() => {});
  });
  const asking = send(server, "/");
  const cut = expect(asking).rejects.toMatchObject({ code: "ECONNRESET" });
  await arrival;
  await server.stop(50);
  await cut;
});

test("an HTTP/2 connection that asks nothing is closed after its idle time", async () => {
  const server = await limited({ keepAliveMs: 100 });
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  onTestFinished(() => session.destroy());
  const closed = await Promise.race([
    new Promise<string>((resolve) => session.once("close", () => resolve("closed"))),
    new Promise<string>((resolve) => void setTimeout(resolve, 3000, "still open")),
  ]);
  expect(closed).toBe("closed");
});

test("a TLS handshake that stops half-way is closed in time", async () => {
  const directory = await mkdtemp(join(tmpdir(), "snowglobe-tls-"));
  const server = await serving(mirror, {
    limits: { headersMs: 300 },
    certificates: { authorityDirectory: join(directory, "ca"), customFile: undefined, names: [] },
  });
  onTestFinished(async () => {
    await server.stop(0);
    await rm(directory, { recursive: true, force: true });
  });
  const socket = connect(server.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {}).write(Buffer.from("1603010200", "hex"));
  const closed = await Promise.race([
    new Promise<string>((resolve) => socket.once("close", () => resolve("closed"))),
    new Promise<string>((resolve) => void setTimeout(resolve, 4000, "still open")),
  ]);
  expect(closed).toBe("closed");
});

test("a port in use is told in one sentence, with the process that has it", async () => {
  const server = await limited({});
  const { port } = server;
  const name = process.platform === "linux" ? readFileSync("/proc/self/comm", "utf8").trim() : "";
  const by = name === "" ? "" : ` by ${name}, process ${process.pid}`;
  await expect(serving(mirror, { listen: { host: "127.0.0.1", port } })).rejects.toThrow(
    new PortUnavailable(
      `Port ${port} on 127.0.0.1 is already in use${by}. ` +
        "Choose another with --port or SNOWGLOBE_PORT (0 takes any free one).",
    ),
  );
});

test("LocalStack is told by its answer, which comes from a container", async () => {
  const body = JSON.stringify({ services: {}, version: "4.9.0" });
  const other = createServer((_request, response) => void response.end(body));
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", () => listening()));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await portOwner("0.0.0.0", port)).toBe(
    "a server that answers as LocalStack, version 4.9.0",
  );
});

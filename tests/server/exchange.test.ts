import { Agent, request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { mirror, raw, send, serving, text, type Answering } from "./fake-cloud.ts";

async function served(answering: Answering) {
  const server = await serving(answering);
  onTestFinished(() => server.stop(0));
  return server;
}

const bodyOf = (response: string) => response.slice(response.indexOf("\r\n\r\n") + 4);

test("a request that arrives byte by byte is understood", async () => {
  const server = await served(mirror);
  const bytes = "PROPFIND /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const response = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => (received += chunk));
    socket.once("error", reject);
    socket.once("close", () => resolve(received));
    let at = 0;
    const timer = setInterval(() => {
      socket.write(bytes.charAt(at++));
      if (at === bytes.length) clearInterval(timer);
    }, 2);
  });
  expect((JSON.parse(bodyOf(response)) as { method: string }).method).toBe("PROPFIND");
});

test("repeated headers are joined, names are lower-case", async () => {
  const server = await served(mirror);
  const response = await raw(
    server,
    "GET /? HTTP/1.1\r\nHost: localhost\r\nX-Amz-Meta: a\r\nx-amz-META: b\r\nCookie: c=1\r\nCookie: d=2\r\nConnection: close\r\n\r\n",
  );
  expect(JSON.parse(bodyOf(response))).toEqual({
    method: "GET",
    path: "/",
    query: "",
    headers: { host: "localhost", "x-amz-meta": "a, b", cookie: "c=1; d=2", connection: "close" },
    secure: false,
    sourceIp: "127.0.0.1",
    body: "",
  });
});

test("a target that is a whole URL names the host, as proxies send it", async () => {
  const server = await served(mirror);
  const response = await raw(
    server,
    "GET http://photos.localhost/a/b?c HTTP/1.1\r\nHost: other.localhost\r\nConnection: close\r\n\r\n",
  );
  const { path, query, headers } = JSON.parse(bodyOf(response)) as Record<string, unknown>;
  expect({ path, query, headers }).toEqual({
    path: "/a/b",
    query: "c",
    headers: { host: "photos.localhost", connection: "close" },
  });
});

test("OPTIONS * reaches the cloud as it is", async () => {
  const server = await served(mirror);
  const { body } = await send(server, "*", { method: "OPTIONS" });
  expect((JSON.parse(body) as { path: string }).path).toBe("*");
});

test("bodies arrive byte for byte, one after the other on a connection", async () => {
  const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const bodies = [
    "plain",
    "ünï – 雪",
    "",
    everyByte,
    "a".repeat(16_384),
    new Uint8Array(16_385).fill(0xff),
    "é".repeat(10_000),
  ];
  const server = await served(({ path }) => ({
    status: 200,
    headers: {},
    body: bodies[Number(path.slice(1))] ?? "",
  }));
  const gets = bodies.map((_, at) => `GET /${at} HTTP/1.1\r\nHost: localhost\r\n`);
  const asked = `${gets.join("\r\n")}Connection: close\r\n\r\n`;
  const answered = await raw(server, asked);
  const received = answered.split("HTTP/1.1 200 OK\r\n").slice(1).map(bodyOf);
  const sent = bodies.map((body) => Buffer.from(body).toString("latin1"));
  expect(received).toEqual(sent);
});

test.for(["hello", new Uint8Array(5)])(
  "names of files go out beyond ASCII, before %s",
  async (body) => {
    // UTF-8, a character a byte.
    const name = Buffer.from('inline; filename="é—.txt"').toString("latin1");
    const server = await served(() => ({
      status: 200,
      headers: { "content-length": "5", "content-disposition": name },
      body,
    }));
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await send(server, "/", { method });
      expect([status, headers["content-disposition"], headers["content-length"]]).toEqual([
        200,
        name,
        "5",
      ]);
    }
  },
);

test("a HEAD answer has the headers and no body; 204 has no length", async () => {
  const server = await served(({ method }) =>
    method === "HEAD"
      ? { status: 200, headers: { "content-length": "1234" }, body: "" }
      : { status: 204, headers: {}, body: "" },
  );
  const head = await send(server, "/", { method: "HEAD" });
  const gone = await send(server, "/", { method: "DELETE" });
  expect([head.headers["content-length"], head.body]).toEqual(["1234", ""]);
  expect([gone.status, gone.headers["content-length"], gone.body]).toEqual([204, undefined, ""]);
});

test("one connection carries many requests, read or not", async () => {
  const server = await served(async ({ path, body }) => {
    if (path === "/read") await body.bytes(100);
    return text(path);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ports = new Set<number | undefined>();
  const ask = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const asking = request({ port: server.port, path, agent, method: "POST" }, (response) => {
        ports.add(response.socket.localPort);
        response.resume().once("end", resolve);
      });
      asking.once("error", reject);
      asking.end("some body");
    });
  for (const path of ["/read", "/unread", "/read"]) await ask(path);
  expect(ports.size).toBe(1);
});

test("100 Continue is sent when the body is first read", async () => {
  const server = await served(async ({ body }) => text(String((await body.bytes(100)).length)));
  const response = await new Promise<string>((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () =>
      socket.write(
        "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
      ),
    );
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      if (received === "") socket.write("hello");
      received += chunk;
    });
    socket.once("close", () => resolve(received));
  });
  expect(response.split("\r\n")[0]).toBe("HTTP/1.1 100 Continue");
  expect(bodyOf(bodyOf(response))).toBe("5");
});

test("a refused upload is never asked for, and its connection is closed", async () => {
  const server = await served(() => text("no", 403));
  const response = await raw(
    server,
    "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
  );
  expect(response.split("\r\n")[0]).toBe("HTTP/1.1 403 Forbidden");
});

test("a streamed answer arrives whole", async () => {
  const chunk = Buffer.alloc(100_000, "x");
  const server = await served(() => ({
    status: 200,
    headers: {},
    body: (async function* () {
      for (let count = 0; count < 50; count++) yield chunk;
    })(),
  }));
  const { body } = await send(server, "/");
  expect(body.length).toBe(5_000_000);
});

test("a stream waits for its reader, and is let go when the reader leaves", async () => {
  let produced = 0;
  const made = () => produced;
  let released: (() => void) | undefined;
  const release = new Promise<void>((resolve) => {
    released = resolve;
  });
  const server = await served(() => ({
    status: 200,
    headers: {},
    body: (async function* () {
      try {
        for (;;) {
          produced += 1;
          yield Buffer.alloc(1_000_000);
        }
      } finally {
        released?.();
      }
    })(),
  }));
  const socket = connect(server.port, "127.0.0.1", () =>
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  );
  // Nobody reads: what fits into the buffers of the connection is all that is ever made.
  socket.pause();
  let before: number;
  do {
    before = made();
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (before === 0 || made() !== before);
  expect(produced).toBeLessThan(100);
  socket.destroy();
  await release;
});

test("an answer that breaks off is seen as broken", async () => {
  const server = await served(() => ({
    status: 200,
    headers: {},
    body: (async function* () {
      yield Buffer.from("some");
      throw new Error("the disk is gone");
    })(),
  }));
  await expect(send(server, "/")).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("a client that leaves is noticed by who waits for it", async () => {
  let left: (() => void) | undefined;
  const leaving = new Promise<void>((resolve) => {
    left = resolve;
  });
  let waiting: (() => void) | undefined;
  const arrival = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const server = await served(async ({ abandoned }) => {
    waiting?.();
    await new Promise<void>((resolve) => abandoned?.onAbort(resolve));
    if (abandoned?.aborted === true) left?.();
    return text("nobody");
  });
  const socket = connect(server.port, "127.0.0.1", () =>
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  );
  await arrival;
  socket.destroy();
  await leaving;
});

test("a client that has its answer was not abandoned", async () => {
  let calls = 0;
  const server = await served(({ abandoned }) => {
    abandoned?.onAbort(() => (calls += 1));
    return text("here");
  });
  await send(server, "/");
  expect(calls).toBe(0);
});

test("headers that cannot be written become a plain 500", async () => {
  const server = await served(() => ({ status: 200, headers: { "x-a": "a\nb" }, body: "" }));
  expect((await send(server, "/")).status).toBe(500);
});

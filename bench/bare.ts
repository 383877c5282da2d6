/**
 * The practical limit: a `node:http` server that reads the request and answers a fixed body. Run as
 * a process of its own.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";

const body = Buffer.alloc(Number(process.argv[2] ?? 200), "x");

const server = http.createServer((request, response) => {
  request.on("data", () => undefined);
  request.on("end", () => {
    response.writeHead(200, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": body.length,
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

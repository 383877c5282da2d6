/** One node of a cloud on PostgreSQL, as a program: `node.ts <url>`. */
import { openCloud } from "../../src/cloud.ts";
import { startServer } from "../../src/server/server.ts";

const [url = ""] = process.argv.slice(2);
const cloud = await openCloud({
  state: { kind: "postgres", url },
  accountId: "000000000000",
  region: "us-east-1",
  strict: false,
  iam: "enforce",
  anyRegion: false,
  signatures: true,
  clock: "flowing",
});
const server = await startServer({ cloud, listen: { host: "127.0.0.1", port: 0 } });
process.once("SIGTERM", () => {
  void server
    .stop()
    .then(() => cloud.close())
    .then(() => process.exit(0));
});
console.log(`${server.url}\nReady.`);

import { spawn } from "node:child_process";
import { mkdtemp, rm, symlink, copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { buildTo } from "../../tools/build.ts";
import { send } from "../server/fake-cloud.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("what is built starts from another place, answers, and stops", async () => {
  const directory = await mkdtemp(join(tmpdir(), "snowglobe-build-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await buildTo(join(directory, "dist"));
  await symlink(join(root, "models"), join(directory, "models"));
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  await copyFile(join(root, "package.json"), join(directory, "package.json"));

  const server = spawn(
    process.execPath,
    [join(directory, "dist/main.js"), "start", "--port", "0", "--host", "127.0.0.1"],
    { cwd: directory, env: { PATH: process.env["PATH"] }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let err = "";
  server.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
  const ended = new Promise<number | null>((resolve) => server.once("close", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    let out = "";
    server.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk;
      const found = /127\.0\.0\.1:(\d+)/.exec(out);
      if (out.includes("Ready.") && found?.[1] !== undefined) resolve(Number(found[1]));
    });
    void ended.then(() => reject(new Error(`It ended: ${err}`)));
  });
  const { status, body } = await send({ port }, "/_snowglobe/health");
  const certified = await new Promise<boolean>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(
        socket.getPeerCertificate().subjectaltname?.includes("IP Address:127.0.0.1") === true,
      );
      socket.destroy();
    });
  });
  server.kill("SIGTERM");
  const { ready } = JSON.parse(body) as { ready: boolean };
  expect({ status, ready, certified, code: await ended, err }).toEqual({
    status: 200,
    ready: true,
    certified: true,
    code: 0,
    err: "",
  });
});

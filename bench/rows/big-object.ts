/**
 * A 5 GB object in and out, checksums included, against a plain stream copy of the same size on the
 * same disk.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Writable } from "node:stream";
import type { Target } from "../load.ts";
import { once } from "../load.ts";
import { inTemporaryDirectory, residentMb, startSnowglobe } from "../processes.ts";
import { print } from "../report.ts";
import { s3 } from "../requests.ts";

const OBJECT_BYTES = Number(process.env["BENCH_OBJECT_BYTES"] ?? 5_000_000_000);
const CHUNK_BYTES = 1024 * 1024;
const SETTLE_MS = 1000;
const MD5_STEPS = 500;
const MEMORY_MB_MAX = 64;
const SPEED_SHARE_MIN = 60;

export async function bigObject(): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const source = join(directory, "source");
    await makeFile(source);
    const copySeconds = await timed(() =>
      pipeline(
        createReadStream(source, { highWaterMark: CHUNK_BYTES }),
        createWriteStream(join(directory, "copy"), { highWaterMark: CHUNK_BYTES }),
      ),
    );
    const server = await startSnowglobe(join(directory, "state"));
    await once(server.target, s3(server.target, "PUT", "/bench"));
    // A first start makes its certificate authority in the background: that is not the object's.
    await delay(SETTLE_MS);
    const idleMb = residentMb(server.pid);
    let peakMb = idleMb;
    const watch = setInterval(() => {
      peakMb = Math.max(peakMb, residentMb(server.pid));
    }, 50);
    const putSeconds = await timed(() => put(server.target, source));
    const getSeconds = await timed(() => get(server.target));
    clearInterval(watch);
    await server.stop();
    const copyMbs = OBJECT_BYTES / 1e6 / copySeconds;
    const copy = `plain stream copy ${copyMbs.toFixed(0)} MB/s`;
    for (const [what, seconds, beside] of [
      ["S3 put of 5 GB", putSeconds, `${copy}, MD5 alone ${md5Mbs().toFixed(0)} MB/s`],
      ["S3 get of 5 GB", getSeconds, copy],
    ] as const) {
      const mbs = OBJECT_BYTES / 1e6 / seconds;
      print({
        what,
        measured: (100 * mbs) / copyMbs,
        unit: "% of copy",
        limit: SPEED_SHARE_MIN,
        wanted: "at least",
        beside: `${mbs.toFixed(0)} MB/s, ${beside}`,
      });
    }
    print({
      what: "memory growth during both",
      measured: peakMb - idleMb,
      unit: "MB",
      limit: MEMORY_MB_MAX,
      wanted: "at most",
      beside: `idle ${idleMb.toFixed(0)} MB`,
    });
  });
}

async function makeFile(path: string): Promise<void> {
  const file = await open(path, "w");
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let at = 0; at < chunk.length; at++) chunk[at] = (at * 31) & 0xff;
  for (let left = OBJECT_BYTES; left > 0; left -= CHUNK_BYTES) {
    await file.write(chunk, 0, Math.min(left, CHUNK_BYTES));
  }
  await file.close();
}

/** No ETag comes quicker than this, whatever the disk. */
function md5Mbs(): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const md5 = createHash("md5");
  const startedMs = performance.now();
  for (let step = 0; step < MD5_STEPS; step++) md5.update(chunk);
  return (MD5_STEPS * CHUNK_BYTES) / 1000 / (performance.now() - startedMs);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

/**
 * Presigned-free: an unsigned payload, as the CLI sends over TLS; the server computes the checksums
 * itself.
 */
function put(target: Target, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        ...target,
        method: "PUT",
        path: "/bench/big",
        headers: { ...headersOf(target, "PUT"), "content-length": OBJECT_BYTES },
      },
      (response) => {
        response.resume();
        if (response.statusCode === 200) response.on("end", resolve);
        else reject(new Error(`PUT answered ${response.statusCode}`));
      },
    );
    pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), request).catch(reject);
  });
}

function get(target: Target): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get({ ...target, path: "/bench/big", headers: headersOf(target, "GET") }, (response) => {
        const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
        pipeline(response, sink).then(resolve, reject);
      })
      .on("error", reject);
  });
}

/** The headers of a signed request, read back from its bytes. */
function headersOf(target: Target, method: string): Record<string, string> {
  const bytes = s3(target, method, "/bench/big", undefined, "UNSIGNED-PAYLOAD");
  const lines = bytes.toString("latin1").split("\r\n").slice(1);
  const headers: Record<string, string> = {};
  for (const line of lines.filter((text) => text.includes(": "))) {
    const [name = "", value = ""] = line.split(": ", 2);
    if (name !== "content-length") headers[name] = line.slice(name.length + 2) || value;
  }
  return headers;
}

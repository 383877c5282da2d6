/**
 * What `npm install snowglobe` puts on a disk: the packed files, and the packages that it needs at
 * run time.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { print } from "../report.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const LIMIT_MB = 80;

export function packageSize(): void {
  const place = mkdtempSync(join(tmpdir(), "snowglobe-package-"));
  try {
    const printed = execFileSync("npm", ["pack", "--silent", "--pack-destination", place], {
      cwd: ROOT,
      encoding: "utf8",
    });
    // The build says something first.
    const packed = printed.trim().split("\n").at(-1) ?? "";
    execFileSync("npm", [
      "install",
      "--silent",
      "--no-audit",
      "--prefix",
      place,
      join(place, packed),
    ]);
    const kilobytes = execFileSync("du", ["-sk", join(place, "node_modules")], {
      encoding: "utf8",
    });
    print({
      what: "installed for use",
      measured: (Number.parseInt(kilobytes, 10) * 1024) / 1e6,
      unit: "MB",
      limit: LIMIT_MB,
      wanted: "at most",
      beside: "without development dependencies",
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

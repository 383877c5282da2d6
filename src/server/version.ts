/** The version of this program. Beside package.json in the tree, one level above it in a build. */
import { readFileSync } from "node:fs";

let known: string | undefined;

export function version(): string {
  known ??= read(["../package.json", "../../package.json"]);
  return known;
}

function read(places: readonly string[]): string {
  for (const place of places) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), "utf8");
      const found: unknown = JSON.parse(text);
      if (typeof found === "object" && found !== null && "name" in found && "version" in found) {
        if (found.name === "snowglobe" && typeof found.version === "string") return found.version;
      }
    } catch {
      // Not there: the next place.
    }
  }
  return "unknown";
}

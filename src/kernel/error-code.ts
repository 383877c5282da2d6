/**
 * The code of an error of the system ("ENOENT"), undefined where it has none. Told by what it has
 * and not by its class: in the worlds that some test runners make, node's errors are not theirs.
 */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

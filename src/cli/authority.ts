/** The certificate authority, for commands after which somebody reads its file. */
import { existsSync } from "node:fs";
import { authorityDirectory, authorityPath } from "../server/files.ts";

/** The server makes it, too, a moment after it is ready: whoever is first, both have the same. */
export async function makeAuthority(directory: string): Promise<void> {
  if (existsSync(authorityPath(directory)) || !existsSync(directory)) return;
  const { openAuthority } = await import("../server/tls/authority.ts");
  await openAuthority(authorityDirectory(directory));
}

/**
 * Which certificate a TLS client gets: the user's own, or one issued on demand for the name that it
 * asked for.
 */
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContext } from "node:tls";
import { openAuthority, type Authority, type IssuedCertificate } from "./authority.ts";

export interface CertificateSource {
  /** `name`: what the client asked for. */
  contextFor(name: string): Promise<SecureContext>;
  /** For clients that name nobody. */
  defaults(): Promise<IssuedCertificate>;
}

/** For clients that name nobody, and for the names everybody uses. */
const DEFAULT_NAMES = [
  "localhost",
  "*.localhost",
  "localhost.localstack.cloud",
  "*.localhost.localstack.cloud",
  "host.docker.internal",
  "127.0.0.1",
  "::1",
];

const CACHED_MAX = 500;

export interface CertificateOptions {
  readonly authorityDirectory: string;
  /** A PEM file with a certificate chain and its key, to use instead of ours. */
  readonly customFile: string | undefined;
  /** Addresses and names that this server is reached by, besides the usual ones. */
  readonly names: readonly string[];
}

export async function openCertificates(options: CertificateOptions): Promise<CertificateSource> {
  if (options.customFile !== undefined) {
    const pem = await readFile(options.customFile, "utf8");
    const context = createSecureContext({ cert: pem, key: pem });
    return {
      contextFor: () => Promise.resolve(context),
      defaults: () => Promise.resolve({ cert: pem, key: pem }),
    };
  }
  const authority = await openAuthority(options.authorityDirectory);
  const usual = [...new Set([...DEFAULT_NAMES, ...options.names])];
  const cached = new Map<string, Promise<SecureContext>>();
  return {
    defaults: () => authority.issue(usual),
    contextFor(name) {
      // A flood of names must not fill the memory.
      if (cached.size >= CACHED_MAX) cached.clear();
      let context = cached.get(name);
      if (context === undefined) {
        context = issueContext(authority, usual.includes(name) ? usual : [name]);
        cached.set(name, context);
      }
      return context;
    },
  };
}

async function issueContext(
  authority: Authority,
  names: readonly string[],
): Promise<SecureContext> {
  return createSecureContext(await authority.issue(names));
}

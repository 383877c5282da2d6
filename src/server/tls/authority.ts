/**
 * A certificate authority of the machine's own, made once and kept under the state directory: HTTPS
 * without a download and without a key that the whole world knows. Loaded where it has to be made,
 * after the start, or else with the first TLS client.
 */
import { webcrypto } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { flowingClock } from "../../kernel/clock.ts";
import { Draws, secureChance } from "../../kernel/ids.ts";
import "./reflect-metadata.ts";
import type { X509Certificate } from "@peculiar/x509";

type X509 = typeof import("@peculiar/x509");

export interface Authority {
  readonly certificatePem: string;
  /** A certificate for these names and addresses, with its private key. */
  issue(names: readonly string[]): Promise<IssuedCertificate>;
}

export interface IssuedCertificate {
  readonly key: string;
  /** The leaf, then the authority's. */
  readonly cert: string;
}

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
/** Clients refuse longer ones. */
const LEAF_DAYS = 397;
const OWNER_ONLY = 0o600;

export const authorityFile = (directory: string): string => join(directory, "ca.pem");
const keyFile = (directory: string) => join(directory, "ca-key.pem");

/** Reads the authority of this directory, or makes it. */
export async function openAuthority(directory: string): Promise<Authority> {
  const x509 = await loadX509();
  const stored = (await readStored(directory)) ?? (await make(x509, directory));
  const certificate = new x509.X509Certificate(stored.certificatePem);
  const key = await importKey(x509, stored.keyPem);
  return {
    certificatePem: stored.certificatePem,
    issue: (names) => issue(x509, certificate, key, names),
  };
}

async function loadX509(): Promise<X509> {
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(webcrypto);
  return x509;
}

interface Stored {
  readonly certificatePem: string;
  readonly keyPem: string;
}

async function readStored(directory: string): Promise<Stored | undefined> {
  try {
    const [certificatePem, keyPem] = await Promise.all([
      readFile(authorityFile(directory), "utf8"),
      readFile(keyFile(directory), "utf8"),
    ]);
    return { certificatePem, keyPem };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Made aside and renamed whole: of two that start at once, one wins and both use it. */
async function make(x509: X509, directory: string): Promise<Stored> {
  const made = await selfSigned(x509);
  const aside = `${directory}.${randomHex(12)}`;
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await writeFile(authorityFile(aside), made.certificatePem, { mode: 0o644 });
  await writeFile(keyFile(aside), made.keyPem, { mode: OWNER_ONLY });
  try {
    await rename(aside, directory);
    return made;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    const other = await readStored(directory);
    if (other === undefined) throw error;
    return other;
  }
}

async function selfSigned(x509: X509): Promise<Stored> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Snowglobe local authority ${randomHex(6)}, O=Snowglobe`,
    ...validity(AUTHORITY_DAYS),
    keys,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    keyPem: await exportKey(x509, keys.privateKey),
  };
}

async function issue(
  x509: X509,
  authority: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  names: readonly string[],
): Promise<IssuedCertificate> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: "CN=Snowglobe",
    issuer: authority.subject,
    ...validity(LEAF_DAYS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  return {
    key: await exportKey(x509, keys.privateKey),
    cert: `${leaf.toString("pem")}\n${authority.toString("pem")}\n`,
  };
}

const randomHex = (length: number) => new Draws(secureChance()).hex(length);

const serialNumber = () => `00${randomHex(32)}`;

/** From yesterday on: clocks of virtual machines and containers lag. */
function validity(days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const today = flowingClock().wall();
  return { notBefore: new Date(today - DAY_MS), notAfter: new Date(today + days * DAY_MS) };
}

async function exportKey(x509: X509, key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey("pkcs8", key);
  return `${x509.PemConverter.encode(bytes, "PRIVATE KEY")}\n`;
}

function importKey(x509: X509, pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = x509.PemConverter.decodeFirst(pem);
  return webcrypto.subtle.importKey("pkcs8", bytes, EC, false, ["sign"]);
}

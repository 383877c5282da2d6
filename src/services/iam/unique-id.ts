/**
 * Unique ids and access key ids. As on AWS, the first ten bytes behind the prefix are base 32: a
 * set bit, the account number in forty bits, and chance. So every key tells whose it is, without a
 * look-up.
 *
 * In our keys twelve bits of the chance are a check on the rest. So we know a key that a Snowglobe
 * gave out, also when its row is long gone: it must never pass for a stranger's, whom an open
 * cloud takes for the root user.
 */
import { createHash } from "node:crypto";
import type { Ids } from "../../kernel/ids.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const CODED_CHARACTERS = 16;
const CODED_BITS = 80n;
const BELOW_ACCOUNT_BITS = 39n;
const CHECK_BITS = 12n;
const ACCOUNT_MAX = 999_999_999_999n;

export type IdPrefix =
  | "AIDA"
  | "AROA"
  | "AGPA"
  | "ANPA"
  | "AIPA"
  /** Public keys, certificates, credentials for one service. */
  | "APKA"
  | "ASCA"
  | "ACCA";

/** "AIDA" and 17 characters. */
export function uniqueId(prefix: IdPrefix, accountId: string, ids: Ids): string {
  return prefix + toText(accountId, chance(BELOW_ACCOUNT_BITS, ids)) + ids.text(ALPHABET, 1);
}

/** "AKIA" or "ASIA", and 16 characters. */
export function accessKeyId(prefix: "AKIA" | "ASIA", accountId: string, ids: Ids): string {
  const drawn = chance(BELOW_ACCOUNT_BITS - CHECK_BITS, ids);
  return prefix + toText(accountId, (drawn << CHECK_BITS) | checkOf(accountId, drawn));
}

/** The account that a key id or unique id names; undefined when it names none. */
export function accountOf(id: string): string | undefined {
  const bits = bitsOf(id);
  const account = bits === undefined ? ACCOUNT_MAX + 1n : (bits >> BELOW_ACCOUNT_BITS) & mask(40n);
  return account > ACCOUNT_MAX ? undefined : String(account).padStart(12, "0");
}

/**
 * Whether a Snowglobe gave out this key id, be it this one or another: a stranger's looks so once
 * in 4096 times.
 */
export function isOurs(id: string): boolean {
  const bits = /^A[KS]IA.{16}$/.test(id) ? bitsOf(id) : undefined;
  const accountId = accountOf(id);
  if (bits === undefined || accountId === undefined) return false;
  const drawn = (bits & mask(BELOW_ACCOUNT_BITS)) >> CHECK_BITS;
  return (bits & mask(CHECK_BITS)) === checkOf(accountId, drawn);
}

function toText(accountId: string, below: bigint): string {
  let bits = (((1n << 40n) | BigInt(accountId)) << BELOW_ACCOUNT_BITS) | below;
  let text = "";
  for (let at = 0; at < CODED_CHARACTERS; at++) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}

function chance(bits: bigint, ids: Ids): bigint {
  let drawn = 0n;
  for (const byte of ids.bytes(5)) drawn = (drawn << 8n) | BigInt(byte);
  return drawn & mask(bits);
}

/** The coded part, when its first bit is set: older keys of AWS have another form. */
function bitsOf(id: string): bigint | undefined {
  const text = id.slice(4, 4 + CODED_CHARACTERS);
  if (text.length < CODED_CHARACTERS || !/^[A-Z2-7]+$/.test(text)) return undefined;
  let bits = 0n;
  for (const letter of text) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(letter));
  return bits >> (CODED_BITS - 1n) === 1n ? bits : undefined;
}

function checkOf(accountId: string, drawn: bigint): bigint {
  const digest = createHash("sha256").update(`snowglobe ${accountId} ${drawn}`).digest();
  return BigInt(digest.readUInt16BE(0)) & mask(CHECK_BITS);
}

const mask = (bits: bigint) => (1n << bits) - 1n;

const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export const secretKey = (ids: Ids): string => ids.text(SECRET_ALPHABET, 40);

const TOKEN_BYTES = 300;

/** Opaque, and as long as AWS's are. */
export function sessionToken(ids: Ids): string {
  return `IQoJb3JpZ2luX2Vj${Buffer.from(ids.bytes(TOKEN_BYTES)).toString("base64")}`;
}

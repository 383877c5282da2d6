/**
 * Ed25519ph (RFC 8032): Ed25519 over a SHA-512 digest that the caller has made. OpenSSL 3.0 has
 * Ed25519 over messages only, so the curve stands here.
 */
import { createHash, timingSafeEqual } from "node:crypto";

const PRIME = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** "dom2" of the RFC, with its flag for digests and without a context. */
const DOMAIN = Buffer.concat([
  Buffer.from("SigEd25519 no Ed25519 collisions"),
  Buffer.from([1, 0]),
]);
const BYTES = 32;

/** `seed`: the 32 bytes of the private key. */
export function signPrehashed(digest: Uint8Array, seed: Uint8Array): Uint8Array {
  const expanded = createHash("sha512").update(seed).digest();
  const scalar = toScalar(expanded.subarray(0, BYTES));
  const publicKey = encode(times(scalar, BASE));
  const nonce = hashed(expanded.subarray(BYTES), digest);
  const commitment = encode(times(nonce, BASE));
  const challenge = hashed(commitment, publicKey, digest);
  return Buffer.concat([commitment, toBytes((nonce + challenge * scalar) % ORDER)]);
}

export function verifyPrehashed(
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  const point = decode(publicKey);
  if (point === undefined || signature.length !== 2 * BYTES) return false;
  const commitment = signature.subarray(0, BYTES);
  const response = toNumber(signature.subarray(BYTES));
  if (response >= ORDER) return false;
  const challenge = hashed(commitment, publicKey, digest);
  const expected = add(times(response, BASE), times(ORDER - challenge, point));
  return timingSafeEqual(encode(expected), commitment);
}

/** The lowest bits and the highest are what the curve wants. */
function toScalar(half: Uint8Array): bigint {
  const bytes = Uint8Array.from(half);
  bytes[0] = (bytes[0] ?? 0) & 248;
  bytes[31] = ((bytes[31] ?? 0) & 127) | 64;
  return toNumber(bytes);
}

function hashed(...parts: readonly Uint8Array[]): bigint {
  const hash = createHash("sha512").update(DOMAIN);
  for (const part of parts) hash.update(part);
  return toNumber(hash.digest()) % ORDER;
}

/** Little-endian. */
const toNumber = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(Uint8Array.from(bytes).toReversed()).toString("hex")}`);

const toBytes = (number: bigint): Buffer =>
  Buffer.from(
    Uint8Array.from(Buffer.from(number.toString(16).padStart(2 * BYTES, "0"), "hex")).toReversed(),
  );

/** Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const modulo = (number: bigint): bigint => ((number % PRIME) + PRIME) % PRIME;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = modulo(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

const inverse = (number: bigint) => power(number, PRIME - 2n);
/** -121665 / 121666. */
const CURVE_D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
const ROOT_OF_MINUS_ONE = 0x2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0n;
const NEUTRAL: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE = affine(
  0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
  0x6666666666666666666666666666666666666666666666666666666666666658n,
);

function affine(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, t: modulo(x * y) };
}

function add(one: Point, other: Point): Point {
  const a = (one.y - one.x) * (other.y - other.x);
  const b = (one.y + one.x) * (other.y + other.x);
  const c = modulo(2n * one.t * other.t) * CURVE_D;
  const d = 2n * one.z * other.z;
  const [e, f, g, h] = [modulo(b - a), modulo(d - c), modulo(d + c), modulo(b + a)];
  return { x: modulo(e * f), y: modulo(g * h), z: modulo(f * g), t: modulo(e * h) };
}

function times(scalar: bigint, point: Point): Point {
  let result = NEUTRAL;
  let doubled = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

function encode({ x, y, z }: Point): Buffer {
  const unit = inverse(z);
  const sign = modulo(x * unit) & 1n;
  return toBytes(modulo(y * unit) | (sign << 255n));
}

/** Undefined: no point of the curve. */
function decode(bytes: Uint8Array): Point | undefined {
  const number = toNumber(bytes);
  const sign = number >> 255n;
  const y = number & (2n ** 255n - 1n);
  if (bytes.length !== BYTES || y >= PRIME) return undefined;
  const squareX = modulo((y * y - 1n) * inverse(CURVE_D * y * y + 1n));
  let x = power(squareX, (PRIME + 3n) / 8n);
  if (modulo(x * x - squareX) !== 0n) x = (x * ROOT_OF_MINUS_ONE) % PRIME;
  if (modulo(x * x - squareX) !== 0n || (x === 0n && sign === 1n)) return undefined;
  if ((x & 1n) !== sign) x = PRIME - x;
  return affine(x, y);
}

/**
 * ECDSA over a digest that the caller has made. Node signs messages and hashes them itself, so the
 * two equations stand here; the multiplications of points are OpenSSL's. Signatures are DER, as KMS
 * writes them.
 */
import { createECDH, type KeyObject } from "node:crypto";

interface Curve {
  readonly name: string;
  readonly bytes: number;
  /** Of the field. */
  readonly prime: bigint;
  /** Of the group: its order. */
  readonly order: bigint;
}

const CURVES: Readonly<Record<string, Curve>> = {
  "P-256": {
    name: "prime256v1",
    bytes: 32,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  "P-384": {
    name: "secp384r1",
    bytes: 48,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    order: 2n ** 384n - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68dn,
  },
  "P-521": {
    name: "secp521r1",
    bytes: 66,
    prime: 2n ** 521n - 1n,
    order: 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n,
  },
  secp256k1: {
    name: "secp256k1",
    bytes: 32,
    prime: 2n ** 256n - 2n ** 32n - 977n,
    order: 2n ** 256n - 0x14551231950b75fc4402da1732fc9bebfn,
  },
};

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** `chance` gives fresh random bytes: whoever could guess them could compute the key. */
export function signDigest(
  digest: Uint8Array,
  key: KeyObject,
  chance: (count: number) => Uint8Array,
): Uint8Array {
  const { curve, secret } = readKey(key);
  const { order } = curve;
  for (;;) {
    // 8 bytes more than the order has: what the remainder prefers is then beyond noticing.
    const nonce = (toNumber(chance(curve.bytes + 8)) % (order - 1n)) + 1n;
    const r = timesBase(nonce, curve).x % order;
    const s = modulo(inverse(nonce, order) * (toNumber(digest) + r * secret), order);
    if (r !== 0n && s !== 0n) return toDer(r, s);
  }
}

export function verifyDigest(digest: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  const { curve, point } = readKey(key);
  const { order, prime } = curve;
  const [r, s] = fromDer(signature) ?? [0n, 0n];
  if (r < 1n || s < 1n || r >= order || s >= order) return false;
  // digest/s · G + r/s · Q, written as r/s · (Q + digest/r · G): one addition is ours, the rest is
  // OpenSSL's.
  const share = modulo(toNumber(digest) * inverse(r, order), order);
  const sum = share === 0n ? point : add(point, timesBase(share, curve), prime);
  if (sum === undefined) return false;
  const ecdh = createECDH(curve.name);
  ecdh.setPrivateKey(toBytes(modulo(r * inverse(s, order), order), curve.bytes));
  return toNumber(ecdh.computeSecret(encodePoint(sum, curve))) % order === r;
}

function readKey(key: KeyObject): { curve: Curve; point: Point; secret: bigint } {
  const { crv = "", x = "", y = "", d = "" } = key.export({ format: "jwk" });
  const curve = CURVES[crv];
  if (curve === undefined) throw new Error(`${crv} is no curve of ECDSA here`);
  const number = (text: string) => toNumber(Buffer.from(text, "base64url"));
  return { curve, point: { x: number(x), y: number(y) }, secret: number(d) };
}

function timesBase(factor: bigint, { name, bytes }: Curve): Point {
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(toBytes(factor, bytes));
  const point = ecdh.getPublicKey(); // 04 x y
  return {
    x: toNumber(point.subarray(1, 1 + bytes)),
    y: toNumber(point.subarray(1 + bytes)),
  };
}

/**
 * Undefined: the point at infinity. The same point twice is out of anybody's reach, and is refused
 * like it.
 */
function add(one: Point, other: Point, prime: bigint): Point | undefined {
  if (one.x === other.x) return undefined;
  const slope = modulo((other.y - one.y) * inverse(modulo(other.x - one.x, prime), prime), prime);
  const x = modulo(slope * slope - one.x - other.x, prime);
  return { x, y: modulo(slope * (one.x - x) - one.y, prime) };
}

const encodePoint = ({ x, y }: Point, { bytes }: Curve): Buffer =>
  Buffer.concat([Buffer.from([4]), toBytes(x, bytes), toBytes(y, bytes)]);

const modulo = (number: bigint, by: bigint): bigint => ((number % by) + by) % by;

/** Euclid's, extended. */
function inverse(number: bigint, by: bigint): bigint {
  let [left, right] = [by, number];
  let [before, now] = [0n, 1n];
  while (right !== 0n) {
    const times = left / right;
    [left, right] = [right, left - times * right];
    [before, now] = [now, before - times * now];
  }
  return modulo(before, by);
}

const toNumber = (bytes: Uint8Array): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

const toBytes = (number: bigint, count: number): Buffer =>
  Buffer.from(number.toString(16).padStart(count * 2, "0"), "hex");

function toDer(r: bigint, s: bigint): Uint8Array {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  const length = body.length < 128 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

/** The highest bit is the sign: where it is set, a zero goes before. */
function derInteger(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  const signed = (bytes[0] ?? 0) >= 128 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([2, signed.length]), signed]);
}

/** Only what `toDer` would have written: a signature has one spelling. */
function fromDer(signature: Uint8Array): readonly [bigint, bigint] | undefined {
  const bytes = Buffer.from(signature);
  const first = bytes[1] === 0x81 ? 3 : 2;
  const rLength = bytes[first + 1] ?? 0;
  const second = first + 2 + rLength;
  const r = toNumber(bytes.subarray(first + 2, second));
  const s = toNumber(bytes.subarray(second + 2));
  return bytes.equals(toDer(r, s)) ? [r, s] : undefined;
}

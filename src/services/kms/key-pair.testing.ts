import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

const privateKeyEncoding = { format: "pem", type: "pkcs8" } as const;
const publicKeyEncoding = { format: "pem", type: "spki" } as const;

/**
 * Read from bytes, as the service's keys are: a key that comes from the generator itself shares a lock
 * with it, and Node 20 stands still for ever where the generator is collected during an export.
 */
const read = (pair: { privateKey: string; publicKey: string }) => ({
  privateKey: createPrivateKey(pair.privateKey),
  publicKey: createPublicKey(pair.publicKey),
});

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const ecKeyPair = (namedCurve: string): KeyPair =>
  read(generateKeyPairSync("ec", { namedCurve, privateKeyEncoding, publicKeyEncoding }));

export const rsaKeyPair = (modulusLength: number): KeyPair =>
  read(generateKeyPairSync("rsa", { modulusLength, privateKeyEncoding, publicKeyEncoding }));

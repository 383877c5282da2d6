/** What keys are made of: versions of secret bytes or of key pairs. */
import { generateKeyPair, hash } from "node:crypto";
import type { KeySpec } from "@aws-sdk/client-kms";
import type { Kms } from "./api.ts";
import { KMSInvalidStateException } from "./errors.ts";
import type { Found } from "./key-reference.ts";
import { factsOf } from "./key-spec.ts";
import type { Key, Material } from "./state.ts";

export interface FreshMaterial {
  readonly secret: Uint8Array;
  readonly publicKey?: Uint8Array;
}

const DER = {
  publicKeyEncoding: { type: "spki", format: "der" },
  privateKeyEncoding: { type: "pkcs8", format: "der" },
} as const;

/** Symmetric and HMAC material comes from the ids, so that a test's run can be repeated. */
export function freshSecret(spec: KeySpec, kms: Pick<Kms, "ids">): FreshMaterial {
  const facts = factsOf(spec);
  if (!("bytes" in facts)) throw new Error(`${spec} is a key pair's`);
  return { secret: Uint8Array.from(kms.ids.bytes(facts.bytes)) };
}

/**
 * A key pair. It takes long (RSA: up to seconds), so it happens outside any transaction; its chance
 * is OpenSSL's own: key pairs differ from run to run, whatever the seed.
 */
export async function freshPair(spec: KeySpec): Promise<Required<FreshMaterial>> {
  const pair = await pairOf(spec);
  return { secret: Uint8Array.from(pair.privateKey), publicKey: Uint8Array.from(pair.publicKey) };
}

function pairOf(spec: KeySpec): Promise<{ publicKey: Buffer; privateKey: Buffer }> {
  const facts = factsOf(spec);
  switch (facts.kind) {
    case "rsa":
      return new Promise((resolve, reject) => {
        generateKeyPair("rsa", { modulusLength: facts.bits, ...DER }, settle(resolve, reject));
      });
    case "ec":
      return new Promise((resolve, reject) => {
        generateKeyPair("ec", { namedCurve: facts.curve, ...DER }, settle(resolve, reject));
      });
    case "ed25519":
      return new Promise((resolve, reject) => {
        generateKeyPair("ed25519", DER, settle(resolve, reject));
      });
    default:
      throw new Error(`${spec} is no key pair's`);
  }
}

const settle =
  (
    resolve: (pair: { publicKey: Buffer; privateKey: Buffer }) => void,
    reject: (why: Error) => void,
  ) =>
  (error: Error | null, publicKey: Buffer, privateKey: Buffer): void => {
    if (error === null) resolve({ publicKey, privateKey });
    else reject(error);
  };

/**
 * 64 hex digits, always the same for the same bytes of the same key: AWS recognises material that
 * comes back.
 */
export const materialIdOf = (keyId: string, secret: Uint8Array): string =>
  hash("sha256", Buffer.concat([Buffer.from(keyId), secret]));

/**
 * Adds a version. The caller says which state it is in; `key.materialId` is the caller's business,
 * too.
 */
export function addMaterial(
  keyId: string,
  fresh: FreshMaterial,
  more: Pick<Material, "state"> & Partial<Material>,
  owner: Kms,
): Material {
  const [newest] = owner.materials.range("bySequence", [keyId], { reverse: true, limit: 1 });
  return owner.materials.insert({
    keyId,
    id: materialIdOf(keyId, fresh.secret),
    sequence: (newest?.sequence ?? 0) + 1,
    ...fresh,
    ...more,
  });
}

export const materialsOf = (key: Key, owner: Kms): Material[] =>
  owner.materials.range("bySequence", [key.id]);

/** The secret that works now. */
export function currentSecret({ key, owner, arn }: Found): Material & { secret: Uint8Array } {
  const { materialId } = key;
  const material = materialId === undefined ? undefined : owner.materials.get(key.id, materialId);
  if (material?.secret === undefined) throw KMSInvalidStateException(`${arn} is pending import.`);
  return { ...material, secret: material.secret };
}

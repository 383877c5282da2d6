/** What each key spec can do. */
import type {
  CustomerMasterKeySpec,
  EncryptionAlgorithmSpec,
  KeySpec,
  KeyUsageType,
  MacAlgorithmSpec,
  SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";
import { NotImplementedBySnowglobe, ValidationException } from "./errors.ts";

export type SpecFacts =
  | { readonly kind: "symmetric"; readonly bytes: number; readonly usages: readonly KeyUsageType[] }
  | {
      readonly kind: "hmac";
      readonly bytes: number;
      readonly algorithm: MacAlgorithmSpec;
      readonly usages: readonly KeyUsageType[];
    }
  | { readonly kind: "rsa"; readonly bits: number; readonly usages: readonly KeyUsageType[] }
  | {
      readonly kind: "ec";
      /** OpenSSL's name. */
      readonly curve: "prime256v1" | "secp384r1" | "secp521r1" | "secp256k1";
      readonly signing: readonly SigningAlgorithmSpec[];
      readonly usages: readonly KeyUsageType[];
    }
  | {
      readonly kind: "ed25519";
      readonly signing: readonly SigningAlgorithmSpec[];
      readonly usages: readonly KeyUsageType[];
    };

const MAC: readonly KeyUsageType[] = ["GENERATE_VERIFY_MAC"];
const RSA: readonly KeyUsageType[] = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"];
const EC: readonly KeyUsageType[] = ["SIGN_VERIFY", "KEY_AGREEMENT"];
const SIGN: readonly KeyUsageType[] = ["SIGN_VERIFY"];

const SPECS: { readonly [Spec in KeySpec]?: SpecFacts } = {
  SYMMETRIC_DEFAULT: { kind: "symmetric", bytes: 32, usages: ["ENCRYPT_DECRYPT"] },
  HMAC_224: { kind: "hmac", bytes: 28, algorithm: "HMAC_SHA_224", usages: MAC },
  HMAC_256: { kind: "hmac", bytes: 32, algorithm: "HMAC_SHA_256", usages: MAC },
  HMAC_384: { kind: "hmac", bytes: 48, algorithm: "HMAC_SHA_384", usages: MAC },
  HMAC_512: { kind: "hmac", bytes: 64, algorithm: "HMAC_SHA_512", usages: MAC },
  RSA_2048: { kind: "rsa", bits: 2048, usages: RSA },
  RSA_3072: { kind: "rsa", bits: 3072, usages: RSA },
  RSA_4096: { kind: "rsa", bits: 4096, usages: RSA },
  ECC_NIST_P256: { kind: "ec", curve: "prime256v1", signing: ["ECDSA_SHA_256"], usages: EC },
  ECC_NIST_P384: { kind: "ec", curve: "secp384r1", signing: ["ECDSA_SHA_384"], usages: EC },
  ECC_NIST_P521: { kind: "ec", curve: "secp521r1", signing: ["ECDSA_SHA_512"], usages: EC },
  ECC_SECG_P256K1: { kind: "ec", curve: "secp256k1", signing: ["ECDSA_SHA_256"], usages: SIGN },
  ECC_NIST_EDWARDS25519: {
    kind: "ed25519",
    signing: ["ED25519_PH_SHA_512", "ED25519_SHA_512"],
    usages: SIGN,
  },
};

const RSA_ENCRYPTION: readonly EncryptionAlgorithmSpec[] = [
  "RSAES_OAEP_SHA_1",
  "RSAES_OAEP_SHA_256",
];

const RSA_SIGNING: readonly SigningAlgorithmSpec[] = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];

export function factsOf(spec: KeySpec): SpecFacts {
  const facts = SPECS[spec];
  if (facts === undefined) throw NotImplementedBySnowglobe(`keys of the spec ${spec}`);
  return facts;
}

/** What the caller wants it for, checked against the spec. */
export function usageFor(spec: KeySpec, asked: KeyUsageType | undefined): KeyUsageType {
  const { usages } = factsOf(spec);
  const usage = asked ?? (spec === "SYMMETRIC_DEFAULT" ? "ENCRYPT_DECRYPT" : undefined);
  if (usage === undefined) {
    throw ValidationException(
      "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    );
  }
  if (!usages.includes(usage)) {
    throw ValidationException(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
  }
  return usage;
}

export interface Algorithms {
  readonly EncryptionAlgorithms?: readonly EncryptionAlgorithmSpec[];
  readonly SigningAlgorithms?: readonly SigningAlgorithmSpec[];
  readonly MacAlgorithms?: readonly MacAlgorithmSpec[];
  readonly KeyAgreementAlgorithms?: readonly "ECDH"[];
}

/** As a key's metadata list them. */
export function algorithmsOf(spec: KeySpec, usage: KeyUsageType): Algorithms {
  const facts = factsOf(spec);
  if (usage === "KEY_AGREEMENT") return { KeyAgreementAlgorithms: ["ECDH"] };
  switch (facts.kind) {
    case "symmetric":
      return { EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"] };
    case "hmac":
      return { MacAlgorithms: [facts.algorithm] };
    case "rsa":
      return usage === "ENCRYPT_DECRYPT"
        ? { EncryptionAlgorithms: RSA_ENCRYPTION }
        : { SigningAlgorithms: RSA_SIGNING };
    case "ec":
    case "ed25519":
      return { SigningAlgorithms: facts.signing };
  }
}

/** Key pairs have a public half. */
export const isPair = (spec: KeySpec): boolean =>
  !["symmetric", "hmac"].includes(factsOf(spec).kind);

/** The older member knows the older specs alone. */
export const toOldSpec = (
  spec: KeySpec,
): { readonly CustomerMasterKeySpec?: CustomerMasterKeySpec } =>
  isOldSpec(spec) ? { CustomerMasterKeySpec: spec } : {};

const isOldSpec = (spec: KeySpec): spec is KeySpec & CustomerMasterKeySpec =>
  spec !== "ECC_NIST_EDWARDS25519" && !spec.startsWith("ML_");

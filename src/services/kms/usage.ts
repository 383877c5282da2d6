/**
 * What AWS bills: requests, those with asymmetric keys and those that make key pairs for more. The
 * caller pays, whoever owns the key.
 *
 * AWS: https://aws.amazon.com/kms/pricing/. Its usage types name the region in full: the price list
 * has "us-east-1-KMS-Requests".
 */
import type { Measure, MeteredRequest, Metering } from "../../kernel/metering.ts";
import type { Place } from "../../kernel/table.ts";
import type { Billed } from "../../kernel/usage.ts";
import * as handlers from "./operations.ts";

/** What RSA with 2048 bits makes, signatures and ciphertexts, is of this length. */
const RSA_2048_BYTES = 256;

const KINDS = {
  symmetric: "KMS-Requests",
  asymmetric: "KMS-Requests-Asymmetric",
  rsa2048: "KMS-Requests-Asymmetric-RSA_2048",
  pairRsa: "KMS-Requests-GenerateDatakeyPair-RSA",
  pairEcc: "KMS-Requests-GenerateDatakeyPair-ECC",
};

type Kind = keyof typeof KINDS;

function measuresOf(operation: string) {
  const measure = (kind: Kind): readonly Measure[] => [
    {
      service: "kms",
      operation,
      usageType: (region) => `${region}-${KINDS[kind]}`,
      unit: "Requests",
      billed,
    },
  ];
  const kindOf = KIND_OF[operation];
  if (kindOf === undefined) return measure("symmetric");
  const byKind: Readonly<Record<Kind, readonly Measure[]>> = {
    symmetric: measure("symmetric"),
    asymmetric: measure("asymmetric"),
    rsa2048: measure("rsa2048"),
    pairRsa: measure("pairRsa"),
    pairEcc: measure("pairEcc"),
  };
  return (request: MeteredRequest) => byKind[kindOf(request)];
}

type KindOf = (request: MeteredRequest) => Kind;

const signing: KindOf = ({ input, output }) =>
  pair(input["SigningAlgorithm"], input["Signature"] ?? memberOf(output, "Signature"));

const pairMade: KindOf = ({ input }) =>
  String(input["KeyPairSpec"]).startsWith("RSA") ? "pairRsa" : "pairEcc";

const KIND_OF: Readonly<Record<string, KindOf>> = {
  Decrypt: ({ input }) => pair(input["EncryptionAlgorithm"], input["CiphertextBlob"]),
  DeriveSharedSecret: () => "asymmetric",
  Encrypt: ({ input, output }) =>
    pair(input["EncryptionAlgorithm"], memberOf(output, "CiphertextBlob")),
  GenerateDataKeyPair: pairMade,
  GenerateDataKeyPairWithoutPlaintext: pairMade,
  GetPublicKey: ({ output }) =>
    memberOf(output, "KeySpec") === "RSA_2048" ? "rsa2048" : "asymmetric",
  Sign: signing,
  Verify: signing,
};

function pair(algorithm: unknown, made: unknown): Kind {
  if (typeof algorithm !== "string" || algorithm === "SYMMETRIC_DEFAULT") return "symmetric";
  return algorithm.startsWith("RSA") && made instanceof Uint8Array && made.length === RSA_2048_BYTES
    ? "rsa2048"
    : "asymmetric";
}

/** The key, as the answer names it, else as it was asked for: an alias is not a key. */
function keyOf({ input, output }: MeteredRequest): string {
  const metadata = memberOf(output, "KeyMetadata") ?? memberOf(output, "ReplicaKeyMetadata");
  const names = [
    memberOf(metadata, "Arn"),
    memberOf(output, "KeyId"),
    input["KeyId"],
    input["TargetKeyId"],
  ];
  const name = names.find((one) => typeof one === "string");
  return typeof name === "string" && !/(?:^|:)alias\//.test(name) ? name : "";
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

function billed(key: string, { accountId, region }: Place): Billed {
  if (key === "" || key.startsWith("arn:")) return { resource: key };
  return { resource: `arn:aws:kms:${region}:${accountId}:key/${key}` };
}

export const usage: Metering = {
  operations: Object.fromEntries(Object.keys(handlers).map((name) => [name, measuresOf(name)])),
  named: keyOf,
};

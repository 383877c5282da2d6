import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import type { KeySpec } from "@aws-sdk/client-kms";
import type { Operation } from "./api.ts";
import { checkUsage } from "./encrypt.ts";
import {
  checkNoRecipient,
  checkNotDryRun,
  UnsupportedOperationException,
  ValidationException,
} from "./errors.ts";
import { checkGrantTokens } from "./grant-token.ts";
import { currentSecret } from "./key-material.ts";
import { findKey } from "./key-reference.ts";
import { algorithmsOf, factsOf, isPair, toOldSpec } from "./key-spec.ts";
import { checkUsable } from "./key-state.ts";

/** DER, SubjectPublicKeyInfo: what OpenSSL reads. */
export const GetPublicKey: Operation<"GetPublicKey"> = (input, kms) => {
  checkGrantTokens(input.GrantTokens, kms);
  const found = findKey(input.KeyId, kms);
  const { spec, usage } = found.key;
  if (!isPair(spec)) throw UnsupportedOperationException("");
  checkUsable(found);
  return {
    KeyId: found.arn,
    PublicKey: currentSecret(found).publicKey,
    KeySpec: spec,
    ...toOldSpec(spec),
    KeyUsage: usage,
    ...algorithmsOf(spec, usage),
  };
};

/** ECDH: both sides come to the same secret without sending it. */
export const DeriveSharedSecret: Operation<"DeriveSharedSecret"> = (input, kms) => {
  checkNoRecipient(input.Recipient);
  checkGrantTokens(input.GrantTokens, kms);
  const found = findKey(input.KeyId, kms);
  checkUsable(found);
  checkUsage(found, "KEY_AGREEMENT", "DeriveSharedSecret");
  const key = Buffer.from(currentSecret(found).secret);
  const SharedSecret = diffieHellman({
    privateKey: createPrivateKey({ key, format: "der", type: "pkcs8" }),
    publicKey: readPeer(input.PublicKey, found.key.spec),
  });
  checkNotDryRun(input.DryRun);
  const { KeyAgreementAlgorithm } = input;
  return { KeyId: found.arn, SharedSecret, KeyAgreementAlgorithm, KeyOrigin: found.key.origin };
};

/** AWS: a key of another curve, or no key at all, is refused without a word. */
function readPeer(bytes: Uint8Array, spec: KeySpec): KeyObject {
  const facts = factsOf(spec);
  const peer = readPublicKey(bytes);
  const curve = peer?.asymmetricKeyDetails?.namedCurve;
  if (peer === undefined || facts.kind !== "ec" || curve !== facts.curve) {
    throw ValidationException("");
  }
  return peer;
}

function readPublicKey(bytes: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(bytes), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

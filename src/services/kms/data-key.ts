import type { DataKeyPairSpec, DataKeySpec } from "@aws-sdk/client-kms";
import type { AsyncOperation, Kms, KmsAsync, Operation } from "./api.ts";
import { encryptWith, keyToEncrypt, type Sealed } from "./encrypt.ts";
import {
  checkNoRecipient,
  checkNotDryRun,
  CustomKeyStoreNotFoundException,
  ValidationException,
} from "./errors.ts";
import { checkGrantTokens } from "./grant-token.ts";
import { freshPair, type FreshMaterial } from "./key-material.ts";
import type { Found } from "./key-reference.ts";
import { factsOf } from "./key-spec.ts";
import type { EncryptionContext } from "./state.ts";

const SYMMETRIC = "SYMMETRIC_DEFAULT";
const BYTES: { readonly [Spec in DataKeySpec]: number } = { AES_128: 16, AES_256: 32 };

interface Asked {
  readonly KeyId: string;
  readonly EncryptionContext?: EncryptionContext | undefined;
  readonly GrantTokens?: readonly string[] | undefined;
  readonly DryRun?: boolean | undefined;
}

interface DataKeyAsked extends Asked {
  readonly KeySpec?: DataKeySpec | undefined;
  readonly NumberOfBytes?: number | undefined;
}

export const GenerateDataKey: Operation<"GenerateDataKey"> = (input, kms) => {
  checkNoRecipient(input.Recipient);
  const { plaintext, sealed, found } = dataKey(input, "GenerateDataKey", kms);
  return { CiphertextBlob: sealed.bytes, Plaintext: plaintext, ...named(found, sealed) };
};

export const GenerateDataKeyWithoutPlaintext: Operation<"GenerateDataKeyWithoutPlaintext"> = (
  input,
  kms,
) => {
  const { sealed, found } = dataKey(input, "GenerateDataKeyWithoutPlaintext", kms);
  return { CiphertextBlob: sealed.bytes, ...named(found, sealed) };
};

const named = ({ arn }: Found, { materialId }: Sealed) => ({
  KeyId: arn,
  ...(materialId !== undefined && { KeyMaterialId: materialId }),
});

function dataKey(input: DataKeyAsked, operation: string, kms: Kms) {
  const found = sealingKey(input, operation, kms);
  const plaintext = Uint8Array.from(kms.ids.bytes(sizeOf(input)));
  const sealed = sealWith(found, plaintext, input, kms);
  checkNotDryRun(input.DryRun);
  return { plaintext, sealed, found };
}

function sizeOf({ KeySpec, NumberOfBytes }: DataKeyAsked): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw ValidationException(
      KeySpec === undefined
        ? "Please specify either number of bytes or key spec."
        : "Please specify either number of bytes or key spec, but not both.",
    );
  }
  return KeySpec === undefined ? (NumberOfBytes ?? 0) : BYTES[KeySpec];
}

/** AWS: data keys come from symmetric keys alone. */
function sealingKey(input: Asked, operation: string, kms: Kms): Found {
  checkGrantTokens(input.GrantTokens, kms);
  return keyToEncrypt(input.KeyId, SYMMETRIC, operation, kms);
}

const sealWith = (found: Found, plaintext: Uint8Array, input: Asked, kms: Kms) =>
  encryptWith(found, plaintext, { algorithm: SYMMETRIC, context: input.EncryptionContext }, kms);

interface PairAsked extends Asked {
  readonly KeyPairSpec: DataKeyPairSpec;
}

export const GenerateDataKeyPair: AsyncOperation<"GenerateDataKeyPair"> = {
  asynchronous: async (input, kms) => {
    checkNoRecipient(input.Recipient);
    const { pair, sealed, found } = await dataKeyPair(input, "GenerateDataKeyPair", kms);
    return {
      PrivateKeyCiphertextBlob: sealed.bytes,
      PrivateKeyPlaintext: pair.secret,
      PublicKey: pair.publicKey,
      KeyPairSpec: input.KeyPairSpec,
      ...named(found, sealed),
    };
  },
};

export const GenerateDataKeyPairWithoutPlaintext: AsyncOperation<"GenerateDataKeyPairWithoutPlaintext"> =
  {
    asynchronous: async (input, kms) => {
      const operation = "GenerateDataKeyPairWithoutPlaintext";
      const { pair, sealed, found } = await dataKeyPair(input, operation, kms);
      return {
        PrivateKeyCiphertextBlob: sealed.bytes,
        PublicKey: pair.publicKey,
        KeyPairSpec: input.KeyPairSpec,
        ...named(found, sealed),
      };
    },
  };

/**
 * The key is looked at first, so that a request that cannot succeed does not wait for a key pair.
 */
async function dataKeyPair(input: PairAsked, operation: string, kms: KmsAsync) {
  await kms.transact((inside) => {
    sealingKey(input, operation, inside);
    factsOf(input.KeyPairSpec);
    checkNotDryRun(input.DryRun);
  });
  const pair = await freshPair(input.KeyPairSpec);
  return kms.transact((inside) => sealPair(pair, input, operation, inside));
}

function sealPair(pair: Required<FreshMaterial>, input: PairAsked, operation: string, kms: Kms) {
  const found = sealingKey(input, operation, kms);
  return { pair, found, sealed: sealWith(found, pair.secret, input, kms) };
}

/** Random bytes of the ids: with a seed they are the same in every run. */
export const GenerateRandom: Operation<"GenerateRandom"> = (input, kms) => {
  checkNoRecipient(input.Recipient);
  if (input.CustomKeyStoreId !== undefined) throw CustomKeyStoreNotFoundException();
  if (input.NumberOfBytes === undefined) throw ValidationException("NumberOfBytes is required.");
  return { Plaintext: Uint8Array.from(kms.ids.bytes(input.NumberOfBytes)) };
};

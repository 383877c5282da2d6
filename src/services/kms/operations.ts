/** Every operation of KMS that is there. */
export { CreateAlias, DeleteAlias, ListAliases, UpdateAlias } from "./alias.ts";
export {
  GenerateDataKey,
  GenerateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext,
  GenerateDataKeyWithoutPlaintext,
  GenerateRandom,
} from "./data-key.ts";
export { Decrypt, Encrypt, ReEncrypt } from "./encrypt.ts";
export { CreateGrant, ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant } from "./grant.ts";
export { DeleteImportedKeyMaterial, GetParametersForImport, ImportKeyMaterial } from "./import.ts";
export { CreateKey, DescribeKey, ListKeys, UpdateKeyDescription } from "./key.ts";
export { GetKeyPolicy, ListKeyPolicies, PutKeyPolicy } from "./key-policy.ts";
export { CancelKeyDeletion, DisableKey, EnableKey, ScheduleKeyDeletion } from "./key-state.ts";
export { GenerateMac, VerifyMac } from "./mac.ts";
export { ReplicateKey, UpdatePrimaryRegion } from "./multi-region.ts";
export { DeriveSharedSecret, GetPublicKey } from "./public-key.ts";
export {
  DisableKeyRotation,
  EnableKeyRotation,
  GetKeyRotationStatus,
  ListKeyRotations,
  RotateKeyOnDemand,
} from "./rotation.ts";
export { Sign, Verify } from "./sign.ts";
export { ListResourceTags, TagResource, UntagResource } from "./tag.ts";

import type {
  AlgorithmSpec,
  GrantOperation,
  KeySpec,
  KeyUsageType,
  RotationType,
} from "@aws-sdk/client-kms";
import { table } from "../../kernel/table.ts";

export type Tags = Readonly<Record<string, string>>;
export type EncryptionContext = Readonly<Record<string, string>>;

export interface Key {
  id: string;
  spec: KeySpec;
  usage: KeyUsageType;
  origin: "AWS_KMS" | "EXTERNAL";
  manager: "AWS" | "CUSTOMER";
  description: string;
  state: "Enabled" | "Disabled" | "PendingDeletion" | "PendingReplicaDeletion" | "PendingImport";
  createdAt: number;
  policy: string;
  tags: Tags;
  /** Of the material that encrypts. Absent while an imported one is missing. */
  materialId?: string;
  pendingWindowDays?: number;
  /** Set while the key waits to be deleted. When the clock passes it, the row is gone. */
  deletesAt?: number;
  deletionTask?: string;
  rotation?: Rotation;
  multiRegion?: MultiRegion;
}

/** Automatic rotation is on. */
export interface Rotation {
  periodDays: number;
  nextAt: number;
  task: string;
}

/** Every key of the family knows its primary; the primary knows its replicas. */
export interface MultiRegion {
  primaryRegion: string;
  replicaRegions: readonly string[];
}

/**
 * One version of what a key is made of. Nothing encrypted under any of them is lost by a rotation.
 */
export interface Material {
  keyId: string;
  id: string;
  /** The order of the versions of a key. */
  sequence: number;
  state: "CURRENT" | "NON_CURRENT" | "PENDING_ROTATION";
  /**
   * Symmetric and HMAC keys: the bytes. Key pairs: PKCS #8, DER. Absent: to be imported (again).
   */
  secret?: Uint8Array;
  /** Key pairs: SubjectPublicKeyInfo, DER. */
  publicKey?: Uint8Array;
  rotatedAt?: number;
  rotationType?: RotationType;
  description?: string;
  /** Imported material: when it goes away by itself. */
  validTo?: number;
  expiryTask?: string;
}

export interface Alias {
  name: string;
  keyId: string;
  createdAt: number;
  updatedAt: number;
}

export interface Grant {
  keyId: string;
  id: string;
  token: string;
  name?: string;
  grantee: string;
  retiring?: string;
  issuingAccount: string;
  operations: readonly GrantOperation[];
  contextEquals?: EncryptionContext;
  contextSubset?: EncryptionContext;
  createdAt: number;
}

/** What GetParametersForImport gave out: the private half opens what ImportKeyMaterial brings. */
export interface ImportParameters {
  token: string;
  keyId: string;
  algorithm: AlgorithmSpec;
  privateKey: Uint8Array;
  /** The token is refused as expired from here on, and forgotten some days later. */
  validTo: number;
  forgetsAt: number;
}

export const state = {
  keys: table<Key>().key("id").expires("deletesAt"),
  materials: table<Material>().key("keyId", "id").index("bySequence", "keyId", "sequence"),
  aliases: table<Alias>().key("name").index("byKey", "keyId"),
  grants: table<Grant>()
    .key("keyId", "id")
    .index("byToken", "token")
    .index("byRetiring", "retiring"),
  imports: table<ImportParameters>().key("token").expires("forgetsAt"),
};

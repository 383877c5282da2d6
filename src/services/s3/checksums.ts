/**
 * The checksums of objects: which one a request brings, computing them, and joining those of
 * parts.
 */
import { createHash } from "node:crypto";
import { crc32, crc32c, crc64nvme, joinCrcs } from "./crc.ts";
import { badDigest, invalidRequest, malformedTrailer, notBuilt } from "./errors.ts";
import type { Checksum } from "./state.ts";

export interface Hasher {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

interface Family {
  readonly member: string;
  readonly header: string;
  readonly digestBytes: number;
  readonly make: () => Hasher;
}

const openssl = (name: string) => (): Hasher => createHash(name);

function family(member: string, digestBytes: number, make: () => Hasher): [string, Family] {
  const name = member.slice("Checksum".length);
  const header = `x-amz-checksum-${name.toLowerCase()}`;
  return [name, { member, header, digestBytes, make }];
}

const FAMILIES: ReadonlyMap<string, Family> = new Map([
  family("ChecksumCRC32", 4, crc32),
  family("ChecksumCRC32C", 4, crc32c),
  family("ChecksumCRC64NVME", 8, crc64nvme),
  family("ChecksumSHA1", 20, openssl("sha1")),
  family("ChecksumSHA256", 32, openssl("sha256")),
  family("ChecksumSHA512", 64, openssl("sha512")),
  family("ChecksumMD5", 16, openssl("md5")),
]);

/** Those that the model knows and nobody here computes. */
const NOT_COMPUTED = ["ChecksumXXHASH64", "ChecksumXXHASH3", "ChecksumXXHASH128"];

/** What S3 computes itself when the client sends nothing. */
export const DEFAULT_ALGORITHM = "CRC64NVME";

/** Those whose checksum of a whole object follows from the checksums of its parts. */
const JOINABLE = new Set(["CRC32", "CRC32C", "CRC64NVME"]);

export const isAlgorithm = (name: string): boolean => FAMILIES.has(name);
export const isJoinable = (name: string): boolean => JOINABLE.has(name);

function familyOf(algorithm: string): Family {
  const found = FAMILIES.get(algorithm);
  if (found === undefined) throw unsupportedAlgorithm();
  return found;
}

export const hasher = (algorithm: string): Hasher => familyOf(algorithm).make();

export const unsupportedAlgorithm = () =>
  invalidRequest(
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: " +
      "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
  );

/** A checksum that the client brings: in a header, or behind the body. */
export interface Brought {
  readonly algorithm: string;
  /** Base64; absent while it is still to come. */
  readonly value?: string;
  /** The trailer that will hold it. */
  readonly trailer?: string;
}

/** Refuses what nobody here could check. */
export function checkComputable(input: object): void {
  if (NOT_COMPUTED.every((member) => Reflect.get(input, member) === undefined)) return;
  throw notBuilt("XXHash checksums");
}

/**
 * `input`: an operation's, whose members hold the headers; `ChecksumAlgorithm` is
 * `x-amz-sdk-checksum-algorithm`. `trailerNames`: `x-amz-trailer`.
 */
export function broughtChecksum(input: object, trailerNames?: string): Brought | undefined {
  const brought = checksumBrought(input, trailerNames);
  const announced: unknown = Reflect.get(input, "ChecksumAlgorithm");
  if (typeof announced === "string") checkAnnounced(announced.toUpperCase(), brought);
  return brought;
}

/** What `x-amz-sdk-checksum-algorithm` names has to come, in a header or behind the body. */
export function checkAnnounced(algorithm: string, brought: Brought | undefined): void {
  if (!FAMILIES.has(algorithm) && !NOT_COMPUTED.includes(`Checksum${algorithm}`)) {
    throw invalidValue("x-amz-sdk-checksum-algorithm");
  }
  if (brought === undefined) {
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or " +
        "x-amz-trailer headers were found.",
    );
  }
  if (brought.algorithm !== algorithm) throw invalidValue("x-amz-sdk-checksum-algorithm");
}

function checksumBrought(input: object, trailerNames?: string): Brought | undefined {
  checkComputable(input);
  const [first, second] = checksumsIn(input);
  if (second !== undefined) throw severalChecksums();
  if (first !== undefined && !isDigest(first[1], first[0])) throw invalidValue(headerOf(first[0]));
  if (trailerNames === undefined) {
    return first === undefined ? undefined : { algorithm: first[0], value: first[1] };
  }
  const names = trailerNames
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const announced = [...FAMILIES].filter(([, { header }]) => names.includes(header));
  const [[algorithm, { header: trailer }] = [undefined, { header: "" }], another] = announced;
  if (algorithm === undefined) {
    throw invalidRequest("The value specified in the x-amz-trailer header is not supported");
  }
  if (first !== undefined || another !== undefined) throw severalChecksums();
  return { algorithm, trailer };
}

const headerOf = (algorithm: string) => familyOf(algorithm).header;

const severalChecksums = () =>
  invalidRequest(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  );

const invalidValue = (header: string, where = "header") =>
  invalidRequest(`Value for ${header} ${where} is invalid.`);

function isDigest(base64: string, algorithm: string): boolean {
  const { digestBytes } = familyOf(algorithm);
  return (
    /^[A-Za-z0-9+/]+={0,2}$/.test(base64) &&
    base64.length === Math.ceil(digestBytes / 3) * 4 &&
    Buffer.from(base64, "base64").length === digestBytes
  );
}

/**
 * The body has ended: is it what the client said? `computed` is in the algorithm that the client
 * used.
 */
function checkBrought(
  { algorithm, trailer, value }: Brought,
  computed: string,
  trailers: Readonly<Record<string, string>>,
): void {
  const claimed = value ?? trailers[trailer ?? ""];
  if (claimed === undefined) throw malformedTrailer();
  if (!isDigest(claimed, algorithm)) {
    const where = trailer === undefined ? "header" : "trailing header";
    throw invalidValue(headerOf(algorithm), where);
  }
  if (claimed !== computed) {
    throw badDigest(`The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

/**
 * The checksums to compute of one body: the one that is kept, and the one that the client brings
 * where it is another.
 */
export interface Digests {
  update(chunk: Uint8Array): void;
  /** Checks what the client brought, and gives what is kept, in base64. */
  finish(trailers: Readonly<Record<string, string>>): string;
}

export function digestsOf(algorithm: string, brought: Brought | undefined): Digests {
  const kept = hasher(algorithm);
  const other =
    brought === undefined || brought.algorithm === algorithm
      ? undefined
      : hasher(brought.algorithm);
  return {
    update:
      other === undefined
        ? (chunk) => kept.update(chunk)
        : (chunk) => {
            kept.update(chunk);
            other.update(chunk);
          },
    finish: (trailers) => {
      const checksum = base64(kept.digest());
      if (brought !== undefined) {
        checkBrought(brought, other === undefined ? checksum : base64(other.digest()), trailers);
      }
      return checksum;
    },
  };
}

/** `{ ChecksumCRC32: "…", ChecksumType: "FULL_OBJECT" }`: how outputs spell it. */
export function checksumMembers(checksum: Checksum, partCount?: number): Record<string, string> {
  const { algorithm, type, value } = checksum;
  const text = type === "COMPOSITE" && partCount !== undefined ? `${value}-${partCount}` : value;
  return { [familyOf(algorithm).member]: text, ChecksumType: type };
}

/** `{ ChecksumCRC32: "…" }` of a part. */
export const partChecksumMember = (algorithm: string, value: string): Record<string, string> => ({
  [familyOf(algorithm).member]: value,
});

/** The checksums that stand in a structure, by algorithm. */
export function checksumsIn(structure: object): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  for (const [algorithm, { member }] of FAMILIES) {
    const value: unknown = Reflect.get(structure, member);
    if (typeof value === "string") found.push([algorithm, value]);
  }
  return found;
}

/** The checksums that stand in headers, as the members of an input. */
export function checksumsInHeaders(headers: Readonly<Record<string, string>>): object {
  const found: Record<string, string> = {};
  for (const { member, header } of FAMILIES.values()) {
    const value = headers[header];
    if (value !== undefined) found[member] = value;
  }
  return found;
}

export interface PartDigest {
  /** Base64. */
  readonly checksum: string;
  readonly sizeBytes: number;
}

/** The checksum of an object from those of its parts. */
export function joinChecksums(
  algorithm: string,
  type: Checksum["type"],
  parts: readonly PartDigest[],
): Checksum {
  const digests = parts.map(({ checksum, sizeBytes }) => ({
    digest: Uint8Array.from(Buffer.from(checksum, "base64")),
    sizeBytes,
  }));
  if (type === "FULL_OBJECT") {
    const joined = joinCrcs(algorithm, digests);
    if (joined === undefined) throw unsupportedAlgorithm();
    return { algorithm, type, value: base64(joined) };
  }
  const composite = hasher(algorithm);
  for (const { digest } of digests) composite.update(digest);
  return { algorithm, type, value: base64(composite.digest()) };
}

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

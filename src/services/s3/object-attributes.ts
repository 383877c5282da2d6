/** GetObjectAttributes: what HEAD says, and the parts, in a document. */
import type { Operation } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { checksumMembers, partChecksumMember } from "./checksums.ts";
import { keyOf } from "./description.ts";
import { checkKeyToRead } from "./encryption.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { countIn, limitOf } from "./list-objects.ts";
import type { StoredObject } from "./state.ts";
import { findVersion, versionMember } from "./versions.ts";

export const GetObjectAttributes: Operation<"GetObjectAttributes"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  checkAttributes(input.ObjectAttributes);
  const object = findVersion(bucket, input.Key, input.VersionId, s3);
  checkKeyToRead(object.customerKeyMd5, keyOf(input));
  const asked = new Set<string>(input.ObjectAttributes);
  const limit = limitOf(input.MaxParts, "max-parts");
  const marker = countIn(Number(input.PartNumberMarker ?? 0), "part-number-marker");
  return {
    LastModified: new Date(object.modifiedAt),
    ...versionMember(bucket, object),
    ...(asked.has("ETag") ? { ETag: object.etag } : {}),
    ...(asked.has("Checksum") ? { Checksum: checksumMembers(object.checksum) } : {}),
    ...(asked.has("ObjectParts") && object.parts !== undefined
      ? { ObjectParts: partsPage(object, marker, limit) }
      : {}),
    ...(asked.has("StorageClass") ? { StorageClass: object.storageClass as "STANDARD" } : {}),
    ...(asked.has("ObjectSize") ? { ObjectSize: object.sizeBytes } : {}),
  };
};

const ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

function checkAttributes(asked: readonly string[] = []): void {
  if (asked.every((name) => name === "")) {
    throw invalidRequest(
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either " +
        "missing or empty",
    );
  }
  const stranger = asked.find((name) => !ATTRIBUTES.includes(name));
  if (stranger === undefined) return;
  throw invalidArgument("Invalid attribute name specified.", {
    ArgumentName: "x-amz-object-attributes",
    ArgumentValue: stranger,
  });
}

/** AWS: the parts themselves are told only where each has its checksum, in composite ones. */
function partsPage({ parts = [], checksum }: StoredObject, marker: number, limit: number) {
  if (checksum.type !== "COMPOSITE") return { TotalPartsCount: parts.length };
  const rest = parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, limit);
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: rest.length > limit,
    ...(page.length === 0
      ? {}
      : {
          Parts: page.map((part) => ({
            PartNumber: part.number,
            Size: part.sizeBytes,
            ...(part.checksum === undefined
              ? {}
              : partChecksumMember(checksum.algorithm, part.checksum)),
          })),
        }),
  };
}

/** Objects in classes that nobody reads before they have been restored. */
import { AwsError } from "../../kernel/errors.ts";
import type { StoredObject } from "./state.ts";

const ARCHIVED = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** Throws InvalidObjectState. */
export function checkNotArchived({ storageClass }: StoredObject): void {
  if (ARCHIVED.has(storageClass)) {
    throw archived("The operation is not valid for the object's storage class", storageClass);
  }
}

/** AWS: of a source in other words. */
export function checkSourceNotArchived({ storageClass }: StoredObject): void {
  if (ARCHIVED.has(storageClass)) {
    throw archived("Operation is not valid for the source object's storage class", storageClass);
  }
}

const archived = (sentence: string, storageClass: string) =>
  new AwsError("InvalidObjectState", sentence, {
    status: 403,
    members: { StorageClass: storageClass },
  });

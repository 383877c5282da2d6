/** What the three batch operations share: rules for entries, and how an entry fails on its own. */
import { AwsError } from "../../kernel/errors.ts";
import {
  BatchEntryIdsNotDistinct,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  TooManyEntriesInBatchRequest,
} from "./errors.ts";

const ENTRIES_MAX = 10;

/** Throws what refuses the batch as a whole. */
export function checkEntries(entries: readonly { readonly Id: string }[], shape: string): void {
  if (entries.length === 0) throw EmptyBatchRequest(shape);
  if (entries.length > ENTRIES_MAX) throw TooManyEntriesInBatchRequest(entries.length);
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) throw InvalidBatchEntryId();
    if (seen.has(Id)) throw BatchEntryIdsNotDistinct(Id);
    seen.add(Id);
  }
}

export interface Failed {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

export interface BatchResult<Success> {
  readonly Successful: Success[];
  readonly Failed: Failed[] | undefined;
}

/** AWS: an entry tells the code that the query protocol has, in JSON as well. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  KmsAccessDenied: "KMS.AccessDeniedException",
  KmsDisabled: "KMS.DisabledException",
  KmsInvalidKeyUsage: "KMS.InvalidKeyUsageException",
  KmsInvalidState: "KMS.InvalidStateException",
  KmsNotFound: "KMS.NotFoundException",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
};

/**
 * Runs each entry; one that is refused (before it has written anything) does not keep the others
 * from their work.
 */
export function eachEntry<Entry extends { readonly Id: string }, Success>(
  entries: readonly Entry[],
  work: (entry: Entry) => Success,
): BatchResult<Success> {
  const successful: Success[] = [];
  const failed: Failed[] = [];
  for (const entry of entries) {
    try {
      successful.push(work(entry));
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      failed.push({
        Id: entry.Id,
        SenderFault: thrown.fault !== "Receiver",
        Code: QUERY_CODES[thrown.code] ?? thrown.code,
        Message: thrown.message,
      });
    }
  }
  return { Successful: successful, Failed: failed.length === 0 ? undefined : failed };
}

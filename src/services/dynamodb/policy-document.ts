/** A resource policy as it comes: JSON, within AWS's size. */
import type { Dynamodb } from "./api.ts";
import { ValidationException } from "./errors.ts";
import type { ResourcePolicy } from "./state.ts";

const BYTES_MAX = 20 * 1024;

export function readPolicyDocument(text: string, ddb: Dynamodb): ResourcePolicy {
  if (Buffer.byteLength(text) > BYTES_MAX) {
    throw ValidationException("Resource policy exceeds the maximum size of 20 KB");
  }
  if (!isPolicy(text)) {
    throw ValidationException("Invalid policy document: Syntax errors in policy");
  }
  return { document: text, revisionId: `${ddb.now}${ddb.ids.hex(6)}` };
}

function isPolicy(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null && "Statement" in document;
  } catch {
    return false;
  }
}

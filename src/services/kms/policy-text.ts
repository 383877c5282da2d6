/** Policies as AWS writes them out: as JSON with a space on both sides of the colon. */
import type { Kms } from "./api.ts";

/** Whatever a caller's JSON looked like, it comes back in this form. */
export function toPolicyText(json: unknown): string {
  return write(json, "");
}

function write(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "[ ]" : `[ ${value.map((one) => write(one, indent)).join(", ")} ]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, member]) => `${deeper}${JSON.stringify(name)} : ${write(member, deeper)}`,
  );
  return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${indent}}`;
}

/** What a key gets that is created without a policy: the account's own policies decide. */
export function defaultPolicy(owner: Kms): string {
  return toPolicyText({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: owner.arn("iam", "root", { region: "" }) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

import { defineErrors } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

export const {
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  InvalidAuthorizationMessageException,
  AccessDenied,
  ValidationError,
  InvalidParameterValue,
  InvalidClientTokenId,
} = defineErrors<Sdk>()(
  {
    MalformedPolicyDocumentException: (sentence: string) => sentence,
    PackedPolicyTooLargeException: (percent: number, of: "policy" | "session tags") =>
      of === "policy"
        ? `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
        : `Packed size of session tags consumes ${percent}% of allotted space.`,
    InvalidAuthorizationMessageException: "Message is not valid",
  },
  {
    AccessDenied: { status: 403, wording: (sentence: string) => sentence },
    ValidationError: { status: 400, wording: (sentence: string) => sentence },
    InvalidParameterValue: { status: 400, wording: (sentence: string) => sentence },
    InvalidClientTokenId: {
      status: 403,
      wording: "The security token included in the request is invalid",
    },
  },
);

export const notAuthorized = (callerArn: string, action: string, resource: string) =>
  AccessDenied(
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource}`,
  );

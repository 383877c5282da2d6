import { AccessDenied } from "./errors.ts";

/** There are no MFA devices yet, so no code can be right. */
export function refuseMfa(input: {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}): void {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return;
  throw AccessDenied(
    "MultiFactorAuthentication failed, unable to validate MFA code. " +
      "Please verify your MFA serial number is valid and associated with this user.",
  );
}

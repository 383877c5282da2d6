/** Codes of MFA devices, where a caller shows one. */
import { identitiesOf, type Sts } from "./api.ts";
import { AccessDenied } from "./errors.ts";

interface Shown {
  readonly SerialNumber?: unknown;
  readonly TokenCode?: unknown;
}

/**
 * Whether a code was shown; one that is not right refuses the call. A code is good once: `use`
 * notes it.
 */
export function checkMfa(
  { SerialNumber, TokenCode }: Shown,
  sts: Sts,
  { use }: { use: boolean },
): boolean {
  if (SerialNumber === undefined && TokenCode === undefined) return false;
  const given = typeof SerialNumber === "string" && typeof TokenCode === "string";
  const outcome = given
    ? identitiesOf(sts).checkMfaCode({
        caller: sts.caller,
        serial: SerialNumber,
        code: TokenCode,
        use,
      })
    : "no such device";
  if (outcome === "right") return true;
  throw AccessDenied(
    outcome === "wrong"
      ? "MultiFactorAuthentication failed with invalid MFA one time pass code."
      : "MultiFactorAuthentication failed, unable to validate MFA code.  " +
          "Please verify your MFA serial number is valid and associated with this user.",
  );
}

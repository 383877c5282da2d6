/**
 * What the tests of signatures share: the keys of AWS's examples, and how to verify or be
 * refused.
 */
import { AwsError } from "../../kernel/errors.ts";
import { fromBasicDate } from "./dates.ts";
import { readSignature } from "./request-signature.ts";
import type { SignedRequest } from "./request-signature.ts";
import { signingKeys } from "./signing-keys.ts";
import { verifySignature } from "./verify.ts";
import type { VerifyOptions } from "./verify.ts";

export const keys = signingKeys();
export const IAM_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
export const S3_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
export const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
export const at = (date: string) => fromBasicDate(date) ?? Number.NaN;

export const service: VerifyOptions = {
  secret: IAM_SECRET,
  nowsMs: [at("20150830T123600Z")],
  keys,
  dialect: "query",
  doubleEncodePath: true,
  signedPayloadHeader: false,
  body: new Uint8Array(0),
};
export const storage: VerifyOptions = {
  secret: S3_SECRET,
  nowsMs: [at("20130524T000000Z")],
  keys,
  dialect: "storage",
  doubleEncodePath: false,
  signedPayloadHeader: true,
};

export function check(request: SignedRequest, options: VerifyOptions) {
  const signature = readSignature(request, options.dialect);
  if (signature.kind !== "sigv4") throw new Error(`not signed: ${signature.kind}`);
  return verifySignature(request, signature, options);
}

export function refusal(
  run: () => unknown,
): Pick<AwsError, "code" | "message" | "status" | "members"> {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, status, members } = error;
    return { code, message, status, members };
  }
  throw new Error("was accepted");
}

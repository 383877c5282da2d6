/**
 * The id of a request as each service writes it: a UUID, unless the service is older than that
 * custom. Every one is made of the UUID that the request was given when it came.
 */
import type { ResponseMeta } from "../kernel/http.ts";
import type { ServiceModel } from "../model/model.ts";

export function metaOf(service: ServiceModel, uuid: string): ResponseMeta {
  const requestId = requestIdOf(service, uuid);
  if (service.signingName !== "s3") return { requestId };
  // A longer one, too, that its support asks for.
  const extendedRequestId = Buffer.from(uuid + requestId, "latin1").toString("base64");
  return { requestId, extendedRequestId };
}

export function requestIdOf(service: ServiceModel, uuid: string): string {
  switch (service.signingName) {
    case "s3":
      return (uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18)).toUpperCase();
    case "dynamodb":
      return toBase32(uuid);
    default:
      return uuid;
  }
}

const BASE_32 = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/** DynamoDB's ids are digits to the base 32: 26 of its own for each, and these. */
const base32Text = Buffer.from(`${"0".repeat(26)}VV4KQNSO5AEMVJF66Q9ASUAAJG`, "latin1");
const OWN_DIGITS = 26;
const DASH = 0x2d;

/** Five bits a digit, of the UUID's 128; written over the last one, as every request has one. */
function toBase32(uuid: string): string {
  let bits = 0;
  let count = 0;
  let digits = 0;
  for (let at = 0; at < uuid.length; at++) {
    const code = uuid.charCodeAt(at);
    if (code === DASH) continue;
    // "0" to "9" end in their value, "a" to "f" in theirs less nine.
    bits = ((bits & 15) << 4) | (code < 0x40 ? code & 15 : (code & 15) + 9);
    count += 4;
    if (count < 5) continue;
    count -= 5;
    base32Text[digits++] = BASE_32.charCodeAt((bits >>> count) & 31);
  }
  if (digits < OWN_DIGITS) base32Text[digits] = BASE_32.charCodeAt((bits << (5 - count)) & 31);
  return base32Text.toString("latin1");
}

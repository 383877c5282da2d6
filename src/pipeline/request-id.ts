/** The id of a request, as each service writes it: a UUID, unless it is older than that custom. */
import type { ResponseMeta } from "../kernel/http.ts";
import { uuidOf } from "../kernel/ids.ts";
import type { ServiceModel } from "../model/model.ts";

/** `bytes`: the sixteen that the request was given when it came. */
export function requestIdOf(service: ServiceModel, bytes: Uint8Array): string {
  switch (service.signingName) {
    case "s3":
      return Buffer.from(bytes.buffer, bytes.byteOffset, 8).toString("hex").toUpperCase();
    case "dynamodb":
      return base32Of(bytes);
    default:
      return uuidOf(bytes);
  }
}

/** S3 has a longer one, too, that its support asks for. */
export function metaOf(service: ServiceModel, requestId: string): ResponseMeta {
  if (service.signingName !== "s3") return { requestId };
  const extendedRequestId = Buffer.from(requestId.repeat(3), "latin1").toString("base64");
  return { requestId, extendedRequestId };
}

const BASE_32 = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
const OWN_DIGITS = 26;
/** What half of DynamoDB's digits are in every id. The others are written over the last ones. */
const base32Text = Buffer.from(`${"0".repeat(OWN_DIGITS)}VV4KQNSO5AEMVJF66Q9ASUAAJG`, "latin1");

/** Five bits a digit. */
function base32Of(bytes: Uint8Array): string {
  let bits = 0;
  let count = 0;
  let digits = 0;
  for (let at = 0; at < 16; at++) {
    bits = ((bits & 31) << 8) | (bytes[at] ?? 0);
    for (count += 8; count >= 5; count -= 5) {
      base32Text[digits++] = BASE_32.charCodeAt((bits >>> (count - 5)) & 31);
    }
  }
  base32Text[digits] = BASE_32.charCodeAt((bits << (5 - count)) & 31);
  return base32Text.toString("latin1");
}

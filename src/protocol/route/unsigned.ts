/** REST requests without a signature, where no host says whose they are. Most are S3's. */
import type { ServiceModel } from "../../model/model.ts";
import type { RoutedRequest } from "./detect.ts";
import { matchRest, type RestMatch } from "./rest-table.ts";
import type { RoutingModels } from "./services.ts";

export interface Found {
  readonly service: ServiceModel;
  readonly match: RestMatch;
}

/** All REST services that have operations without a signature. */
export const UNSIGNED = ["signin", "sso", "sso-oidc"];

/** AWS: those that take a bearer token. */
const BEARER = ["bedrock", "bedrock-runtime", "codecatalyst"];

/** The operation of another service than S3, where the request cannot be meant for S3. */
export function matchUnsigned(models: RoutingModels, request: RoutedRequest): Found | undefined {
  const bearer = /^Bearer /i.test(request.headers["authorization"] ?? "");
  if (!bearer && !speaksToOthers(request)) return undefined;
  for (const name of bearer ? BEARER : UNSIGNED) {
    if (!Object.hasOwn(models.index.services, name)) continue;
    const service = models.service(name);
    const match = matchRest(service, request);
    if (match !== undefined && (bearer || match.operation.unsigned === true)) {
      return { service, match };
    }
  }
  return undefined;
}

/** S3 takes no POST of JSON, and knows no such header. */
function speaksToOthers({ method, headers }: RoutedRequest): boolean {
  if (headers["x-amz-sso_bearer_token"] !== undefined) return true;
  return method === "POST" && /^application\/json\b/i.test(headers["content-type"] ?? "");
}

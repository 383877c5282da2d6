/** Parameters of the query that name a part, an upload or a version where none can be meant. */
import type { RequestFacts } from "../../kernel/service.ts";
import { invalidArgument, methodNotAllowed } from "./errors.ts";

/**
 * A write whose address speaks of a part or a version: whoever forgot half of it must not find an
 * object there. Only what came as such a request is looked at, and no call from within.
 */
export function checkWriteAddress({ method, query }: RequestFacts): void {
  if (query === "" || method !== "PUT") return;
  refuseVersion(query);
  const part = parameterIn(query, "partNumber");
  const upload = parameterIn(query, "uploadId");
  if ((part === undefined) === (upload === undefined)) return;
  if (part === undefined) throw methodNotAllowed(method, "UPLOAD");
  throw invalidArgument("This operation does not accept partNumber without uploadId", {
    ArgumentName: "partNumber",
    ArgumentValue: part,
  });
}

function refuseVersion(query: string): void {
  const version = parameterIn(query, "versionId");
  if (version === undefined) return;
  throw invalidArgument("This operation does not accept a version-id.", {
    ArgumentName: "versionId",
    ArgumentValue: version,
  });
}

/** Most queries have none of them, and are not taken apart. */
function parameterIn(query: string, name: string): string | undefined {
  if (!query.includes(name)) return undefined;
  return new URLSearchParams(query).get(name) ?? undefined;
}

/** Answers in the encoding that the client asks for: `accept-encoding`, as DynamoDB reads it. */
import { deflateSync, gzipSync } from "node:zlib";
import type { HttpResponse } from "../kernel/http.ts";
import { remembered } from "../kernel/remembered.ts";
import { setChecksum } from "./json/json.ts";

type Encoding = "gzip" | "deflate";

const ENCODERS = { gzip: gzipSync, deflate: deflateSync };

/** AWS: what is no longer than this goes out as it is, whatever the client asks for. */
const PLAIN_BYTES_MAX = 4096;

/** The answer, compressed where it is long enough and the client asks for an encoding we know. */
export function compressed(response: HttpResponse, accepted: string): HttpResponse {
  const { body } = response;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return response;
  if (body.length <= PLAIN_BYTES_MAX && Buffer.byteLength(body) <= PLAIN_BYTES_MAX) return response;
  const encoding = chosenEncoding(accepted);
  if (encoding === undefined) return response;
  // Everybody waits while it is compressed: fast counts more than small.
  const encoded = ENCODERS[encoding](body, { level: 1 });
  const headers = { ...response.headers, "content-encoding": encoding };
  if (response.headers["x-amz-crc32"] !== undefined) setChecksum(headers, encoded);
  return { ...response, headers, body: encoded };
}

/**
 * The encoding that the client likes best, and of equals the first; none where it wants the answer
 * as it is. AWS: `identity` is overlooked like every name that is not known, so nobody can prefer it
 * to an encoding that they allow.
 *
 * Differs: of several headers AWS looks at the first alone. Here they come joined, and all count.
 */
export function chosenEncoding(header: string): Encoding | undefined {
  const choice = choices(header);
  return choice === "plain" ? undefined : choice;
}

const choices = remembered(256, (header: string): Encoding | "plain" => {
  const named = new Map<string, number>();
  for (const entry of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = entry.split(";");
    const known = named.get(name.trim()) ?? 0;
    named.set(name.trim(), Math.max(known, weightOf(parameters)));
  }
  const others = named.get("*") ?? 0;
  let best: Encoding | "plain" = "plain";
  let bestWeight = 0;
  // Those with a name come first, as they stand in the header.
  for (const name of new Set([...named.keys(), "gzip", "deflate"])) {
    const weight = named.get(name) ?? others;
    if (!isEncoding(name) || weight <= bestWeight) continue;
    best = name;
    bestWeight = weight;
  }
  return best;
});

const isEncoding = (name: string): name is Encoding => name === "gzip" || name === "deflate";

/**
 * AWS: it looks for `q=` anywhere, so that `nq=0` is a weight and `q =0` is none; the first one
 * counts. What is no number is as good as nothing said.
 */
function weightOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.includes("q="));
  const number = given?.slice(given.indexOf("q=") + 2).trim() ?? "";
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(number)) return 1;
  return Math.max(0, Math.min(1, Number(number)));
}

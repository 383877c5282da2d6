/**
 * What authentication and authorisation cost a small request, against the hashing that no server
 * can do without.
 */
import { createHash, createHmac } from "node:crypto";
import { requestContext } from "../../src/iam/policy/context-keys.ts";
import { parsePolicy } from "../../src/iam/policy/document.ts";
import { evaluateAccess } from "../../src/iam/policy/evaluate.ts";
import type { AttachedPolicy } from "../../src/iam/policy/evaluate.ts";
import type { Principal } from "../../src/iam/policy/principal.ts";
import { readSignature } from "../../src/iam/signature/request-signature.ts";
import { deriveSigningKey, signingKeys } from "../../src/iam/signature/signing-keys.ts";
import { verifySignature } from "../../src/iam/signature/verify.ts";
import { print } from "../report.ts";

const keys = signingKeys();
const body = Buffer.from('{"TableName":"t","Key":{"pk":{"S":"abc"}}}');
const signedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const date = "20260102T030405Z";
const headers: Record<string, string> = {
  "content-type": "application/x-amz-json-1.0",
  host: "localhost:4566",
  "x-amz-date": date,
  "x-amz-target": "DynamoDB_20120810.GetItem",
};
const signedHeaders = Object.keys(headers).join(";");
const scope = "20260102/us-east-1/dynamodb/aws4_request";
const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

function sign(): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = `POST\n/\n\n${lines.join("")}\n${signedHeaders}\n${sha256(body)}`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  return createHmac("sha256", deriveSigningKey("secret", scope)).update(text).digest("hex");
}

const authorization =
  "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/dynamodb/aws4_request, " +
  `SignedHeaders=${signedHeaders}, Signature=${sign()}`;
const request = { method: "POST", path: "/", query: "", headers: { ...headers, authorization } };

function readAndVerify() {
  const signature = readSignature(request, "json");
  if (signature.kind !== "sigv4") throw new Error("unsigned");
  verifySignature(request, signature, {
    secret: "secret",
    nowsMs: [signedAt],
    keys,
    dialect: "json",
    doubleEncodePath: true,
    signedPayloadHeader: false,
    body,
  });
}

const TABLE = "arn:aws:dynamodb:us-east-1:111111111111:table/t";
const principal: Principal = {
  kind: "user",
  accountId: "111111111111",
  arn: "arn:aws:iam::111111111111:user/ana",
  userId: "AIDAANA",
};

function policy(name: string, ...Statement: unknown[]): AttachedPolicy {
  const text = JSON.stringify({ Version: "2012-10-17", Statement });
  return { name, document: parsePolicy(text, { kind: "identity" }) };
}

const allow = (Action: string[], Resource: string, Condition = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  Condition,
});
const policies = [
  policy("a", allow(["s3:Get*", "s3:List*"], "arn:aws:s3:::*"), allow(["logs:*"], "*")),
  policy("b", allow(["dynamodb:PutItem"], "arn:aws:dynamodb:*:*:table/${aws:username}*")),
  policy(
    "c",
    allow(["dynamodb:GetItem"], TABLE, {
      StringEquals: { "aws:PrincipalTag/Team": "blue" },
      IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
    }),
  ),
];

function decide() {
  const context = requestContext({
    nowMs: signedAt,
    principal,
    secure: true,
    sourceIp: "10.1.2.3",
    principalTags: { Team: "blue" },
  });
  const asked = { principal, action: "dynamodb:GetItem", resource: TABLE, context };
  if (!evaluateAccess(asked, { identity: policies }).allowed) throw new Error("denied");
}

const signingKey = deriveSigningKey("secret", scope);

/** Two hashes and one HMAC: the body's, the canonical request's, the signature. */
function hashOnly() {
  sha256(body);
  sha256(authorization);
  createHmac("sha256", signingKey).update(authorization).digest("hex");
}

const ROUNDS = 41;
const CALLS = 500;

/** The median of some rounds, in microseconds a call: a busy machine slows some of them. */
function microseconds(call: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    for (let count = 0; count < CALLS; count++) call();
    return Number(process.hrtime.bigint() - start) / 1000 / CALLS;
  });
  return rounds.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

export function identity(): void {
  const hashing = microseconds(hashOnly);
  const measures: readonly [string, number, () => void][] = [
    ["reading and checking a signature", 4, readAndVerify],
    ["a decision over three policies", 2, decide],
  ];
  for (const [what, limit, call] of measures) {
    const took = microseconds(call);
    print({
      what,
      measured: took / hashing,
      unit: "times its hashing",
      limit,
      wanted: "at most",
      beside: `${took.toFixed(1)} µs, hashing ${hashing.toFixed(1)} µs`,
    });
  }
}

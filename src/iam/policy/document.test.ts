import { describe, expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { parsePolicy, policyCache, policySize, toPolicyJson } from "./document.ts";
import type { ParseOptions } from "./document.ts";

const identity: ParseOptions = { kind: "identity" };
const managed: ParseOptions = { kind: "identity", keptAs: "managed" };
const inline: ParseOptions = { kind: "identity", keptAs: "inline" };
const trust: ParseOptions = { kind: "trust" };
const resource: ParseOptions = { kind: "resource", errorCode: "MalformedPolicy" };

function refusal(written: unknown, options: ParseOptions) {
  try {
    parsePolicy(typeof written === "string" ? written : JSON.stringify(written), options);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code} ${error.status}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

const Version = "2012-10-17";
const statement = { Effect: "Allow", Action: "sqs:*", Resource: "*" };
const of = (...statements: unknown[]) => ({ Version, Statement: statements });

test("one value and a list of one are the same, and the kind of the text is kept", () => {
  const text = JSON.stringify({
    Version,
    Id: "p",
    Statement: {
      Sid: "One",
      Effect: "Deny",
      Principal: { AWS: ["*", "111111111111"], Service: "lambda.amazonaws.com" },
      NotAction: "sqs:*",
      NotResource: ["arn:aws:sqs:*:*:a", "arn:aws:sqs:*:*:b"],
      Condition: { Bool: { "aws:SecureTransport": false }, NumericLessThan: { "s3:max-keys": 10 } },
    },
  });
  const document = parsePolicy(text, resource);
  expect(document).toEqual({
    version: "2012-10-17",
    id: "p",
    statements: [
      {
        sid: "One",
        effect: "Deny",
        principal: { everyone: true, aws: ["111111111111"], service: ["lambda.amazonaws.com"] },
        notActions: ["sqs:*"],
        notResources: ["arn:aws:sqs:*:*:a", "arn:aws:sqs:*:*:b"],
        conditions: [
          { operator: "Bool", key: "aws:SecureTransport", values: ["false"] },
          { operator: "NumericLessThan", key: "s3:max-keys", values: ["10"] },
        ],
      },
    ],
  });
  expect(parsePolicy(JSON.stringify(toPolicyJson(document)), resource)).toEqual(document);
});

test("without a version it is the old one", () => {
  const text = JSON.stringify({ Statement: statement });
  expect(parsePolicy(text, identity).version).toBe("2008-10-17");
});

describe("refusals", () => {
  const M = "MalformedPolicyDocument 400: ";
  const principal = { Principal: "*" };
  const assume = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "111111111111" } };
  test.for<[unknown, ParseOptions, string]>([
    ["{", identity, `${M}Syntax errors in policy.`],
    ["[]", identity, `${M}Syntax errors in policy.`],
    ["{", trust, `${M}This policy contains invalid Json`],
    [
      " {}",
      resource,
      "MalformedPolicy 400: Policies must be valid JSON and the first byte must be '{'",
    ],
    ["{}", resource, "MalformedPolicy 400: Missing required field Statement"],
    [{ ...of(statement), Version: "2011-01-01" }, identity, `${M}Syntax errors in policy.`],
    [{ Version }, identity, `${M}Syntax errors in policy.`],
    [of(), identity, `${M}Syntax errors in policy.`],
    [of({ ...statement, Effect: "Maybe" }), identity, `${M}Syntax errors in policy.`],
    [of({ ...statement, Effect: "allow" }), identity, `${M}The policy failed legacy parsing`],
    [of({ ...statement, Colour: "red" }), identity, `${M}Syntax errors in policy.`],
    [of({ ...assume, Colour: "red" }), trust, `${M}Unknown field Colour`],
    [
      of({ Effect: "Allow", Resource: "*" }),
      identity,
      `${M}Policy statement must contain actions.`,
    ],
    [
      of({ Effect: "Allow", Action: "*" }),
      identity,
      `${M}Policy statement must contain resources.`,
    ],
    [of({ ...statement, NotAction: "*" }), identity, `${M}Syntax errors in policy.`],
    [of({ ...statement, Action: [] }), identity, `${M}Policy statement must contain actions.`],
    [of({ ...statement, Resource: [] }), identity, `${M}Policy statement must contain resources.`],
    [of({ ...statement, Action: ":Get" }), identity, `${M}Vendor  is not valid`],
    [of({ ...statement, Action: 1 }), identity, `${M}Syntax errors in policy.`],
    [
      of({ ...statement, Action: "SendMessage" }),
      identity,
      `${M}Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`,
    ],
    [of({ ...statement, Action: "s*s:Get" }), identity, `${M}Vendor s*s is not valid`],
    [
      of({ ...statement, Action: "s3:s3:GetObject" }),
      identity,
      `${M}Actions/Condition can contain only one colon.`,
    ],
    [
      of({ ...statement, NotAction: ["s3:*", "s3:Get:*"], Action: undefined }),
      identity,
      `${M}Actions/Condition can contain only one colon.`,
    ],
    [
      of({ ...statement, Resource: "arn:aws:s3:us-west-2:111111111111:test/athena" }),
      identity,
      `${M}Resource arn:aws:s3:us-west-2:111111111111:test/athena can not contain region information.`,
    ],
    [
      of({ ...statement, Resource: ["*", "arn:aws:s3:us-east-1::shop/*"] }),
      identity,
      `${M}Resource arn:aws:s3:us-east-1::shop/* can not contain region information.`,
    ],
    [
      of({ ...statement, Resource: "arn:aws:iam:us-east-1:111111111111:role/*" }),
      identity,
      `${M}IAM resource arn:aws:iam:us-east-1:111111111111:role/* cannot contain region information.`,
    ],
    [
      of({
        ...statement,
        NotResource: [
          "arn:aws:s3:::shop/*",
          "arn:aws:s3:*:*:shop",
          "arn:aws:s3:us-west-2:111111111111:accesspoint/web/object/*",
          "arn:aws:s3:us-west-2:111111111111:*",
          "arn:aws-us-gov:s3:us-gov-west-1:111111111111:job/*",
          "arn:aws:iam::111111111111:role/*",
          "arn:aws:sqs:us-east-1:111111111111:jobs",
        ],
        Resource: undefined,
      }),
      identity,
      "accepted",
    ],
    [
      of({ ...statement, Resource: "jobs" }),
      identity,
      `${M}Resource jobs must be in ARN format or "*".`,
    ],
    [
      of({ ...statement, Resource: "arn:amazon:sqs:::a" }),
      identity,
      `${M}Partition "amazon" is not valid for resource "arn:amazon:sqs:::a".`,
    ],
    [
      of({ ...statement, ...principal }),
      identity,
      `${M}Policy document should not specify a principal.`,
    ],
    [
      of({ ...statement, Sid: "a b" }),
      identity,
      `${M}Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*`,
    ],
    [
      of({ ...statement, Sid: "a" }, { ...statement, Sid: "a" }),
      identity,
      `${M}Statement IDs (SID) in a single policy must be unique.`,
    ],
    [
      of({ ...statement, Condition: { StringIs: { "aws:a": "b" } } }),
      identity,
      `${M}Invalid Condition type : StringIs`,
    ],
    [
      of({ ...statement, Condition: { Bool: { a: "b" } } }),
      identity,
      `${M}Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`,
    ],
    [of({ ...assume, Resource: "*" }), trust, `${M}Has prohibited field Resource`],
    [
      of({ ...assume, Action: "s3:*" }),
      trust,
      `${M}AssumeRole policy may only specify STS AssumeRole actions.`,
    ],
    [
      of({ ...assume, Condition: { StringEquals: { "https://id.example/1:sub": "a" } } }),
      trust,
      `${M}Condition can contain only one colon.`,
    ],
    [
      of({
        ...assume,
        Condition: { StringLike: { "id.example/1:sub": "a", "aws:RequestTag/a:b": "c" } },
      }),
      trust,
      "accepted",
    ],
    [
      of({ ...statement, Condition: { StringLike: { "kms:EncryptionContext:App": "a" } } }),
      identity,
      "accepted",
    ],
    [of({ ...assume, Principal: undefined }), trust, `${M}Missing required field Principal`],
    [
      of({ ...assume, Principal: { Service: "ec2" } }),
      trust,
      `${M}Invalid principal in policy: "SERVICE":"ec2"`,
    ],
    [
      of({ ...assume, Principal: { AWS: [], Service: [] } }),
      trust,
      `${M}Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a statement with no principals!`,
    ],
    [
      of({ ...assume, Principal: { AWS: "ana" } }),
      trust,
      `${M}Invalid principal in policy: "AWS":"ana"`,
    ],
    [of(statement), resource, "MalformedPolicy 400: Missing required field Principal"],
    [
      of({ ...statement, Principal: "ana" }),
      resource,
      "MalformedPolicy 400: Invalid principal in policy",
    ],
    [
      of({ ...statement, Principal: { AWS: "arn:aws:iam::111111111111:user/*" } }),
      resource,
      "MalformedPolicy 400: Invalid principal in policy",
    ],
    [
      of({ ...statement, ...principal, Resource: undefined }),
      resource,
      "MalformedPolicy 400: Missing required field Resource",
    ],
    [
      of({ ...statement, ...principal, Resource: undefined }),
      { ...resource, resourceOptional: true },
      "accepted",
    ],
    [of({ ...statement, ...principal, Sid: "a b" }), resource, "accepted"],
    [
      of({ ...assume, Principal: { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] } }),
      trust,
      "accepted",
    ],
    [
      of({ ...assume, Principal: { AWS: "arn:aws:iam::111111111111:role/path/worker" } }),
      trust,
      "accepted",
    ],
  ])("%j", ([written, options, expected]) => {
    expect(refusal(written, options)).toBe(expected);
  });
});

describe("what IAM is to keep it looks at more closely", () => {
  const M = "MalformedPolicyDocument 400: ";
  const legacy = `${M}The policy failed legacy parsing`;
  const onArn = (Resource: string) => of({ ...statement, Resource });
  const until = (value: unknown) =>
    of({ ...statement, Condition: { DateLessThanIfExists: { "aws:CurrentTime": value } } });
  const old = { Statement: statement };
  const assume = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "111111111111" } };
  const paths =
    "user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, " +
    "policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.";
  test.for<[unknown, ParseOptions, string]>([
    [old, managed, `${M}Policy document must be version 2012-10-17 or greater.`],
    [
      { ...old, Version: "2008-10-17" },
      managed,
      `${M}Policy document must be version 2012-10-17 or greater.`,
    ],
    [old, inline, "accepted"],
    [{ ...old, Version: "2008-10-17" }, inline, "accepted"],
    [
      onArn("arn:aws:*:*:*:*shop*"),
      inline,
      `${M}Resource vendor must be fully qualified and cannot contain regexes.`,
    ],
    [
      onArn("arn:aws"),
      inline,
      `${M}Resource vendor must be fully qualified and cannot contain regexes.`,
    ],
    [onArn("arn:aws:codepipeline:*"), managed, "accepted"],
    [onArn("arn:*:kms:*:*:key/*"), managed, "accepted"],
    [onArn("arn:aws:s3::shop"), inline, legacy],
    [onArn("arn:aws:iam::${aws:PrincipalAccount}:role/*"), managed, legacy],
    [onArn("arn:aws:iam::${aws:PrincipalAccount}:role/*"), identity, "accepted"],
    [onArn("arn:aws:iam::aws:policy/*"), managed, "accepted"],
    [
      onArn("arn:aws:iam::111111111111:*/*"),
      managed,
      `${M}IAM resource path must either be "*", root, or start with ${paths}`,
    ],
    [onArn("arn:aws:iam::111111111111:root"), managed, "accepted"],
    [onArn("arn:aws:iam::*:*"), managed, "accepted"],
    [
      onArn("arn:${PARTITION}:s3:::shop"),
      managed,
      `${M}Partition "\${PARTITION}" is not valid for resource "arn:\${PARTITION}:s3:::shop".`,
    ],
    [
      onArn("s3::shop/*"),
      inline,
      `${M}Partition "" is not valid for resource "arn::shop/*:*:*:*".`,
    ],
    [
      of({ ...assume, Principal: "*" }),
      { ...trust, keptAs: "trust" },
      `${M}AssumeRolepolicy contained an invalid principal: "STAR":"*".`,
    ],
    [of({ ...assume, Principal: "*" }), trust, "accepted"],
    [of({ ...assume, Principal: { AWS: "*" } }), { ...trust, keptAs: "trust" }, "accepted"],
    [until("2026-01-01"), inline, "accepted"],
    [until("2026-01-01T00:00:00Z"), inline, "accepted"],
    [until(1_700_000_000), inline, "accepted"],
    [until("tomorrow"), inline, legacy],
    [until("Jan 1 2026"), inline, legacy],
  ])("%j", ([written, options, expected]) => {
    expect(refusal(written, options)).toBe(expected);
  });
});

test("a policy's size does not count white space", () => {
  expect(policySize('{ "Version" :\n\t"2012-10-17" }')).toBe(24);
});

test("the same text is the same document, so that it is compiled once", () => {
  const cache = policyCache(1);
  const [first, second] = [JSON.stringify(of(statement)), JSON.stringify(of(statement, statement))];
  const document = cache.get(first, identity);
  expect(cache.get(first, identity)).toBe(document);
  expect(cache.get(second, identity).statements.length).toBe(2);
  expect(cache.get(first, identity)).not.toBe(document);
});

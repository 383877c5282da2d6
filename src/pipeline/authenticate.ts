/**
 * Who calls? Signatures are checked, keys looked up; what comes out is an identity and the place
 * that it speaks to.
 */
import type { CredentialIdentity, Credential, Identities } from "../iam/identities.ts";
import {
  expiredSecurityToken,
  invalidSecurityToken,
  missingAuthentication,
  signatureMismatch,
  unknownAccessKey,
  type Dialect,
} from "../iam/signature/errors.ts";
import { readSignature, type SigV4 } from "../iam/signature/request-signature.ts";
import { checkTime } from "../iam/signature/validity.ts";
import { verifySignature, type Verified } from "../iam/signature/verify.ts";
import { verifyVersion2, type SigV2 } from "../iam/signature/version2.ts";
import type { CloudOptions } from "../cloud-types.ts";
import { remembered } from "../kernel/remembered.ts";
import type { Caller } from "../kernel/service.ts";
import type { Place } from "../kernel/table.ts";
import type { ProtocolName } from "../model/model.ts";
import type { Route } from "../protocol/route/route.ts";
import { isAlsoSigned } from "../protocol/route/services.ts";
import { isRegion, whyNoRegion } from "../kernel/regions.ts";
import { NOBODY, exchangeOf, type Parts, type Visit } from "./visit.ts";

/** The key id and secret that everybody's scripts use. */
const CONVENTIONAL = "test";
const ACCOUNT_AS_KEY = /^\d{12}$/;

/** The family of refusals: that of the protocol in which the request came. A service may have several. */
export function dialectOf({ service, protocol }: Route): Dialect {
  if (service.signingName === "s3") return "storage";
  return DIALECTS[protocol.name];
}

const DIALECTS: Readonly<Record<ProtocolName, Dialect>> = {
  query: "query",
  ec2: "ec2",
  json: "json",
  "smithy-rpc-v2-cbor": "json",
  "rest-json": "rest",
  "rest-xml": "query",
};

export function checksSignatures({ signatures }: CloudOptions, dialect: Dialect): boolean {
  return signatures === true || (signatures === "except S3" && dialect !== "storage");
}

/** Signature, identity and place: at once, unless a key has to be looked up. */
export function authenticate(parts: Parts, visit: Visit): Promise<void> | undefined {
  const { route, request } = visit;
  if (route === undefined) throw new Error("a request is routed before it is authenticated");
  const dialect = dialectOf(route);
  const signature = readSignature(request, dialect);
  visit.signature = signature;
  if (signature.kind === "sigv2") return authenticateVersion2(parts, visit, signature);
  if (signature.kind !== "sigv4") return admitAnonymous(parts, visit, route, dialect);
  const { strict } = parts.options;
  // AWS: outside object storage the date is looked at before the key. What is nobody's key is judged
  // only in strict mode.
  if (strict && dialect !== "storage" && checksSignatures(parts.options, dialect)) {
    checkTime(signature, parts.kernel.clock.both(), dialect);
  }
  const credential = credentialOf(parts, visit, signature, dialect);
  if (!(credential instanceof Promise)) return admit(parts, visit, signature, credential, dialect);
  return credential.then((known) => admit(parts, visit, signature, known, dialect));
}

function admit(
  parts: Parts,
  visit: Visit,
  signature: SigV4,
  credential: Known,
  dialect: Dialect,
): undefined {
  visit.identity = credential;
  visit.place = placeFor(parts, visit, credential.caller.accountId, signature, dialect);
  if (!checksSignatures(parts.options, dialect)) return;
  if (credential.secretAccessKey === undefined) return;
  visit.verified = verify(parts, visit, signature, credential.secretAccessKey, dialect);
}

/** Some services decide by their resources' policies; some operations are never signed. */
async function admitAnonymous(
  parts: Parts,
  visit: Visit,
  { service, operation }: Route,
  dialect: Dialect,
): Promise<void> {
  visit.identity = { caller: NOBODY };
  visit.place = placeFor(parts, visit, parts.options.accountId, undefined, dialect);
  if (operation.unsigned === true) return;
  const bound = await parts.services.load(service.name);
  if (bound?.access.anonymous !== true) throw missingAuthentication(dialect);
}

/** Object storage alone still takes it. It says nothing of the body. */
async function authenticateVersion2(parts: Parts, visit: Visit, signature: SigV2): Promise<void> {
  const credential = await credentialOf(parts, visit, signature, "storage");
  visit.identity = credential;
  visit.place = placeFor(parts, visit, credential.caller.accountId, undefined, "storage");
  const secret = credential.secretAccessKey;
  if (!checksSignatures(parts.options, "storage") || secret === undefined) return;
  const { clock } = parts.kernel;
  const bucket = visit.route?.labels["Bucket"];
  const { path } = visit.request;
  const inPath = bucket === undefined || path === `/${bucket}` || path.startsWith(`/${bucket}/`);
  verifyVersion2(visit.request, signature, {
    secret,
    nowsMs: clock.both(),
    bucketInHost: inPath ? undefined : bucket,
  });
}

export type Known = CredentialIdentity & { readonly secretAccessKey: string | undefined };

/**
 * Conventional keys are an account's root user; issued ones are looked up; others are nobody's, or
 * the default root's.
 */
export function credentialOf(
  parts: Parts,
  visit: Visit,
  signature: Pick<SigV4, "accessKeyId" | "securityToken">,
  dialect: Dialect,
): Known | Promise<Known> {
  const { accessKeyId } = signature;
  const { strict, accountId } = parts.options;
  const known = parts.conventional(accessKeyId);
  if (known !== undefined) return known;
  const judge = (credential: Credential | undefined): Known => {
    if (credential === undefined) {
      if (strict) throw unknownAccessKey(dialect, accessKeyId);
      return root(accountId, accessKeyId, undefined);
    }
    checkCredential(parts, credential, signature.securityToken, dialect);
    visit.issued = true;
    return credential;
  };
  const found = lookUp(parts, visit, accessKeyId);
  return found instanceof Promise ? found.then(judge) : judge(found);
}

/** The keys that nobody has to be given, and whose they are. */
export const conventionalKeys = ({ accountId, strict }: CloudOptions) =>
  remembered(1000, (accessKeyId: string): Known | undefined => {
    if (accessKeyId === CONVENTIONAL) return root(accountId, accessKeyId, CONVENTIONAL);
    if (!ACCOUNT_AS_KEY.test(accessKeyId)) return undefined;
    return root(accessKeyId, accessKeyId, strict ? CONVENTIONAL : undefined);
  });

function checkCredential(
  parts: Parts,
  credential: Credential,
  token: string | undefined,
  dialect: Dialect,
): void {
  if (!credential.active) throw unknownAccessKey(dialect, credential.accessKeyId);
  // AWS: nor may a token come with a key that has none.
  if (credential.sessionToken !== token) {
    throw token === undefined
      ? unknownAccessKey(dialect, credential.accessKeyId)
      : invalidSecurityToken(dialect, token);
  }
  if (credential.expiresAt !== undefined && credential.expiresAt <= parts.kernel.clock.now()) {
    throw expiredSecurityToken(dialect, token ?? "");
  }
}

function lookUp(
  parts: Parts,
  visit: Visit,
  accessKeyId: string,
): Credential | undefined | Promise<Credential | undefined> {
  const exchange = exchangeOf(parts, visit);
  return parts.kernel.transactAtOnce((transaction) => {
    const run = { exchange, transaction, now: transaction.now };
    return (parts.links.identities(run) as Identities).credential(accessKeyId);
  });
}

function root(accountId: string, accessKeyId: string, secretAccessKey: string | undefined): Known {
  const caller: Caller = {
    kind: "root",
    accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    userId: accountId,
    accessKeyId,
  };
  return { caller, secretAccessKey };
}

function verify(
  parts: Parts,
  visit: Visit,
  signature: SigV4,
  secret: string,
  dialect: Dialect,
): Verified {
  const { clock } = parts.kernel;
  const storage = dialect === "storage";
  return verifySignature(visit.request, signature, {
    expected: { service: signingNameIn(signature, visit.route) },
    secret,
    nowsMs: clock.both(),
    keys: parts.signingKeys,
    dialect,
    doubleEncodePath: !storage,
    signedPayloadHeader: storage,
    body: visit.body,
  });
}

/** In the scope: the service's own name, or the other one by which clients sign for it. */
function signingNameIn({ scope }: SigV4, route: Route | undefined): string | undefined {
  const service = route?.service;
  if (service === undefined || scope.service === service.signingName) return scope.service;
  return isAlsoSigned(service.name, scope.service) ? scope.service : service.signingName;
}

function placeFor(
  parts: Parts,
  visit: Visit,
  accountId: string,
  signature: SigV4 | undefined,
  dialect: Dialect,
): Place {
  const asked = signature === undefined ? visit.route?.region : firstOf(signature.scope.region);
  const region = regionOf(asked ?? "") ?? parts.options.region;
  if (!parts.options.anyRegion && !isRegion(region)) {
    throw signatureMismatch(
      dialect,
      `Credential should be scoped to a valid region. ${whyNoRegion(region)}; ALLOW_NONSTANDARD_REGIONS=1 accepts it.`,
    );
  }
  return { accountId, region };
}

/** Undefined: none in particular. AWS: what has one endpoint for all regions is in the oldest of them. */
function regionOf(asked: string): string | undefined {
  if (asked === "" || asked === "*") return undefined;
  return asked === "aws-global" ? "us-east-1" : asked;
}

/** SigV4a may name a set of regions. */
const firstOf = (regions: string) =>
  regions.includes(",") ? regions.slice(0, regions.indexOf(",")) : regions;

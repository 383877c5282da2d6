/**
 * Trust policies: who may become a role. Users and roles in them are held by unique id: a later
 * namesake is not trusted.
 */
import { parsePolicy, policySize } from "../../iam/policy/document.ts";
import type { Iam } from "./api.ts";
import { MalformedPolicyDocumentException, quotaExceeded } from "./errors.ts";
import { getRole, getUser, iamArn } from "./named.ts";
import { QUOTAS } from "./quotas.ts";
import type { Role } from "./state.ts";
import { accountOf } from "./unique-id.ts";

export interface Trust {
  readonly trustPolicy: string;
  readonly trusted: Readonly<Record<string, string>>;
}

const PRINCIPAL_ARN = /^arn:[^:]+:iam::(\d{12}):(user|role)(\/(?:[^/]+\/)*)([^/]+)$/;
const UNIQUE_ID = /^(AIDA|AROA)/;
const ACCOUNT = /^\d{12}$/;

/** Reads a trust policy, and refuses principals that do not exist. */
export function readTrust(iam: Iam, document: string): Trust {
  const { statements } = parsePolicy(document, { kind: "trust", keptAs: "trust" });
  if (policySize(document) > QUOTAS.trustPolicySize) {
    throw quotaExceeded("ACLSizePerRole", QUOTAS.trustPolicySize);
  }
  let trustPolicy = document;
  const trusted: Record<string, string> = {};
  for (const { principal, notPrincipal } of statements) {
    checkFederated([...(principal?.federated ?? []), ...(notPrincipal?.federated ?? [])]);
    for (const name of [...(principal?.aws ?? []), ...(notPrincipal?.aws ?? [])]) {
      // AWS: an account is kept as its root user.
      if (ACCOUNT.test(name)) {
        const root = iam.arn("iam", "root", { accountId: name, region: "" });
        trustPolicy = renamed(trustPolicy, name, root);
        continue;
      }
      const known = identify(iam, name);
      if (known === "unchecked") continue;
      if (known === undefined) {
        throw MalformedPolicyDocumentException(`Invalid principal in policy: "AWS":"${name}"`);
      }
      trusted[known.arn] = known.id;
      if (known.arn !== name) trustPolicy = renamed(trustPolicy, name, known.arn);
    }
  }
  return { trustPolicy, trusted };
}

const PROVIDER =
  /^(\*|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|arn:aws[a-z-]*:iam::\d{12}:(saml|oidc)-provider\/.+)$/;

/** The form alone is asked for, not whether the provider is there. */
function checkFederated(names: readonly string[]): void {
  if (names.every((name) => PROVIDER.test(name))) return;
  throw MalformedPolicyDocumentException(
    "Federated principals must be valid domain names or SAML metadata ARNs",
  );
}

/** The trust policy as it stands today: whoever is gone is shown, and matched, by unique id. */
export function currentTrust(iam: Iam, role: Pick<Role, "trustPolicy" | "trusted">): string {
  let text = role.trustPolicy;
  for (const [arn, id] of Object.entries(role.trusted)) {
    const now = arnOfId(iam, id);
    if (now !== arn) text = renamed(text, arn, now ?? id);
  }
  return text;
}

function identify(iam: Iam, name: string): { arn: string; id: string } | undefined | "unchecked" {
  if (UNIQUE_ID.test(name)) {
    const arn = arnOfId(iam, name);
    return arn === undefined ? undefined : { arn, id: name };
  }
  const [, accountId, kind, path, last] = PRINCIPAL_ARN.exec(name) ?? [];
  if (accountId === undefined || last === undefined) return "unchecked";
  const there = iam.at({ accountId });
  const row = kind === "user" ? getUser(there, last) : getRole(there, last);
  return row?.name === last && row.path === path ? { arn: name, id: row.id } : undefined;
}

function arnOfId(iam: Iam, id: string): string | undefined {
  const accountId = accountOf(id);
  if (accountId === undefined) return undefined;
  const there = iam.at({ accountId });
  const kind = id.startsWith("AIDA") ? "user" : "role";
  const row = kind === "user" ? there.users.get(id) : there.roles.get(id);
  return row && iamArn(there, kind, row);
}

/** In principals alone: the same text in a condition stays what it is. */
function renamed(text: string, from: string, to: string): string {
  const rename = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(rename) : value === from ? to : value;
  const json = JSON.parse(text) as Json;
  const statements: unknown = json["Statement"];
  for (const statement of (Array.isArray(statements) ? statements : [statements]) as Json[]) {
    for (const element of ["Principal", "NotPrincipal"]) {
      const principal = statement[element];
      if (typeof principal !== "object" || principal === null) continue;
      statement[element] = { ...principal, AWS: rename((principal as Json)["AWS"]) };
    }
  }
  return JSON.stringify(json);
}

type Json = Record<string, unknown>;

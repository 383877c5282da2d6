/** Who calls, and how far a policy's principal element reaches to them. */
import type { PrincipalElement, Statement } from "./document.ts";

export interface Principal {
  readonly kind:
    | "root"
    | "user"
    | "role-session"
    /** A session from GetFederationToken: a user's permissions, cut by its session policy. */
    | "federated-user"
    /** Someone whom an identity provider vouches for, before they have a session. */
    | "federated"
    | "service"
    | "anonymous";
  /** Absent of services, anonymous callers and those of an identity provider. */
  readonly accountId?: string;
  /**
   * As it stands in denials: of a role session `arn:aws:sts::…:assumed-role/role/session`; of a
   * service its name.
   */
  readonly arn: string;
  /** `AIDA…`, `AROA…:session`, the account's number for root. */
  readonly userId: string;
  /** Of a session: the ARN of the role or user whose permissions it has. */
  readonly issuerArn?: string;
  /**
   * Of a service: all names that a policy may give it; of a federated caller: the provider's ARN
   * or host.
   */
  readonly names?: readonly string[];
  readonly canonicalUserId?: string;
  /** Neither SCPs nor RCPs bind such a role. */
  readonly serviceLinkedRole?: boolean;
}

/**
 * How directly a resource policy names the caller. The account only lets the account's own
 * policies decide; a session's role or user grants what boundaries and session policies still
 * cut; the caller itself, or everyone, grants as it is.
 */
export const Reach = { none: 0, account: 1, issuer: 2, direct: 3 } as const;
export type Reach = (typeof Reach)[keyof typeof Reach];

export type Reaches = (principal: Principal) => Reach;

const DIRECT: Reaches = () => Reach.direct;

/**
 * A statement without a principal element (an identity policy's) reaches whoever it is attached
 * to.
 */
export function compilePrincipals(statement: Statement): Reaches {
  if (statement.principal !== undefined) return compileNamed(statement.principal);
  if (statement.notPrincipal === undefined) return DIRECT;
  return statement.effect === "Deny"
    ? compileAllBut(statement.notPrincipal)
    : allowAllBut(statement.notPrincipal);
}

function compileNamed(element: PrincipalElement): Reaches {
  if (element.everyone === true) return DIRECT;
  const aws = new Set(element.aws);
  const others = new Set([...(element.service ?? []), ...(element.federated ?? [])]);
  const canonical = new Set(element.canonicalUser);
  return (principal) => {
    if (principal.kind === "service" || principal.kind === "federated") {
      return namesOf(principal).some((name) => others.has(name)) || others.has("*")
        ? Reach.direct
        : Reach.none;
    }
    if (aws.has(principal.arn) || aws.has(principal.userId)) return Reach.direct;
    const { issuerArn, userId } = principal;
    if (issuerArn !== undefined) {
      const [uniqueId = ""] = userId.split(":");
      if (aws.has(issuerArn) || aws.has(uniqueId)) return Reach.issuer;
    }
    if (principal.canonicalUserId !== undefined && canonical.has(principal.canonicalUserId)) {
      return Reach.account;
    }
    return principal.accountId !== undefined && hasAccount(aws, principal)
      ? accountReach(principal)
      : Reach.none;
  };
}

const namesOf = (principal: Principal) => principal.names ?? [principal.arn];

/** The account is its root user; all others in it need a policy of the account's own. */
const accountReach = (principal: Principal) =>
  principal.kind === "root" ? Reach.direct : Reach.account;

function hasAccount(aws: ReadonlySet<string>, principal: Principal): boolean {
  const { accountId = "" } = principal;
  return aws.has(accountId) || aws.has(rootArn(principal));
}

function rootArn(principal: Principal): string {
  const partition = principal.arn.split(":")[1] ?? "aws";
  return `arn:${partition}:iam::${principal.accountId}:root`;
}

/**
 * AWS: a Deny with NotPrincipal spares a caller only when all that it is made of is listed: the
 * session, its role, and the account.
 */
function compileAllBut(element: PrincipalElement): Reaches {
  const named = compileNamed(element);
  const aws = new Set(element.aws);
  return (principal) => {
    if (element.everyone === true) return Reach.none;
    if (principal.accountId === undefined || principal.kind === "root") {
      return named(principal) === Reach.none ? Reach.direct : Reach.none;
    }
    const whole = [
      principal.arn,
      ...(principal.issuerArn === undefined ? [] : [principal.issuerArn]),
    ];
    const spared = whole.every((arn) => aws.has(arn)) && hasAccount(aws, principal);
    return spared ? Reach.none : Reach.direct;
  };
}

function allowAllBut(element: PrincipalElement): Reaches {
  const named = compileNamed(element);
  return (principal) => (named(principal) === Reach.none ? Reach.direct : Reach.none);
}

/** The principal element that names the caller so that it holds for the next session, too. */
export function toPrincipalElement(principal: Principal): PrincipalElement {
  const names = namesOf(principal).slice(0, 1);
  if (principal.kind === "anonymous") return { everyone: true };
  if (principal.kind === "service") return { service: names };
  if (principal.kind === "federated") return { federated: names };
  return { aws: [principal.issuerArn ?? principal.arn] };
}

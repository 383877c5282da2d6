/**
 * What a service seals into a denial, for those who may call sts:DecodeAuthorizationMessage: the
 * decision, the statements behind it, and the request as policies saw it.
 */
import { contextOf } from "./context.ts";
import type { Decision } from "./decision.ts";
import type { Statement } from "./document.ts";
import type { AccessRequest, PolicySets } from "./evaluate.ts";
import type { Principal } from "./principal.ts";
import { matchedStatements } from "./simulate.ts";

export function authorizationMessage(
  request: AccessRequest,
  sets: PolicySets,
  decision: Decision,
): string {
  const { principal, action, resource } = request;
  const context = contextOf(request.context);
  const conditions = context
    .names()
    .toSorted()
    .map((key) => ({ key, values: valuesOf(context.get(key.toLowerCase()) ?? []) }));
  return JSON.stringify({
    allowed: decision.allowed,
    explicitDeny: decision.kind === "explicit-deny",
    matchedStatements: items(deniers(request, sets, decision)),
    failures: items([]),
    context: {
      principal: { id: principal.userId, name: nameOf(principal), arn: principal.arn },
      action,
      resource,
      conditions: items(conditions),
    },
  });
}

/** AWS: of an implicit denial no statement is told. */
function deniers(request: AccessRequest, sets: PolicySets, { kind }: Decision) {
  if (kind !== "explicit-deny") return [];
  return matchedStatements(request, sets)
    .filter(({ effect }) => effect === "Deny")
    .map(({ statement }) => told(statement, request.principal));
}

const told = (statement: Statement, { userId }: Principal) => ({
  statementId: statement.sid ?? "",
  effect: "DENY",
  principals: valuesOf([userId]),
  principalGroups: items([]),
  actions: valuesOf(statement.actions ?? []),
  resources: valuesOf(statement.resources ?? []),
  conditions: items(
    statement.conditions.map(({ key, values }) => ({ key, values: valuesOf(values) })),
  ),
});

const nameOf = ({ arn }: Principal) =>
  arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);

const items = <Item>(list: readonly Item[]) => ({ items: list });

const valuesOf = (values: readonly string[]) => items(values.map((value) => ({ value })));

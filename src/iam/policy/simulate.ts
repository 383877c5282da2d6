/** What policy simulation and GetContextKeysFor… ask of policies, apart from the decision. */
import { compile } from "./compiled.ts";
import { contextOf } from "./context.ts";
import type { DecidedBy, PolicyType } from "./decision.ts";
import type { PolicyDocument, Statement } from "./document.ts";
import type { AccessRequest, AttachedPolicy, PolicySets } from "./evaluate.ts";
import { variablesIn } from "./match.ts";
import { Reach } from "./principal.ts";

export interface MatchedStatement extends DecidedBy {
  readonly effect: "Allow" | "Deny";
  readonly statement: Statement;
}

/**
 * Every statement that applies to the request, of all kinds of policy, in the order of
 * evaluation.
 */
export function matchedStatements(request: AccessRequest, sets: PolicySets): MatchedStatement[] {
  const subject = {
    principal: request.principal,
    lowerCaseAction: request.action.toLowerCase(),
    resource: request.resource,
    context: contextOf(request.context),
  };
  return attachedIn(sets).flatMap(({ policyType, policy }) =>
    compile(policy.document)
      .filter((statement) => statement.reach(subject) !== Reach.none)
      .map(({ statement, index }) => ({
        policyType,
        policy: policy.name,
        index,
        sid: statement.sid,
        effect: statement.effect,
        statement,
      })),
  );
}

/**
 * Condition keys that the policies ask for and the request does not have, as the policies spell
 * them.
 */
export function missingContextValues(request: AccessRequest, sets: PolicySets): string[] {
  const context = contextOf(request.context);
  return contextKeysOf(attachedIn(sets).map(({ policy }) => policy.document)).filter(
    (key) => context.get(key.toLowerCase()) === undefined,
  );
}

/**
 * All condition keys in conditions and variables: each once, whatever its case, in the order of
 * appearance.
 */
export function contextKeysOf(documents: readonly PolicyDocument[]): string[] {
  const found = new Map<string, string>();
  for (const document of documents) {
    for (const statement of document.statements) {
      for (const key of keysOf(statement, document.version === "2012-10-17")) {
        const lower = key.toLowerCase();
        if (!found.has(lower)) found.set(lower, key);
      }
    }
  }
  return [...found.values()];
}

function keysOf(statement: Statement, variables: boolean): string[] {
  const { resources = [], notResources = [], conditions } = statement;
  const keys = conditions.map(({ key }) => key);
  if (!variables) return keys;
  const texts = [...resources, ...notResources, ...conditions.flatMap(({ values }) => values)];
  return [...keys, ...texts.flatMap(variablesIn)];
}

interface Attached {
  readonly policyType: PolicyType;
  readonly policy: AttachedPolicy;
}

const all = (policyType: PolicyType, policies: readonly AttachedPolicy[] | undefined): Attached[] =>
  (policies ?? []).map((policy) => ({ policyType, policy }));

function attachedIn(sets: PolicySets): Attached[] {
  return [
    ...all("rcp", sets.rcps?.flat()),
    ...all("scp", sets.scps?.flat()),
    ...all("endpoint", sets.endpoint && [sets.endpoint]),
    ...all(sets.resourceRule === "trust" ? "trust" : "resource", sets.resource),
    ...all("grant", sets.grants),
    ...all("identity", sets.identity),
    ...all("boundary", sets.boundary && [sets.boundary]),
    ...all("session", sets.session),
  ];
}

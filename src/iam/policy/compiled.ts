/** Policy documents made ready for matching, once per document. */
import { compileConditions } from "./conditions.ts";
import type { Holds } from "./conditions.ts";
import type { ConditionContext } from "./context.ts";
import type { PolicyDocument, Statement } from "./document.ts";
import { compileActions, compileArn } from "./match.ts";
import { compilePrincipals, Reach } from "./principal.ts";
import type { Principal, Reaches } from "./principal.ts";

/** What a statement is matched against. */
export interface Subject {
  readonly principal: Principal;
  readonly lowerCaseAction: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

export interface CompiledStatement {
  readonly statement: Statement;
  readonly index: number;
  readonly deny: boolean;
  /** `Reach.none` when the statement does not apply. */
  reach(subject: Subject): Reach;
}

const compiled = new WeakMap<PolicyDocument, readonly CompiledStatement[]>();

export function compile(document: PolicyDocument): readonly CompiledStatement[] {
  const known = compiled.get(document);
  if (known !== undefined) return known;
  const variables = document.version === "2012-10-17";
  const fresh = document.statements.map((one, index) => compileStatement(one, index, variables));
  compiled.set(document, fresh);
  return fresh;
}

function compileStatement(
  statement: Statement,
  index: number,
  variables: boolean,
): CompiledStatement {
  const actions = compileActions(statement.actions ?? statement.notActions ?? []);
  const actionsWanted = statement.notActions === undefined;
  const resources = compileResources(statement, variables);
  const reaches: Reaches = compilePrincipals(statement);
  const holds: Holds = compileConditions(statement.conditions, variables);
  return {
    statement,
    index,
    deny: statement.effect === "Deny",
    reach: (subject) => {
      if (actions(subject.lowerCaseAction) !== actionsWanted) return Reach.none;
      if (!resources(subject)) return Reach.none;
      const reach = reaches(subject.principal);
      return reach !== Reach.none && holds(subject.context) ? reach : Reach.none;
    },
  };
}

/**
 * Without a resource element (trust policies, some resource policies) the statement means what it
 * is attached to.
 */
function compileResources(
  { resources, notResources }: Statement,
  variables: boolean,
): (subject: Subject) => boolean {
  const listed = resources ?? notResources;
  if (listed === undefined) return () => true;
  const wanted = notResources === undefined;
  const patterns = listed.map((resource) => compileArn(resource, variables));
  const [only] = patterns;
  if (patterns.length === 1 && only !== undefined) {
    return ({ resource, context }) => only(resource, context) === wanted;
  }
  return ({ resource, context }) =>
    patterns.some((matches) => matches(resource, context)) === wanted;
}

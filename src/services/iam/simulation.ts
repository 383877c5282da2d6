/** The policy simulator: the engine that decides real calls, asked without calling. */
import { parsePolicy, type PolicyDocument } from "../../iam/policy/document.ts";
import { evaluateAccess, type AccessRequest, type PolicySets } from "../../iam/policy/evaluate.ts";
import type { Principal } from "../../iam/policy/principal.ts";
import {
  contextKeysOf,
  matchedStatements,
  missingContextValues,
} from "../../iam/policy/simulate.ts";
import type { InputOf } from "../../kernel/types.ts";
import type { Iam, Operation, Sdk } from "./api.ts";
import { InvalidInputException, notFound } from "./errors.ts";
import { defaultDocument, getPolicy } from "./managed-policy.ts";
import { getGroup, getRole, getUser, iamArn } from "./named.ts";
import { afterMarker, page, type PageInput } from "./page.ts";
import { statementSpans } from "./statement-position.ts";
import type { Principal as Entity, PrincipalKind, Role, User } from "./state.ts";

/** A policy text and the name by which an answer refers to it. */
interface Source {
  readonly name: string;
  readonly text: string;
}

type CustomInput = InputOf<Sdk, "SimulateCustomPolicy">;
type PrincipalInput = InputOf<Sdk, "SimulatePrincipalPolicy">;

export const SimulateCustomPolicy: Operation<"SimulateCustomPolicy"> = (input, iam) => {
  const identity = listed("PolicyInputList", input.PolicyInputList);
  const boundaries = listed(
    "PermissionsBoundaryPolicyInputList",
    input.PermissionsBoundaryPolicyInputList,
  );
  refuseNoCaller(input);
  return simulate({ identity, boundary: boundaries[0], input, caller: callerOf(iam, input) });
};

export const SimulatePrincipalPolicy: Operation<"SimulatePrincipalPolicy"> = (input, iam) => {
  const { kind, entity } = findSource(iam, input.PolicySourceArn);
  const own = [...policiesOf(iam, kind, entity)];
  const identity = [...own, ...listed("PolicyInputList", input.PolicyInputList)];
  const given = listed(
    "PermissionsBoundaryPolicyInputList",
    input.PermissionsBoundaryPolicyInputList,
  );
  const boundary = given[0] ?? boundaryOf(iam, entity);
  const arn = iamArn(iam, kind, entity);
  const named = kind === "user" ? asPrincipal(iam, arn, entity.id) : callerOf(iam, input);
  const caller = input.CallerArn === undefined ? named : callerOf(iam, input);
  if (kind !== "user") refuseNoCaller(input);
  return simulate({ identity, boundary, input, caller });
};

export const GetContextKeysForCustomPolicy: Operation<"GetContextKeysForCustomPolicy"> = (
  input,
) => ({
  ContextKeyNames: contextKeysOf(input.PolicyInputList.map(parsed)),
});

export const GetContextKeysForPrincipalPolicy: Operation<"GetContextKeysForPrincipalPolicy"> = (
  input,
  iam,
) => {
  const { kind, entity } = findSource(iam, input.PolicySourceArn);
  const own = policiesOf(iam, kind, entity).map(({ text }) => text);
  return { ContextKeyNames: contextKeysOf([...own, ...(input.PolicyInputList ?? [])].map(parsed)) };
};

interface Simulation {
  readonly identity: readonly Source[];
  readonly boundary: Source | undefined;
  readonly input: PageInput &
    Pick<
      CustomInput & PrincipalInput,
      "ActionNames" | "ResourceArns" | "ContextEntries" | "ResourcePolicy" | "ResourceOwner"
    >;
  readonly caller: Principal;
}

/** One result for every action on every resource. */
function simulate({ identity, boundary, input, caller }: Simulation) {
  refuseNoActions(input.ActionNames);
  const sources = [...identity, ...(boundary === undefined ? [] : [boundary])];
  const resourcePolicy = input.ResourcePolicy;
  if (resourcePolicy !== undefined) sources.push({ name: "ResourcePolicy", text: resourcePolicy });
  const sets: PolicySets = {
    identity: identity.map(attached),
    boundary: boundary && attached(boundary),
    resource:
      resourcePolicy === undefined
        ? undefined
        : [{ name: "ResourcePolicy", document: parsePolicy(resourcePolicy, { kind: "resource" }) }],
  };
  const context = Object.fromEntries(
    (input.ContextEntries ?? []).flatMap(({ ContextKeyName, ContextKeyValues }) =>
      ContextKeyName === undefined ? [] : [[ContextKeyName, ContextKeyValues ?? []]],
    ),
  );
  const owner = accountIn(input.ResourceOwner);
  const results = input.ActionNames.flatMap((action) =>
    (input.ResourceArns ?? ["*"]).map((resource) =>
      resultOf(
        {
          principal: caller,
          action,
          resource,
          context,
          ...(owner !== undefined && { resourceAccountId: owner }),
        },
        sets,
        sources,
      ),
    ),
  );
  const numbered = results.map((result, index) => ({ result, index }));
  const after = numbered.slice(startOf(input));
  const { items, rest } = page(after, input, ({ index }) => String(index));
  return { EvaluationResults: items.map(({ result }) => result), ...rest };
}

/** AWS: what is simulated is one action; the sentence is recorded nowhere. */
function refuseNoActions(names: readonly string[]): void {
  const wrong = names.find((name) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(name));
  if (wrong !== undefined) throw InvalidInputException(`Invalid Input Action: ${wrong}`);
}

function startOf({ Marker }: PageInput): number {
  const after = afterMarker({ Marker });
  return after === undefined ? 0 : Number(after) + 1;
}

function resultOf(request: AccessRequest, sets: PolicySets, sources: readonly Source[]) {
  const decision = evaluateAccess(request, sets);
  const name = DECISIONS[decision.kind];
  const matched = matchedStatements(request, sets).filter(
    ({ effect }) => (effect === "Deny") === (decision.kind === "explicit-deny"),
  );
  const MatchedStatements =
    decision.kind === "implicit-deny" ? [] : matched.map(toStatement(sources));
  const MissingContextValues = missingContextValues(request, sets);
  const limited = sets.boundary && {
    PermissionsBoundaryDecisionDetail: {
      AllowedByPermissionsBoundary: evaluateAccess(request, { identity: [sets.boundary] }).allowed,
    },
  };
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: name,
    MatchedStatements,
    MissingContextValues,
    EvalDecisionDetails: {},
    ...limited,
    ResourceSpecificResults: [
      {
        EvalResourceName: request.resource,
        EvalResourceDecision: name,
        MatchedStatements,
        MissingContextValues,
        ...limited,
      },
    ],
  };
}

const DECISIONS = {
  allowed: "allowed",
  "explicit-deny": "explicitDeny",
  "implicit-deny": "implicitDeny",
} as const;

const toStatement =
  (sources: readonly Source[]) =>
  ({ policy, policyType, index }: { policy: string; policyType: string; index: number }) => {
    const text = sources.find(({ name }) => name === policy)?.text ?? "";
    const type = policyType === "resource" ? "Resource Policy" : "IAM Policy";
    // AWS: the word in its answers is "IAM Policy", which the model's list of values does not have.
    const SourcePolicyType = type as "user";
    return { SourcePolicyId: policy, SourcePolicyType, ...statementSpans(text)[index] };
  };

const ENTITY = /^arn:[^:]+:iam::(\d{12}):(user|group|role)\/(?:.*\/)?([^/]+)$/;

function findSource(iam: Iam, arn: string): { kind: PrincipalKind; entity: Entity } {
  const [, accountId, kind, name] = ENTITY.exec(arn) ?? [];
  if (name === undefined || kind === undefined) {
    throw InvalidInputException(
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    );
  }
  if (accountId !== iam.accountId) {
    throw InvalidInputException(
      `Invalid Policy Source Arn: caller's account ${iam.accountId} does not have access ` +
        `to policies in account ${accountId}`,
    );
  }
  const entity =
    kind === "user"
      ? getUser(iam, name)
      : kind === "group"
        ? getGroup(iam, name)
        : getRole(iam, name);
  if (entity === undefined) throw notFound(kind, name);
  return { kind: kind === "user" ? "user" : kind === "group" ? "group" : "role", entity };
}

/** Of a user those of its groups, too. */
function policiesOf(iam: Iam, kind: PrincipalKind, entity: Entity): Source[] {
  const inline = Object.entries(entity.inline).map(([name, text]) => ({
    name: `${kind}_${entity.name}_${name}`,
    text,
  }));
  const managed = entity.attached.flatMap((arn) => managedSource(iam, arn) ?? []);
  const groups = kind === "user" ? (entity as User).groups : [];
  const inherited = groups
    .flatMap((id) => iam.groups.get(id) ?? [])
    .flatMap((group) => policiesOf(iam, "group", group));
  return [...inline, ...managed, ...inherited];
}

function managedSource(iam: Iam, arn: string): Source | undefined {
  const policy = getPolicy(iam, arn);
  return policy && { name: policy.name, text: defaultDocument(policy) };
}

function boundaryOf(iam: Iam, entity: Entity): Source | undefined {
  const { boundary } = entity as Partial<Pick<User | Role, "boundary">>;
  return boundary === undefined ? undefined : managedSource(iam, boundary);
}

const listed = (name: string, texts: readonly string[] | undefined): Source[] =>
  (texts ?? []).map((text, index) => ({ name: `${name}.${index + 1}`, text }));

const parsed = (text: string): PolicyDocument =>
  parsePolicy(text, { kind: "identity", errorCode: "InvalidInput" });

const attached = ({ name, text }: Source) => ({ name, document: parsed(text) });

const accountIn = (arn: string | undefined) => /^(?:arn:[^:]+:iam::)?(\d{12})/.exec(arn ?? "")?.[1];

interface Called {
  readonly CallerArn?: string | undefined;
  readonly ResourcePolicy?: string | undefined;
}

/** AWS: a resource's policy needs somebody to speak of. The sentence is recorded nowhere. */
function refuseNoCaller({ CallerArn, ResourcePolicy }: Called): void {
  if (ResourcePolicy === undefined || CallerArn !== undefined) return;
  throw InvalidInputException("CallerArn is required when a ResourcePolicy is included.");
}

/** As whom: a user whom the caller names, or else nobody in particular of the account. */
function callerOf(iam: Iam, { CallerArn: arn }: Called): Principal {
  if (arn !== undefined && !/^arn:[^:]+:iam::\d{12}:user\/.+$/.test(arn)) {
    throw InvalidInputException(`Invalid Caller Arn: ${arn} is not the ARN of a user.`);
  }
  const user = arn === undefined ? undefined : getUser(iam, arn.slice(arn.lastIndexOf("/") + 1));
  return asPrincipal(iam, arn ?? iam.caller.arn, user?.id ?? iam.caller.userId);
}

const asPrincipal = (iam: Iam, arn: string, userId: string): Principal => ({
  kind: "user",
  accountId: iam.accountId,
  arn,
  userId,
});

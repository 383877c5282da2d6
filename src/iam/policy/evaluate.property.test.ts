/** What holds of decisions whatever the policies: found by trying, not by thinking of cases. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Statement } from "./document.ts";
import { evaluateAccess } from "./evaluate.ts";
import type { AccessRequest, AttachedPolicy, PolicySets } from "./evaluate.ts";
import {
  ACCOUNT,
  OTHER,
  ana,
  anonymous,
  federated,
  lambda,
  root,
  session,
  stranger,
} from "./evaluate.testing.ts";

const statement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
  actions: fc.constantFrom(["*"], ["a:*"], ["a:Read"], ["a:Write"], ["b:*"]),
  resources: fc.constantFrom(["*"], ["arn:aws:a:::x"], ["arn:aws:a:::y"]),
  conditions: fc.constantFrom(
    [],
    [{ operator: "Bool", key: "aws:SecureTransport", values: ["true"] }],
  ),
});

const named: fc.Arbitrary<Statement> = fc
  .record({
    one: statement,
    principal: fc.constantFrom(
      { everyone: true },
      { aws: [ACCOUNT] },
      { aws: [OTHER] },
      { aws: [ana.arn] },
      { aws: [session.issuerArn ?? ""] },
      { aws: [session.arn] },
      { service: [lambda.arn] },
    ),
  })
  .map(({ one, principal }) => ({ ...one, principal }));

const policyOf = (statements: fc.Arbitrary<Statement>): fc.Arbitrary<AttachedPolicy> =>
  fc
    .array(statements, { minLength: 1, maxLength: 3 })
    .map((list) => ({ name: "p", document: { version: "2012-10-17", statements: list } }));

const own = policyOf(statement);
const beside = policyOf(named);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const levels = maybe(fc.array(fc.array(own, { maxLength: 2 }), { minLength: 1, maxLength: 2 }));

const sets: fc.Arbitrary<PolicySets> = fc.record({
  identity: maybe(fc.array(own, { maxLength: 2 })),
  boundary: maybe(own),
  session: maybe(fc.array(own, { minLength: 1, maxLength: 2 })),
  resource: maybe(fc.array(beside, { maxLength: 2 })),
  resourceRule: fc.constantFrom("optional", "required", "trust"),
  scps: levels,
  rcps: levels,
  endpoint: maybe(beside),
});

const request: fc.Arbitrary<AccessRequest> = fc.record({
  principal: fc.constantFrom(ana, root, session, federated, stranger, lambda, anonymous),
  action: fc.constantFrom("a:Read", "a:Write"),
  resource: fc.constantFrom("arn:aws:a:::x", "arn:aws:a:::y"),
  resourceAccountId: fc.constant(ACCOUNT),
  context: fc.constantFrom({}, { "aws:SecureTransport": true }),
});

const allows = (asked: AccessRequest, all: PolicySets) => evaluateAccess(asked, all).allowed;
const runs = { numRuns: 1500 };

/** The sets with something more in each of the kinds that are there. */
function extended(all: PolicySets, plain: AttachedPolicy, principled: AttachedPolicy): PolicySets {
  return {
    ...all,
    identity: [...(all.identity ?? []), plain],
    session: all.session && [...all.session, plain],
    resource: [...(all.resource ?? []), principled],
    scps: all.scps?.map((level) => [...level, plain]),
    rcps: all.rcps?.map((level) => [...level, plain]),
  };
}

const only = (one: AttachedPolicy, effect: "Allow" | "Deny"): AttachedPolicy => ({
  ...one,
  document: {
    ...one.document,
    statements: one.document.statements.map((each) => ({ ...each, effect })),
  },
});

test("more that allows never takes a permission away", () => {
  fc.assert(
    fc.property(request, sets, own, beside, (asked, all, plain, principled) => {
      if (!allows(asked, all)) return;
      const more = extended(all, only(plain, "Allow"), only(principled, "Allow"));
      expect(allows(asked, more)).toBe(true);
    }),
    runs,
  );
});

test("more that denies never gives a permission", () => {
  fc.assert(
    fc.property(request, sets, own, beside, (asked, all, plain, principled) => {
      if (allows(asked, all)) return;
      const more = extended(all, only(plain, "Deny"), only(principled, "Deny"));
      expect(allows(asked, more)).toBe(false);
    }),
    runs,
  );
});

test("the order of policies and statements does not matter", () => {
  const turned = (policies: readonly AttachedPolicy[] | undefined) =>
    policies?.toReversed().map(({ name, document }) => ({
      name,
      document: { ...document, statements: document.statements.toReversed() },
    }));
  fc.assert(
    fc.property(request, sets, (asked, all) => {
      const other = {
        ...all,
        identity: turned(all.identity),
        resource: turned(all.resource),
        session: turned(all.session),
      };
      expect(evaluateAccess(asked, other).reasonText).toBe(evaluateAccess(asked, all).reasonText);
    }),
    runs,
  );
});

test("adding all that is missing, and no more, allows what nobody denied", () => {
  fc.assert(
    fc.property(request, sets, (asked, all) => {
      const decision = evaluateAccess(asked, all);
      if (decision.kind !== "implicit-deny") return;
      const find = (type: string) =>
        decision.missing
          .filter(({ policyType }) => policyType === type)
          .map(({ smallestPolicy }) => ({ name: "added", document: smallestPolicy }));
      const merged = (one: AttachedPolicy | undefined, added: readonly AttachedPolicy[]) =>
        one && {
          name: one.name,
          document: {
            ...one.document,
            statements: [one, ...added].flatMap(({ document }) => document.statements),
          },
        };
      const enough: PolicySets = {
        ...all,
        identity: [...(all.identity ?? []), ...find("identity")],
        boundary: merged(all.boundary, find("boundary")),
        session: [...(all.session ?? []), ...find("session")],
        resource: [...(all.resource ?? []), ...find("resource"), ...find("trust")],
        scps: all.scps?.map((level) => [...level, ...find("scp")]),
        rcps: all.rcps?.map((level) => [...level, ...find("rcp")]),
        endpoint: merged(all.endpoint, find("endpoint")),
      };
      expect(evaluateAccess(asked, enough).reasonText).toBe("");
    }),
    runs,
  );
});

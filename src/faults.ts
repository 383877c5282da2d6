/**
 * The fault rules in force. They are asked about each call while there are any, in the order in
 * which they were added; they belong to the process, not to the world that it holds.
 */
import { seededChance, type Chance } from "./kernel/ids.ts";
import { isRegion } from "./kernel/regions.ts";
import type { Models } from "./model/load.ts";
import { FaultRuleError, toFaultRule, type ActiveFault, type FaultRule } from "./fault-rule.ts";

const RULES_MAX = 1000;

/** A call, as rules see it. */
export interface FaultedCall {
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
}

export class Faults {
  readonly #chance: Chance;
  readonly #standing: readonly FaultRule[];
  readonly #rules: Rule[] = [];
  #named = 0;

  /** `standing`: rules that are there from the start, and again after a reset. */
  constructor(chance: Chance, standing: readonly FaultRule[] = []) {
    this.#chance = chance;
    this.#standing = standing;
    this.reset();
  }

  /** Whether there is any rule: all that a call asks where there is none. */
  get armed(): boolean {
    return this.#rules.length > 0;
  }

  /** Throws `FaultRuleError` for what is no rule. */
  add(given: FaultRule): ActiveFault {
    const rule = toFaultRule(given);
    if (this.#rules.length >= RULES_MAX) {
      throw new FaultRuleError(`There are ${RULES_MAX} fault rules already; remove some first.`);
    }
    const id = rule.id ?? this.#freeId();
    if (this.#find(id) !== undefined) {
      throw new FaultRuleError(`There is a fault rule "${id}" already.`);
    }
    const added = ruleOf({ ...rule, id }, this.#chance);
    this.#rules.push(added);
    return shown(added);
  }

  list(): readonly ActiveFault[] {
    return this.#rules.map(shown);
  }

  /** False: there is none of that id. */
  remove(id: string): boolean {
    const rule = this.#find(id);
    if (rule === undefined) return false;
    this.#rules.splice(this.#rules.indexOf(rule), 1);
    return true;
  }

  /** Gives how many there were. */
  clear(): number {
    return this.#rules.splice(0).length;
  }

  reset(): void {
    this.clear();
    this.#named = 0;
    for (const rule of this.#standing) this.add(rule);
  }

  /**
   * The rules that meet this call, each counted: delays, and at most one, the last, that ends the
   * call.
   */
  meet(call: FaultedCall): readonly ActiveFault[] {
    const met: Rule[] = [];
    for (const rule of this.#rules) {
      if (!concerns(rule, call) || !strikes(rule)) continue;
      met.push(rule);
      if (endsCall(rule.given)) break;
    }
    for (const { given, injected } of met) if (injected === given.count) this.remove(given.id);
    return met.map(shown);
  }

  #find(id: string): Rule | undefined {
    return this.#rules.find(({ given }) => given.id === id);
  }

  #freeId(): string {
    for (;;) {
      const id = `fault-${++this.#named}`;
      if (this.#find(id) === undefined) return id;
    }
  }
}

/** A name that no call can have would be a rule that waits for ever: a slip of the pen. */
export function checkNames(rule: FaultRule, models: Models, anyRegion: boolean): void {
  const { service, operation, region } = rule;
  if (region !== undefined && isExact(region) && !anyRegion && !isRegion(region)) {
    throw new FaultRuleError(`There is no region "${region}".`);
  }
  if (service === undefined || !isExact(service)) return;
  if (!Object.hasOwn(models.index.services, service)) {
    throw new FaultRuleError(`There is no service "${service}"; services are named as by boto3.`);
  }
  const { operations } = models.service(service);
  for (const name of [operation ?? "*"].flat()) {
    if (isExact(name) && !operations.has(name)) {
      throw new FaultRuleError(`${service} has no operation "${name}".`);
    }
  }
}

const isExact = (pattern: string) => !pattern.includes("*");

export function endsCall({ error, throttle, unavailable, drop }: FaultRule): boolean {
  return error !== undefined || throttle === true || unavailable === true || drop === true;
}

interface Rule {
  readonly given: FaultRule & { readonly id: string };
  /** Of the rule alone, so that other calls' draws do not change whom it meets. */
  readonly chance: Chance | undefined;
  readonly service: Matcher;
  readonly operation: Matcher;
  readonly accountId: Matcher;
  readonly region: Matcher;
  matched: number;
  injected: number;
}

function ruleOf(given: Rule["given"], chance: Chance): Rule {
  const { service, operation, accountId, region, probability, seed } = given;
  return {
    given,
    chance: probability === undefined ? undefined : seededChance(seed ?? number(chance)),
    service: matcherOf(service),
    operation: matcherOf(operation),
    accountId: matcherOf(accountId),
    region: matcherOf(region),
    matched: 0,
    injected: 0,
  };
}

const shown = ({ given, matched, injected }: Rule): ActiveFault => ({
  ...given,
  matched,
  injected,
});

function concerns(rule: Rule, call: FaultedCall): boolean {
  return (
    rule.service(call.service) &&
    rule.operation(call.operation) &&
    rule.accountId(call.accountId) &&
    rule.region(call.region)
  );
}

function strikes(rule: Rule): boolean {
  const { skip = 0, probability = 1 } = rule.given;
  rule.matched += 1;
  if (rule.matched <= skip) return false;
  if (rule.chance !== undefined && number(rule.chance) / 2 ** 32 >= probability) return false;
  rule.injected += 1;
  return true;
}

/** A whole number below 2^32. */
function number(chance: Chance): number {
  return chance(4).reduce((sum, byte) => sum * 256 + byte, 0);
}

type Matcher = (text: string) => boolean;

function matcherOf(asked: string | readonly string[] | undefined): Matcher {
  if (asked === undefined) return () => true;
  const patterns = [asked].flat().map(patternOf);
  return (text) => patterns.some((matches) => matches(text));
}

/** The pieces between the stars, each found as early as it can be: no pattern makes this slow. */
function patternOf(pattern: string): Matcher {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = text.indexOf(piece, from);
      if (at === -1) return false;
      from = at + piece.length;
    }
    return text.endsWith(last) && text.length - last.length >= from;
  };
}

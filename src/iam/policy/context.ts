/** What is known of a request when conditions are weighed. Key names have no case. */

export type ConditionValue = string | number | boolean;

/**
 * Keys as AWS spells them. A list is a key with many values; an empty list is a key that is not
 * there.
 */
export type ContextValues = Readonly<
  Record<string, ConditionValue | readonly ConditionValue[] | undefined>
>;

export interface ConditionContext {
  /**
   * The values of the key of this lower-case name as texts; undefined when the key is not there.
   */
  get(lowerCaseKey: string): readonly string[] | undefined;
  /** Names of the keys that are there, as AWS spells them. */
  names(): string[];
}

export function contextOf(values: ContextValues | ConditionContext): ConditionContext {
  return isContext(values) ? values : recordContext(values);
}

function isContext(values: ContextValues | ConditionContext): values is ConditionContext {
  return typeof values["get"] === "function";
}

const known = new WeakMap<ContextValues, ConditionContext>();

function recordContext(values: ContextValues): ConditionContext {
  const found = known.get(values);
  if (found !== undefined) return found;
  let byLowerCase: Map<string, string> | undefined;
  const context: ConditionContext = {
    get: (key) => {
      byLowerCase ??= new Map(Object.keys(values).map((name) => [name.toLowerCase(), name]));
      const name = byLowerCase.get(key);
      return name === undefined ? undefined : toTexts(values[name]);
    },
    names: () => Object.keys(values).filter((name) => toTexts(values[name]) !== undefined),
  };
  known.set(values, context);
  return context;
}

export function toTexts(value: ContextValues[string]): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object") return [String(value)];
  return value.length === 0 ? undefined : value.map(String);
}

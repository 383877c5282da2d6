/** What is wrong with a value, and where it stands. */

export interface Violation {
  /** `tags.1.member.key`. */
  readonly path: string;
  /** The member as the model spells it. */
  readonly parameter: string;
  readonly absent: boolean;
  /** Undefined where it must not be told. */
  readonly value: string | undefined;
  readonly sentence: string;
}

/** A step on the way to a value. Whole paths are only written where something is wrong. */
export interface Place {
  readonly above: Place | undefined;
  readonly path: string;
  readonly parameter: string;
}

/** The input itself. */
export const ROOT: Place = { above: undefined, path: "", parameter: "" };

export const NOT_NULL = "Member must not be null";

export function missing(at: Place): Violation {
  return { ...pathOf(at), absent: true, value: "null", sentence: NOT_NULL };
}

export function broken(at: Place, value: string | undefined, sentence: string): Violation {
  return { ...pathOf(at), absent: false, value, sentence };
}

function pathOf({ above, path, parameter }: Place): { path: string; parameter: string } {
  if (above === undefined) return { path, parameter };
  const before = pathOf(above);
  return { path: join(before.path, path), parameter: join(before.parameter, parameter) };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

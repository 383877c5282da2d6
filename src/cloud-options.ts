/**
 * What the options of a cloud take, wherever they are given: in variables, on a command line, to
 * the test kit.
 */

/** The message follows the option's name. */
export class BadValue extends Error {}

export function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new BadValue(`is "${text}"; an account id has twelve digits.`);
  return text;
}

export function region(text: string): string {
  if (!/^[a-z]{2}[a-z0-9-]*-\d+$/.test(text)) {
    throw new BadValue(`is "${text}"; it takes a region such as us-east-1.`);
  }
  return text;
}

export function oneOf<Choice extends string>(...choices: readonly Choice[]) {
  return (text: string): Choice => {
    const found = choices.find((choice) => choice === text.trim().toLowerCase());
    if (found === undefined) {
      throw new BadValue(`is "${text}"; it takes one of ${choices.join(", ")}.`);
    }
    return found;
  };
}

export const iamMode = oneOf("enforce", "soft", "off");

/** Why the clock does not go there; undefined: it does. */
export function whyPast(at: number, nowAt: number): string | undefined {
  if (at >= nowAt) return undefined;
  return `The clock shows ${new Date(nowAt).toISOString()} already; it does not run backwards.`;
}

/** Members whose words the model does not know. */
import { ValidationError } from "../errors.ts";

const OPTIONS = {
  EvaluateLowSampleCountPercentile: ["evaluate", "ignore"],
  TreatMissingData: ["breaching", "notBreaching", "ignore", "missing"],
} as const;

type Options = typeof OPTIONS;

export function optionIn<Name extends keyof Options>(
  name: Name,
  value: string | undefined,
): Options[Name][number] | undefined {
  const known: readonly Options[Name][number][] = OPTIONS[name];
  const found = known.find((option) => option === value);
  if (found !== undefined || value === undefined) return found;
  const words = `${known.slice(0, -1).join(", ")} and ${known.at(-1)}`;
  throw ValidationError(
    `Option ${value} is not supported. Supported options for parameter ${name} are ${words}.`,
  );
}

import { type AwsError, defineErrors, notImplemented } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

const say = (sentence: string) => sentence;

export const {
  InvalidFormatFault,
  InvalidNextToken,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  MissingRequiredParameterException,
  RequestEntityTooLarge,
  ResourceNotFound,
  ResourceNotFoundException,
  ValidationError,
} = defineErrors<Sdk>()(
  {
    InvalidFormatFault: say,
    InvalidNextToken: say,
    InvalidParameterCombinationException: say,
    InvalidParameterValueException: say,
    MissingRequiredParameterException: say,
    ResourceNotFound: "",
    ResourceNotFoundException: "Unknown",
  },
  {
    RequestEntityTooLarge: { status: 413, wording: "Request size exceeds the limit of 1 MB." },
    ValidationError: { status: 400, wording: say },
  },
);

/** What AWS has and we do not, where an answer would be made up. */
export const notHere = (what: string): AwsError =>
  notImplemented(`Snowglobe's CloudWatch does not have ${what} yet.`);

/** AWS: numbers in sentences are written as Java's message formats do: 1,234.5, NaN, ∞. */
export const numberInWords = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: 3 });

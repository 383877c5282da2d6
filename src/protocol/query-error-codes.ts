/**
 * Two spellings of one error. Services that came from the query protocol know an error by its old
 * code and by its shape's name; the code travels in XML and in `x-amzn-query-error`, the name in
 * JSON and CBOR. The public models carry the code for some services only; the rest stands here, as
 * AWS answers it.
 */
interface Spellings {
  /** Shape name to old code. */
  readonly codes: Readonly<Record<string, string>>;
  /** Old code to the name in JSON, where no shape is modelled. */
  readonly names: Readonly<Record<string, string>>;
}

export const QUERY_CODES: Readonly<Record<string, Spellings>> = {
  sqs: {
    codes: {
      InvalidParameterValueException: "InvalidParameterValue",
      MissingRequiredParameterException: "MissingParameter",
      AccessDeniedException: "AccessDenied",
    },
    names: {
      InvalidParameterValue: "InvalidParameterValueException",
      MissingParameter: "MissingRequiredParameterException",
      AccessDenied: "AccessDeniedException",
    },
  },
  cloudwatch: {
    codes: {
      AccessDeniedException: "AccessDenied",
      InvalidParameterCombinationException: "InvalidParameterCombination",
      InvalidParameterValueException: "InvalidParameterValue",
      MissingRequiredParameterException: "MissingParameter",
      ResourceNotFoundException: "ResourceNotFoundException",
      ValidationException: "ValidationError",
    },
    names: {
      ValidationError: "ValidationException",
    },
  },
};

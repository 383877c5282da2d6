/** Wording only. Codes and statuses come from the model; the sentences are AWS's. */
import { AwsError, defineErrors } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";
import type { Item } from "./item/value.ts";

export const {
  ResourceInUseException,
  ResourceNotFoundException,
  LimitExceededException,
  IdempotentParameterMismatchException,
  PolicyNotFoundException,
  TableNotFoundException,
  ContinuousBackupsUnavailableException,
  ValidationException,
  DuplicateItemException,
} = defineErrors<Sdk>()(
  {
    ResourceInUseException: (sentence: string) => sentence,
    ResourceNotFoundException: (sentence: string) => sentence,
    LimitExceededException: (sentence: string) => sentence,
    IdempotentParameterMismatchException:
      "The provided client token was already used with different parameters",
    PolicyNotFoundException: (sentence: string) => sentence,
    TableNotFoundException: (sentence: string) => sentence,
    ContinuousBackupsUnavailableException: (sentence: string) => sentence,
    DuplicateItemException: "Duplicate primary key exists in table",
  },
  { ValidationException: { status: 400, wording: (sentence: string) => sentence } },
);

/** AWS models no such error here; it is what becomes of a refusal of KMS. */
export const KmsAccessDenied = (sentence: string) =>
  new AwsError("AccessDeniedException", sentence, { status: 400 });

/** "One or more parameter values were invalid: …", the opening of many. */
export const invalidValues = (what: string) =>
  ValidationException(`One or more parameter values were invalid: ${what}`);

export const CONDITION_FAILED = "The conditional request failed";

/** With the item as it stands, when the caller asked for it. */
export function conditionFailed(item: Item | undefined): AwsError {
  const members = item === undefined ? {} : { Item: item };
  return new AwsError("ConditionalCheckFailedException", CONDITION_FAILED, { members });
}

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** The sentence lists the codes in the order of the request's items. */
export function transactionCancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map((reason) => reason.Code).join(", ");
  return new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  );
}

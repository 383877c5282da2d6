/** What a denial did not say in the open. */
import { identitiesOf, type Operation } from "./api.ts";
import { InvalidAuthorizationMessageException } from "./errors.ts";

export const DecodeAuthorizationMessage: Operation<"DecodeAuthorizationMessage"> = (input, sts) => {
  const DecodedMessage = identitiesOf(sts).unseal(sts.caller.accountId, input.EncodedMessage);
  if (DecodedMessage === undefined) throw InvalidAuthorizationMessageException();
  return { DecodedMessage };
};

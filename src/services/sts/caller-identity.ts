/** Who am I, and whose is this key. */
import { identitiesOf, type Operation } from "./api.ts";
import { ValidationError } from "./errors.ts";

export const GetCallerIdentity: Operation<"GetCallerIdentity"> = (_input, { caller }) => ({
  UserId: caller.userId,
  Account: caller.accountId,
  Arn: caller.arn,
});

/** The account is written in the key: also a key that is gone has one. */
export const GetAccessKeyInfo: Operation<"GetAccessKeyInfo"> = (input, sts) => {
  const Account = identitiesOf(sts).accountOfKey(input.AccessKeyId);
  if (Account === undefined) throw ValidationError(`Invalid access key id: ${input.AccessKeyId}`);
  return { Account };
};

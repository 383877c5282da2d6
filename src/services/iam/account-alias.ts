/** The one alias of an account, which no other account may have. */
import type { Operation } from "./api.ts";
import { EntityAlreadyExistsException, NoSuchEntityException } from "./errors.ts";
import { pageOf } from "./page.ts";

/** AWS: another alias takes the place of the one there is; the same one again is refused as taken. */
export const CreateAccountAlias: Operation<"CreateAccountAlias"> = (input, iam) => {
  if (iam.aliases.get(input.AccountAlias) !== undefined) {
    throw EntityAlreadyExistsException(`The account alias ${input.AccountAlias} already exists.`);
  }
  for (const earlier of iam.aliases.range("byAccount", [iam.accountId]))
    iam.aliases.remove(earlier);
  iam.aliases.insert({ alias: input.AccountAlias, accountId: iam.accountId });
  return {};
};

export const ListAccountAliases: Operation<"ListAccountAliases"> = (input, iam) => {
  const aliases = iam.aliases.range("byAccount", [iam.accountId]).map(({ alias }) => alias);
  const { items, rest } = pageOf(aliases, input, (alias) => alias);
  return { AccountAliases: items, ...rest };
};

export const DeleteAccountAlias: Operation<"DeleteAccountAlias"> = (input, iam) => {
  const row = iam.aliases.get(input.AccountAlias);
  if (row?.accountId !== iam.accountId) {
    throw NoSuchEntityException(`The account alias ${input.AccountAlias} cannot be found.`);
  }
  iam.aliases.remove(row);
  return {};
};

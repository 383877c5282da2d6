/** The account's rules for passwords. */
import type { Iam, Operation } from "./api.ts";
import { notFound, PasswordPolicyViolationException } from "./errors.ts";
import type { PasswordPolicy } from "./state.ts";

/**
 * What a policy says that names nothing. AWS: without a policy, passwords have other defaults
 * (below).
 */
const UNSAID: PasswordPolicy = {
  name: "policy",
  minimumLength: 6,
  symbols: false,
  numbers: false,
  uppercase: false,
  lowercase: false,
  usersMayChange: false,
  maxAgeDays: 0,
  reusePrevention: 0,
  hardExpiry: false,
};

const WITHOUT_POLICY: PasswordPolicy = { ...UNSAID, minimumLength: 8 };
const KINDS_WITHOUT_POLICY = 3;

export const UpdateAccountPasswordPolicy: Operation<"UpdateAccountPasswordPolicy"> = (
  input,
  iam,
) => {
  iam.passwordPolicies.put({
    name: "policy",
    minimumLength: input.MinimumPasswordLength ?? UNSAID.minimumLength,
    symbols: input.RequireSymbols ?? false,
    numbers: input.RequireNumbers ?? false,
    uppercase: input.RequireUppercaseCharacters ?? false,
    lowercase: input.RequireLowercaseCharacters ?? false,
    usersMayChange: input.AllowUsersToChangePassword ?? false,
    maxAgeDays: input.MaxPasswordAge ?? 0,
    reusePrevention: input.PasswordReusePrevention ?? 0,
    hardExpiry: input.HardExpiry ?? false,
  });
  return {};
};

export const GetAccountPasswordPolicy: Operation<"GetAccountPasswordPolicy"> = (_input, iam) => {
  const policy = findPolicy(iam);
  return {
    PasswordPolicy: {
      MinimumPasswordLength: policy.minimumLength,
      RequireSymbols: policy.symbols,
      RequireNumbers: policy.numbers,
      RequireUppercaseCharacters: policy.uppercase,
      RequireLowercaseCharacters: policy.lowercase,
      AllowUsersToChangePassword: policy.usersMayChange,
      ExpirePasswords: policy.maxAgeDays > 0,
      ...(policy.maxAgeDays > 0 && { MaxPasswordAge: policy.maxAgeDays }),
      ...(policy.reusePrevention > 0 && { PasswordReusePrevention: policy.reusePrevention }),
      HardExpiry: policy.hardExpiry,
    },
  };
};

export const DeleteAccountPasswordPolicy: Operation<"DeleteAccountPasswordPolicy"> = (
  _input,
  iam,
) => {
  iam.passwordPolicies.remove(findPolicy(iam));
  return {};
};

function findPolicy(iam: Iam): PasswordPolicy {
  const policy = iam.passwordPolicies.get("policy");
  if (policy === undefined) {
    throw notFound("Password Policy", iam.accountId, "domain name");
  }
  return policy;
}

export function passwordPolicy(iam: Iam): PasswordPolicy {
  return iam.passwordPolicies.get("policy") ?? WITHOUT_POLICY;
}

/** Refuses a password that breaks a rule. */
export function checkPassword(iam: Iam, password: string): void {
  const policy = passwordPolicy(iam);
  const demand = (what: string) => PasswordPolicyViolationException(`Password should have ${what}`);
  if (password.length < policy.minimumLength) {
    throw demand(`a minimum length of ${policy.minimumLength}`);
  }
  if (policy === WITHOUT_POLICY) {
    const kinds = [UPPERCASE, LOWERCASE, NUMBER, SYMBOL].filter((kind) => kind.test(password));
    if (kinds.length < KINDS_WITHOUT_POLICY) {
      throw PasswordPolicyViolationException(
        "Password should have a minimum of 3 of the following mix of character types: " +
          "uppercase, lowercase, numbers, and non-alphanumeric character",
      );
    }
  }
  if (policy.uppercase && !UPPERCASE.test(password)) throw demand("at least one uppercase letter");
  if (policy.lowercase && !LOWERCASE.test(password)) throw demand("at least one lowercase letter");
  if (policy.numbers && !NUMBER.test(password)) throw demand("at least one number");
  if (policy.symbols && !SYMBOL.test(password)) throw demand("at least one symbol");
}

const UPPERCASE = /[A-Z]/;
const LOWERCASE = /[a-z]/;
const NUMBER = /\d/;
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

/**
 * Which kind of token the global endpoint of STS gives out. Ours are of one kind, which is good in
 * every region: the choice is kept, and told by the account's summary.
 */
import type { Iam, Operation } from "./api.ts";
import type { TokenPreference } from "./state.ts";

export const SetSecurityTokenServicePreferences: Operation<"SetSecurityTokenServicePreferences"> = (
  input,
  iam,
) => {
  const version = input.GlobalEndpointTokenVersion === "v2Token" ? 2 : 1;
  iam.tokenPreferences.put({ name: "global endpoint", version });
  return {};
};

export function tokenVersion(iam: Iam): TokenPreference["version"] {
  return iam.tokenPreferences.get("global endpoint")?.version ?? 1;
}

/** AWS Security Token Service: temporary credentials. */
import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { AssumeRole } from "./assume-role.ts";
import { DecodeAuthorizationMessage } from "./authorization-message.ts";
import { GetAccessKeyInfo, GetCallerIdentity } from "./caller-identity.ts";
import { GetFederationToken, GetSessionToken } from "./session-token.ts";
import { state } from "./state.ts";

export const sts = defineService<Sdk>()({
  name: "sts",
  state,
  operations: {
    AssumeRole,
    DecodeAuthorizationMessage,
    GetAccessKeyInfo,
    GetCallerIdentity,
    GetFederationToken,
    GetSessionToken,
  },
  access,
  fidelity: {
    ignores: {
      AssumeRole: ["ProvidedContexts", "MinimumSessionTokenSize"],
      GetFederationToken: ["MinimumSessionTokenSize"],
      GetSessionToken: ["MinimumSessionTokenSize"],
    },
  },
});

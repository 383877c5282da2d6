/** AWS Identity and Access Management: who there is, and what they may do. */
import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { identities } from "./identities.ts";
import * as operations from "./operations.ts";
import { state } from "./state.ts";

export const iam = defineService<Sdk>()({
  name: "iam",
  state,
  operations,
  access,
  identities,
  fidelity: {
    // Read, compared and kept; what would use them is not here.
    stored: [
      "UploadSSHPublicKey",
      "UpdateSSHPublicKey",
      "UploadSigningCertificate",
      "UpdateSigningCertificate",
      "UploadServerCertificate",
      "CreateServiceSpecificCredential",
      "ResetServiceSpecificCredential",
      "UpdateServiceSpecificCredential",
      "CreateOpenIDConnectProvider",
      "AddClientIDToOpenIDConnectProvider",
      "RemoveClientIDFromOpenIDConnectProvider",
      "UpdateOpenIDConnectProviderThumbprint",
      "CreateSAMLProvider",
      "UpdateSAMLProvider",
      "SetSecurityTokenServicePreferences",
    ],
    ignores: {
      // There is no console at which to sign in with a password.
      UpdateAccountPasswordPolicy: ["MaxPasswordAge", "HardExpiry"],
      SimulateCustomPolicy: ["ResourceHandlingOption"],
      SimulatePrincipalPolicy: ["ResourceHandlingOption"],
    },
  },
});

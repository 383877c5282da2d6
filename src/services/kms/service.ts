/** AWS Key Management Service: keys that never leave, and what is done with them. */
import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { expireMaterial } from "./import.ts";
import { deleteKey } from "./key-state.ts";
import * as operations from "./operations.ts";
import { rotateKey } from "./rotation-schedule.ts";
import { state } from "./state.ts";
import { usage } from "./usage.ts";

export const kms = defineService<Sdk>()({
  name: "kms",
  state,
  operations,
  access,
  usage,
  // A key has one policy: there is never a second page.
  fidelity: { ignores: { ListKeyPolicies: ["Limit", "Marker"] } },
  tasks: { deleteKey, expireMaterial, rotateKey },
});

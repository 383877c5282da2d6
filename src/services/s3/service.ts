/** S3: buckets and objects. */
import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { crossOrigin, preflight } from "./cors-answers.ts";
import { checkDocument } from "./document-digest.ts";
import { fidelity } from "./fidelity.ts";
import * as operations from "./operations.ts";
import { postObject } from "./post-object.ts";
import { state } from "./state.ts";
import { usage } from "./usage.ts";

export const s3 = defineService<Sdk>()({
  name: "s3",
  state,
  operations,
  access,
  usage,
  raw: { postObject, preflight },
  crossOrigin,
  checkBody: checkDocument,
  fidelity,
});

import { defineErrors } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

/** EC2 models no errors at all: codes and statuses stand here. */
export const { DryRunOperation, InvalidParameterValue } = defineErrors<Sdk>()(
  {},
  {
    DryRunOperation: {
      status: 412,
      wording: "Request would have succeeded, but DryRun flag is set.",
    },
    InvalidParameterValue: { status: 400, wording: (reason: string) => reason },
  },
);

/** AWS: who may, and only asks whether they may, gets an error that says so. */
export function checkNotDryRun(dryRun: boolean | undefined): void {
  if (dryRun === true) throw DryRunOperation();
}

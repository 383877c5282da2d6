import type { Access } from "../../kernel/service.ts";
import type { state } from "./state.ts";

/**
 * Metrics are no resources: policies name `*`, and the namespace as a condition where data are put.
 */
export const access: Access<typeof state> = {
  targets: (operation, input, { caller }) => {
    const namespace = input["Namespace"];
    if (operation !== "PutMetricData" || typeof namespace !== "string") return [{ resource: "*" }];
    const target = { resource: "*", conditions: { "cloudwatch:namespace": namespace } };
    return [caller.kind === "service" ? { ...target, grants: grantTo(caller.arn) } : target];
  },
};

/** The cloud's own services publish their metrics, and no policy of an account is asked. */
const grantTo = (principal: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: principal },
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
      },
    ],
  });

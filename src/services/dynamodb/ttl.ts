/** The rule by which items of a table expire. */
import type { Operation } from "./api.ts";
import { ValidationException } from "./errors.ts";
import { findTable } from "./open-table.ts";
import type { ReviewTask } from "./sweep.ts";

export const UpdateTimeToLive: Operation<"UpdateTimeToLive"> = (input, ddb) => {
  const { AttributeName, Enabled } = input.TimeToLiveSpecification;
  const { table, home } = findTable(input.TableName, ddb);
  const on = table.ttl?.enabled === true;
  if (!Enabled && !on) throw ValidationException("TimeToLive is already disabled");
  if (on && table.ttl?.attribute !== AttributeName) {
    throw ValidationException(
      "TimeToLive is active on a different AttributeName: " +
        `current AttributeName is ${table.ttl?.attribute}`,
    );
  }
  if (Enabled && on) throw ValidationException("TimeToLive is already enabled");
  home.tables.update(table, {
    ttl: { attribute: AttributeName, enabled: Enabled, changedAt: home.now },
  });
  const task: ReviewTask = { table: table.name, id: table.id, after: null };
  home.later(home.now, "review", task);
  return { TimeToLiveSpecification: { AttributeName, Enabled } };
};

/** AWS says ENABLING for up to an hour; here the rule holds at once. */
export const DescribeTimeToLive: Operation<"DescribeTimeToLive"> = (input, ddb) => {
  const { table } = findTable(input.TableName, ddb);
  if (table.ttl?.enabled !== true) {
    return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
  }
  return {
    TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: table.ttl.attribute },
  };
};

/** DynamoDB. */
import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import * as account from "./account.ts";
import type { Sdk } from "./api.ts";
import { BatchGetItem } from "./batch-get.ts";
import { BatchWriteItem } from "./batch-write.ts";
import { DescribeContinuousBackups, UpdateContinuousBackups } from "./continuous-backups.ts";
import * as insights from "./contributor-insights.ts";
import { DeleteItem } from "./delete.ts";
import { fidelity } from "./fidelity.ts";
import { GetItem } from "./get.ts";
import { build, dropIndex } from "./index-build.ts";
import { measureOn } from "./measure.ts";
import * as nothing from "./nothing-yet.ts";
import * as partiql from "./partiql/execute.ts";
import * as policy from "./policy.ts";
import { PutItem } from "./put.ts";
import { Query } from "./query.ts";
import { Scan } from "./scan.ts";
import { state } from "./state.ts";
import { review, sweep } from "./sweep.ts";
import * as table from "./table.ts";
import { ListTagsOfResource, TagResource, UntagResource } from "./tag.ts";
import { TransactGetItems } from "./transact-get.ts";
import { TransactWriteItems } from "./transact-write.ts";
import { DescribeTimeToLive, UpdateTimeToLive } from "./ttl.ts";
import { UpdateItem } from "./update.ts";
import { UpdateTable } from "./update-table.ts";

const { CreateTable, DescribeTable, DeleteTable, ListTables, settle, drop, purge } = table;

export const dynamodb = defineService<Sdk>()({
  name: "dynamodb",
  state,
  // prettier-ignore
  operations: {
    CreateTable, DescribeTable, DeleteTable, ListTables, UpdateTable,
    GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan,
    BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems,
    UpdateTimeToLive, DescribeTimeToLive,
    TagResource, UntagResource, ListTagsOfResource,
    ...policy, ...account, ...partiql, ...insights, ...nothing,
    UpdateContinuousBackups, DescribeContinuousBackups,
  },
  access,
  fidelity,
  tasks: { settle, drop, purge, build, dropIndex, sweep, review, measure: measureOn },
});

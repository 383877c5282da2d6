/** What cannot be made here, and so is not there: its lists are empty, and that is true. */
import type { Operation } from "./api.ts";
import { findTable } from "./open-table.ts";

export const ListBackups: Operation<"ListBackups"> = () => ({ BackupSummaries: [] });

export const ListExports: Operation<"ListExports"> = () => ({ ExportSummaries: [] });

export const ListImports: Operation<"ListImports"> = () => ({ ImportSummaryList: [] });

export const ListGlobalTables: Operation<"ListGlobalTables"> = () => ({ GlobalTables: [] });

/** No table sends its changes to a stream of Kinesis. */
export const DescribeKinesisStreamingDestination: Operation<
  "DescribeKinesisStreamingDestination"
> = (input, ddb) => {
  const { table } = findTable(input.TableName, ddb);
  return { TableName: table.name, KinesisDataStreamDestinations: [] };
};

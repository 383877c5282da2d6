import { expect, test } from "vitest";
import type { CoverageReport } from "../src/coverage.ts";
import { openModels } from "../src/model/load.ts";
import { between, table } from "./coverage.ts";

const OPENS = "<!-- coverage: written by `npm run generate` -->";
const CLOSES = "<!-- end of coverage -->";

const report: CoverageReport = {
  services: [
    {
      service: "sqs",
      real: 22,
      stored: 1,
      absent: 0,
      operations: {},
      ignores: { SendMessage: ["A", "B"], SendMessageBatch: ["A"] },
    },
    { service: "sts", real: 6, stored: 0, absent: 5, operations: {}, ignores: {} },
  ],
  absentServices: 0,
  absentOperations: 0,
};

test("the table has a row for each service, and counts each ignored member once", () => {
  const models = openModels();
  const others = Object.entries(models.index.services).filter(([name]) => !/^s[qt]s$/.test(name));
  const operations = others.reduce((sum, [, { operationCount }]) => sum + operationCount, 0);
  expect(table(report, models).split("\n")).toEqual([
    "| Service | Real | Stored | Absent | Members accepted, not acted on |",
    "| --- | --: | --: | --: | --: |",
    "| [SQS](src/services/sqs/README.md) | 22 | 1 | 0 | [2](docs/coverage.md#sqs) |",
    "| [STS](src/services/sts/README.md) | 6 | 0 | 5 | none |",
    "",
    `The other ${others.length} services that the models know, with ${operations} operations, are absent.`,
  ]);
});

test("what stands around the markers stays, what stands between them goes", () => {
  expect(between(`before\n${OPENS}\nold\n${CLOSES}\nafter`, "new")).toBe(
    `before\n${OPENS}\n\nnew\n\n${CLOSES}\nafter`,
  );
  expect(() => between("no markers", "new")).toThrow("README.md has no");
});

/** From the command to the first signed answer, and what the process then weighs. */
import { encodeKey } from "../../src/kernel/store/key.ts";
import { lmdbStore } from "../../src/kernel/store/lmdb.ts";
import { once } from "../load.ts";
import { inTemporaryDirectory, residentMb, startBare, startSnowglobe } from "../processes.ts";
import { print } from "../report.ts";
import { signed } from "../requests.ts";

const RUNS = 5;
const ROWS = 1_000_000;
const ROWS_A_COMMIT = 10_000;
const FIRST_ANSWER_MS_MAX = 300;
const IDLE_MB_MAX = 90;
const AFTER_TWENTY_MB_MAX = 150;

/**
 * Twenty services by their signing names and targets: each loads its model, ours their code as
 * well.
 */
const TOUCHED: readonly (readonly [service: string, target: string])[] = [
  ["dynamodb", "DynamoDB_20120810.ListTables"],
  ["sqs", "AmazonSQS.ListQueues"],
  ["kms", "TrentService.ListKeys"],
  ["monitoring", "GraniteServiceVersion20100801.ListMetrics"],
  ["logs", "Logs_20140328.DescribeLogGroups"],
  ["events", "AWSEvents.ListRules"],
  ["states", "AWSStepFunctions.ListStateMachines"],
  ["secretsmanager", "secretsmanager.ListSecrets"],
  ["ssm", "AmazonSSM.DescribeParameters"],
  ["kinesis", "Kinesis_20131202.ListStreams"],
  ["firehose", "Firehose_20150804.ListDeliveryStreams"],
  ["ecs", "AmazonEC2ContainerServiceV20141113.ListClusters"],
  ["ecr", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories"],
  ["glue", "AWSGlue.GetDatabases"],
  ["athena", "AmazonAthena.ListDataCatalogs"],
  ["cognito-idp", "AWSCognitoIdentityProviderService.ListUserPools"],
  ["acm", "CertificateManager.ListCertificates"],
  ["wafv2", "AWSWAF_20190729.ListWebACLs"],
  ["organizations", "AWSOrganizationsV20161128.ListAccounts"],
];

export async function start(): Promise<void> {
  const bareMb = await withBare();
  await inTemporaryDirectory(async (state) => {
    await firstAnswer("first signed answer, empty state", state);
    await weigh(state, bareMb);
  });
  await inTemporaryDirectory(async (state) => {
    const store = lmdbStore({ path: `${state}/store` });
    for (let from = 0; from < ROWS; from += ROWS_A_COMMIT) {
      const writes = new Map<string, unknown>();
      for (let at = from; at < from + ROWS_A_COMMIT; at++) {
        writes.set(encodeKey(["bench.rows", at]), { at, text: "x".repeat(100) });
      }
      await store.begin().commit(writes);
    }
    await store.close();
    await firstAnswer("first signed answer, 1,000,000 rows", state);
  });
}

async function firstAnswer(what: string, state: string): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = await startSnowglobe(state);
    times.push(started.firstAnswerMs);
    await started.stop();
  }
  times.sort((left, right) => left - right);
  print({
    what,
    measured: times[Math.floor(RUNS / 2)] ?? Infinity,
    unit: "ms",
    limit: FIRST_ANSWER_MS_MAX,
    wanted: "at most",
    beside: `median of ${RUNS}, worst ${(times.at(-1) ?? 0).toFixed(0)} ms`,
  });
}

async function weigh(state: string, bareMb: number): Promise<void> {
  const started = await startSnowglobe(state);
  const beside = `a bare node:http server: ${bareMb.toFixed(0)} MB`;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  print({
    what: "resident memory, idle after start",
    measured: residentMb(started.pid),
    unit: "MB",
    limit: IDLE_MB_MAX,
    wanted: "at most",
    beside,
  });
  await once(started.target, signed(started.target, { service: "s3", method: "GET", path: "/" }));
  for (const [service, target] of TOUCHED) {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    await once(
      started.target,
      signed(started.target, { service, method: "POST", path: "/", headers, body: "{}" }),
    );
  }
  print({
    what: "resident memory, after touching 20 services",
    measured: residentMb(started.pid),
    unit: "MB",
    limit: AFTER_TWENTY_MB_MAX,
    wanted: "at most",
    beside,
  });
  await started.stop();
}

async function withBare(): Promise<number> {
  const bare = await startBare(200);
  const mb = residentMb(bare.pid);
  await bare.stop();
  return mb;
}

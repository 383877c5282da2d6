/**
 * What a call costs with a thousand rows and with a million: through HTTP, signed and authorised,
 * as the throughput is measured; on the disk, as a user starts Snowglobe, and in memory.
 */
import { join } from "node:path";
import { Connection, takeTurns } from "../load.ts";
import { makeTable, pool } from "../prepare.ts";
import { inTemporaryDirectory, startSnowglobe, type Started } from "../processes.ts";
import { print } from "../report.ts";
import { costInProcess, type Cost } from "./growth-in-process.ts";
import { fillTable, getItem, KEYS, queryPage, TABLE } from "./growth-rows.ts";

const SMALL = 1000;
const LARGE = 1_000_000;
const TIMES_MAX = 1.5;
const TURNS = { connections: 16, rounds: 9, seconds: 1, warmUpSeconds: 3 };
const FILLERS = 8;
/** More than are remembered of the rows that were read lately. */
const REQUESTS = 100_000;

export async function growth(): Promise<void> {
  // ReceiveMessage takes what it gives: only in one process can what makes up for it be left out.
  const { receiveMessage, ...inProcess } = await costInProcess(SMALL, LARGE);
  say("ReceiveMessage, in process", timesOf(receiveMessage), toText(receiveMessage));
  const besides = {
    getItem: `; in process ${toText(inProcess.getItem)}`,
    queryPage: `; in process ${toText(inProcess.queryPage)}`,
  };
  await throughHttp("in memory", () => "ephemeral", besides);
  await inTemporaryDirectory(async (directory) => {
    await throughHttp("on the disk", (rows) => join(directory, String(rows)));
  });
}

async function throughHttp(
  where: string,
  stateFor: (rows: number) => string,
  besides = { getItem: "", queryPage: "" },
): Promise<void> {
  const small = await filled(stateFor(SMALL), SMALL);
  const large = await filled(stateFor(LARGE), LARGE);
  const measures = [
    { what: "GetItem", request: getItem, distinct: REQUESTS, more: besides.getItem },
    { what: "Query page", request: queryPage, distinct: SMALL, more: besides.queryPage },
  ];
  for (const { what, request, distinct, more } of measures) {
    const side = ({ target }: Started, rows: number) => ({
      target,
      requests: pool(Math.min(rows, distinct), (turn) => request(target, rows, turn)),
    });
    const { median } = await takeTurns(side(small, SMALL), side(large, LARGE), TURNS);
    const { first, second, share } = median;
    const perSecond = [first, second].map(({ requestsPerSecond }) => requestsPerSecond.toFixed(0));
    const errors = first.errors + second.errors;
    say(`${what}, ${where}`, 1 / share, `${perSecond.join(" and ")}/s, ${errors} errors${more}`);
  }
  await small.stop();
  await large.stop();
}

async function filled(state: string, rows: number): Promise<Started> {
  const server = await startSnowglobe(state);
  await makeTable(server.target, TABLE, KEYS);
  const requests = fillTable(server.target, rows);
  const filler = async () => {
    const connection = await Connection.open(server.target);
    for (const request of requests) await put(connection, request);
    connection.close();
  };
  await Promise.all(Array.from({ length: FILLERS }, filler));
  return server;
}

async function put(connection: Connection, request: Buffer): Promise<void> {
  const { status } = await connection.ask(request);
  if (status !== 200) throw new Error(`${status} for a batch of rows`);
}

const timesOf = ({ smallUs, largeUs }: Cost): number => largeUs / smallUs;

const toText = (cost: Cost): string =>
  `${cost.smallUs.toFixed(0)} and ${cost.largeUs.toFixed(0)} µs a call, ` +
  `${timesOf(cost).toFixed(2)} times`;

function say(what: string, times: number, beside: string): void {
  print({
    what: `${what}, 1,000,000 rows against 1,000`,
    measured: times,
    unit: "times",
    limit: TIMES_MAX,
    wanted: "at most",
    beside,
  });
}

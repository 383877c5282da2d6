/**
 * What a call costs with a thousand rows and with a million: in one process, where nothing hides the
 * difference, and through HTTP, as callers meet it; in memory, and on the disk, as a user starts it.
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
  const { getItem: one, queryPage: page, receiveMessage } = await costInProcess(SMALL, LARGE);
  sayInProcess("GetItem", one);
  sayInProcess("Query page", page);
  // It takes what it gives: only in one process can what makes up for that be left out.
  sayInProcess("ReceiveMessage", receiveMessage);
  await throughHttp("in memory", () => "ephemeral");
  await inTemporaryDirectory(async (directory) => {
    await throughHttp("on the disk", (rows) => join(directory, String(rows)));
  });
}

async function throughHttp(where: string, stateFor: (rows: number) => string): Promise<void> {
  const small = await filled(stateFor(SMALL), SMALL);
  const large = await filled(stateFor(LARGE), LARGE);
  const measures = [
    { what: "GetItem", request: getItem, distinct: REQUESTS },
    { what: "Query page", request: queryPage, distinct: SMALL },
  ];
  for (const { what, request, distinct } of measures) {
    const side = ({ target }: Started, rows: number) => ({
      target,
      requests: pool(Math.min(rows, distinct), (turn) => request(target, rows, turn)),
    });
    const { median } = await takeTurns(side(small, SMALL), side(large, LARGE), TURNS);
    const { first, second, share } = median;
    const perSecond = [first, second].map(({ requestsPerSecond }) => requestsPerSecond.toFixed(0));
    const errors = first.errors + second.errors;
    say(`${what}, ${where}`, 1 / share, `${perSecond.join(" and ")}/s, ${errors} errors`);
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

const sayInProcess = (what: string, { smallUs, largeUs }: Cost): void =>
  say(
    `${what}, in process`,
    largeUs / smallUs,
    `${smallUs.toFixed(0)} and ${largeUs.toFixed(0)} µs a call`,
  );

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

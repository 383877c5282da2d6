/** `snowglobe coverage`: what works, what is only stored, what is absent. */
import {
  notCovered,
  partOfReport,
  type CoverageReport,
  type FidelityLevel,
  type ServiceCoverage,
} from "../coverage.ts";
import { tell, type Command, type Io } from "./command.ts";
import { ask, findServer, requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const coverage: Command = {
  usage: ["coverage", "coverage <service>"],
  says:
    "real: it does what AWS does. stored: kept and returned, not acted on. absent: answered with 501.\n" +
    "Of the running server; where none runs, of this version.",
  options: {},
  words: 1,
  async run(given, io) {
    const report = await reportFor(io);
    const [service] = given.words;
    if (service === undefined) {
      tell(io, report, reportText(report));
      return EXIT.ok;
    }
    const one = partOfReport(report, service);
    if (one === undefined) throw new CommandFailure(notCovered(service));
    tell(io, one, serviceText(one));
    return EXIT.ok;
  },
};

async function reportFor(io: Io): Promise<CoverageReport> {
  // A server that was named is meant, and no other: it may be of another version.
  const isNamed = Boolean(io.environment["SNOWGLOBE_URL"]);
  const server = isNamed ? await requireServer(io) : await findServer(io);
  if (server === undefined) return ownReport();
  return (await ask(server, "GET", "/_snowglobe/coverage")) as CoverageReport;
}

/** Of a cloud that nobody uses: the report is the same for all of one version. */
async function ownReport(): Promise<CoverageReport> {
  const [{ openCloud }, { cloudOptions }, { DEFAULTS }] = await Promise.all([
    import("../cloud.ts"),
    import("../server/serve.ts"),
    import("../server/configuration/settings.ts"),
  ]);
  const cloud = await openCloud(cloudOptions({ ...DEFAULTS, ephemeral: true }, ""));
  const report = await cloud.coverage();
  await cloud.close();
  return report;
}

function reportText({ services, absentServices, absentOperations }: CoverageReport): string {
  const rows = services.map(({ service, real, stored, absent }) =>
    row(service, String(real), String(stored), String(absent)),
  );
  return [
    row("service", "real", "stored", "absent"),
    ...rows,
    `and ${absentServices} services with ${absentOperations} operations, all absent`,
  ].join("\n");
}

const row = (name: string, ...counts: readonly string[]) =>
  name.padEnd(20) + counts.map((count) => count.padStart(8)).join("");

const LEVELS: readonly FidelityLevel[] = ["real", "stored", "absent"];

function serviceText({ operations, ignores }: ServiceCoverage): string {
  const lines = LEVELS.flatMap((level) => {
    const names = Object.keys(operations).filter((name) => operations[name] === level);
    return names.length === 0 ? [] : [`${level} (${names.length})`, ...names.map(operationLine)];
  });
  return lines.join("\n");

  function operationLine(name: string): string {
    const ignored = ignores[name];
    return ignored === undefined ? `  ${name}` : `  ${name}  (ignores ${ignored.join(", ")})`;
  }
}

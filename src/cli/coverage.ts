/** `snowglobe coverage`: what works, what is only stored, what is absent. */
import type { CoverageReport, FidelityLevel, ServiceCoverage } from "../coverage.ts";
import { tell, type Command } from "./command.ts";
import { ask, requireServer } from "./connection.ts";
import { EXIT } from "./exit-codes.ts";

export const coverage: Command = {
  usage: ["coverage", "coverage <service>"],
  says:
    "real: it does what AWS does. stored: kept and returned, not acted on. absent: answered with 501.\n" +
    "Asks the running server.",
  options: {},
  words: 1,
  async run(given, io) {
    const server = await requireServer(io);
    const [service] = given.words;
    if (service !== undefined) {
      const path = `/_snowglobe/coverage?service=${encodeURIComponent(service)}`;
      const one = (await ask(server, "GET", path)) as ServiceCoverage;
      tell(io, one, serviceText(one));
      return EXIT.ok;
    }
    const report = (await ask(server, "GET", "/_snowglobe/coverage")) as CoverageReport;
    tell(io, report, reportText(report));
    return EXIT.ok;
  },
};

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

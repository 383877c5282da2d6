/**
 * What works, said from the same data that the pipeline runs on: README, `coverage` command,
 * header.
 */
import type { Service } from "./kernel/service.ts";
import type { Models } from "./model/load.ts";
import type { Services } from "./pipeline/services.ts";

export type FidelityLevel = "real" | "stored" | "absent";

export interface ServiceCoverage {
  readonly service: string;
  readonly real: number;
  readonly stored: number;
  readonly absent: number;
  readonly operations: Readonly<Record<string, FidelityLevel>>;
  /** Members accepted and not acted on, by operation. */
  readonly ignores: Readonly<Record<string, readonly string[]>>;
}

export interface CoverageReport {
  /** Only services that have an operation of ours; the others are absent whole. */
  readonly services: readonly ServiceCoverage[];
  readonly absentServices: number;
  /** Of those services. */
  readonly absentOperations: number;
}

/** How far an operation of a service works. */
export function fidelityOf(service: Service | undefined, operation: string): FidelityLevel {
  if (service === undefined || !Object.hasOwn(service.operations, operation)) return "absent";
  return service.fidelity.stored?.includes(operation) === true ? "stored" : "real";
}

export function coverageOf(service: Service, modelled: Iterable<string>): ServiceCoverage {
  const operations: Record<string, FidelityLevel> = {};
  const counts = { real: 0, stored: 0, absent: 0 };
  for (const operation of modelled) {
    const level = fidelityOf(service, operation);
    operations[operation] = level;
    counts[level] += 1;
  }
  return {
    service: service.name,
    ...counts,
    operations,
    ignores: service.fidelity.ignores ?? {},
  };
}

/** A service's part of a report, by its name in whatever case; undefined: there is none. */
export const partOfReport = (
  { services }: CoverageReport,
  name: string,
): ServiceCoverage | undefined => services.find(({ service }) => service === name.toLowerCase());

/** What is said where a report has no such part. */
export const notCovered = (name: string): string => `Snowglobe has no operation of "${name}" yet.`;

/** Everything that the models know, and how far it works here. */
export async function coverageReport(models: Models, services: Services): Promise<CoverageReport> {
  const covered: ServiceCoverage[] = [];
  let absentServices = 0;
  let absentOperations = 0;
  for (const [name, entry] of Object.entries(models.index.services)) {
    const bound = services.names.includes(name) ? await services.load(name) : undefined;
    if (bound === undefined) {
      absentServices += 1;
      absentOperations += entry.operationCount;
      continue;
    }
    const coverage = coverageOf(bound, models.service(name).operations.keys());
    covered.push(coverage);
  }
  return { services: covered, absentServices, absentOperations };
}

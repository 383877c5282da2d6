import { parseKnown } from "../../src/model/json.ts";
import type { BotocoreFolder } from "./botocore-folder.ts";
import type { Files } from "./files.ts";
import {
  HASHES,
  INDEX,
  iamFiles,
  isIamFile,
  recordedIamVersion,
  recordedNotice,
  serviceFiles,
  writeHashes,
  writeIndex,
} from "./files.ts";
import type { IamData } from "./iam-data.ts";

/**
 * What stands against models/ being what the generator wrote; with the sources at hand, against its
 * being current.
 */
export interface Verdict {
  /** Empty when all is well. */
  readonly faults: readonly string[];
  /** What was compared, and what could not be and why. */
  readonly notes: readonly string[];
}

export interface Sources {
  readonly botocore?: BotocoreFolder | undefined;
  readonly iam?: IamData | undefined;
}

export function checkFiles(files: Files, sources: Sources): Verdict {
  const faults = hashFaults(files);
  // Files that are not what was written may not even parse: no sense in reading on.
  if (faults.length > 0) return { faults, notes: [] };
  const notice = recordedNotice(files);
  if (notice === undefined) return { faults: [`${INDEX} is missing`], notes: [] };
  if (writeIndex(files, notice) !== files.get(INDEX)) {
    return { faults: [`${INDEX} does not follow from the service files`], notes: [] };
  }

  const notes = [`${files.size} files have the recorded hashes; ${INDEX} follows from them`];
  if (sources.botocore?.version === notice.version) {
    const kept = pick(files, (path) => !isIamFile(path) && path !== HASHES);
    faults.push(...differences(serviceFiles(sources.botocore), kept));
    notes.push(`compared with botocore ${notice.version}`);
  } else {
    const other = sources.botocore?.version ?? "none";
    notes.push(`not compared with botocore: ${notice.version} is needed, found ${other}`);
  }
  const iamVersion = recordedIamVersion(files) ?? "none";
  if (sources.iam?.version === iamVersion) {
    faults.push(...differences(iamFiles(sources.iam), pick(files, isIamFile)));
    notes.push(`compared with the IAM data ${iamVersion}`);
  } else {
    const other = sources.iam?.version ?? "none";
    notes.push(`not compared with the IAM data: ${iamVersion} is needed, found ${other}`);
  }
  return { faults, notes };
}

function hashFaults(files: Files): string[] {
  const recorded = parsed(files.get(HASHES));
  const actual = parsed(writeHashes(files));
  const paths = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
  return [...paths].flatMap((path) => {
    if (actual[path] === undefined) return [`${path} is missing`];
    if (recorded[path] === undefined) return [`${path} is not one of the generated files`];
    return recorded[path] === actual[path] ? [] : [`${path} was changed by hand`];
  });
}

function parsed(text: string | undefined): Readonly<Record<string, string>> {
  return text === undefined ? {} : parseKnown(text);
}

function differences(fresh: Files, kept: Files): string[] {
  const paths = new Set([...fresh.keys(), ...kept.keys()]);
  return [...paths]
    .filter((path) => fresh.get(path) !== kept.get(path))
    .map((path) => `${path} is not what its source gives`);
}

function pick(files: Files, wanted: (path: string) => boolean): Files {
  return new Map([...files].filter(([path]) => wanted(path)));
}

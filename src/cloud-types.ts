/** The cloud as its hosts (server, CLI, test kit) see it. */
import type { CoverageReport } from "./coverage.ts";
import type { ActiveFault, FaultRule } from "./fault-rule.ts";
import type { ClockState } from "./kernel/clock.ts";
import type { HttpRequest, HttpResponse } from "./kernel/http.ts";
import type { UsageFilter, UsageLine } from "./kernel/usage-line.ts";
import type { TrailRecord } from "./trail.ts";

/** Of all services, of none, or of all but S3. */
export type SignatureChecks = boolean | "except S3";

export interface CloudOptions {
  /** Where the state lives. */
  readonly state:
    | { readonly kind: "memory" }
    | { readonly kind: "directory"; readonly path: string }
    | { readonly kind: "postgres"; readonly url: string };
  /** The account of `test` keys and, in open mode, of unknown keys. Twelve digits. */
  readonly accountId: string;
  /** The region where a request names none. */
  readonly region: string;
  /** Refuses what is only stored, and unknown keys. */
  readonly strict: boolean;
  /** Whether policies decide. `soft` allows, and records every would-be denial. */
  readonly iam: "enforce" | "soft" | "off";
  /** Accepts region names that the partition `aws` does not have. */
  readonly anyRegion: boolean;
  /** Whose requests' signatures are checked. */
  readonly signatures: SignatureChecks;
  readonly clock: "flowing" | { readonly frozenAt: number };
  /** A number makes ids repeatable (tests); absent: secure. */
  readonly seed?: number;
  /** Fault rules that are there from the start, and again after a reset. */
  readonly faults?: readonly FaultRule[];
}

export interface Cloud {
  readonly options: CloudOptions;
  /** One request, whole: at once where there is nothing to wait for. Never throws, never rejects. */
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
  readonly clock: {
    now(): number;
    readonly frozen: boolean;
    readonly rate: number;
    freeze(at?: number): Promise<void>;
    resume(rate?: number): Promise<void>;
    /** Runs every task that comes due on the way, each at its own instant. */
    advance(ms: number): Promise<void>;
    advanceTo(at: number): Promise<void>;
    state(): ClockState;
  };
  /** Resolves when nothing is due and nothing is in flight. */
  idle(): Promise<void>;
  readonly trail: {
    /** Oldest first; `after`: sequence number of the last one already seen. */
    list(filter?: { readonly after?: number; readonly limit?: number }): readonly TrailRecord[];
    follow(listener: (record: TrailRecord) => void): () => void;
  };
  /** What was used so far, as AWS would bill it, in the order of the hours. */
  usage(filter?: UsageFilter): Promise<readonly UsageLine[]>;
  /** Faults on purpose. The rules are the process's: no snapshot and no fork holds them. */
  readonly faults: {
    /** Throws `FaultRuleError` for a rule that makes no sense, or that no call could ever meet. */
    add(rule: FaultRule): ActiveFault;
    /** Those in force, in the order in which calls meet them. */
    list(): readonly ActiveFault[];
    /** False: there is none of that id. */
    remove(id: string): boolean;
    /** Gives how many there were. */
    clear(): number;
  };
  coverage(): Promise<CoverageReport>;
  /** Service name -> "available" (loadable) or "running" (used since the start). */
  services(): Readonly<Record<string, "available" | "running">>;
  /** Back to the empty cloud. */
  reset(): Promise<void>;
  /** Writes the whole world (rows, blobs, clock) to one portable file. */
  save(file: string): Promise<void>;
  /** Replaces the world by the file's. */
  load(file: string): Promise<void>;
  /** An independent copy; memory only. */
  fork(): Cloud;
  /** Before a stop: requests that wait for a change (long polls) are answered with what there is. */
  endWaits(): void;
  /** Everything durable, nothing running. */
  close(): Promise<void>;
}

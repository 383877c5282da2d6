/**
 * The cloud for tests: in the same process, without a port, a world of its own for each call. Our
 * own tests use it, too.
 */
import { openCloud } from "../cloud.ts";
import { iamMode } from "../cloud-options.ts";
import type { Cloud, CloudOptions } from "../cloud-types.ts";
import type { ActiveFault, FaultRule } from "../fault-rule.ts";
import type { UsageFilter, UsageLine } from "../kernel/usage-line.ts";
import type { TrailRecord } from "../trail.ts";
import { inProcessHandler, type InProcessHandler } from "./handler.ts";
import { checkConfigOptions, checkStartOptions, toInstant, toMilliseconds } from "./options.ts";

export interface StartOptions {
  /** Twelve digits. Default: 000000000000. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
  /** Where the clock stands, or "flowing". Default: frozen at 2030-01-01T00:00:00Z. */
  readonly clock?: Date | "flowing";
  /** The same seed gives the same ids. Default: 1. */
  readonly seed?: number;
  /** Refuse what is only stored, and keys that nobody issued. Default: false. */
  readonly strict?: boolean;
  /** Whether policies decide. Default: "enforce". */
  readonly iam?: "enforce" | "soft" | "off";
  /** Keep the state in this directory. Default: in memory. */
  readonly directory?: string;
}

/** Time as people say it; the parts are added up, and the sum is not negative. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

export interface TestCloud {
  /**
   * For an AWS SDK client: `new SQS(cloud.config())`. Another account is another twelve-digit key.
   */
  config(as?: ConfigOptions): ClientConfig;
  readonly clock: {
    now(): Date;
    /**
     * Moves the clock; everything that comes due on the way happens, each thing at its own instant.
     */
    advance(by: Duration): Promise<void>;
    advanceTo(at: Date): Promise<void>;
    freeze(): Promise<void>;
    resume(): Promise<void>;
  };
  /** Resolves when nothing is due and nothing is in flight. */
  idle(): Promise<void>;
  /**
   * Calls that fail on purpose: delayed, refused, dropped. `reset()` takes the rules away; a fork
   * has none.
   */
  readonly faults: {
    /** Throws for a rule that makes no sense. */
    add(rule: FaultRule): ActiveFault;
    /** Those in force. */
    list(): readonly ActiveFault[];
    /** False: there is none of that id. */
    remove(id: string): boolean;
    /** Gives how many there were. */
    clear(): number;
  };
  /** What was asked of the cloud so far, in order. */
  calls(): readonly TrailRecord[];
  /** What AWS would have billed so far: requests, request units and bytes, summed by the hour. */
  usage(filter?: UsageFilter): Promise<readonly UsageLine[]>;
  /** An independent copy of this world, in no time. In memory only. */
  fork(): TestCloud;
  /** Back to the empty world. */
  reset(): Promise<void>;
  save(file: string): Promise<void>;
  load(file: string): Promise<void>;
  /**
   * Ends this world. Whatever is asked of it afterwards throws or rejects, the requests of its
   * clients, too; only `calls()` still tells what was. Its forks live on.
   */
  close(): Promise<void>;
}

export interface ConfigOptions {
  readonly accountId?: string;
  readonly region?: string;
  readonly credentials?: Credentials;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface ClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly requestHandler: InProcessHandler;
}

const START = Date.parse("2030-01-01T00:00:00Z");

/**
 * Starts a cloud. Rejects with a TypeError or a RangeError for options that make no sense.
 *
 * @example
 * const cloud = await startCloud();
 * const sqs = new SQS(cloud.config());
 */
export async function startCloud(options: StartOptions = {}): Promise<TestCloud> {
  checkStartOptions(options);
  const { directory, clock } = options;
  return testCloud(
    await openCloud({
      state: directory === undefined ? { kind: "memory" } : { kind: "directory", path: directory },
      accountId: options.accountId ?? "000000000000",
      region: options.region ?? "us-east-1",
      strict: options.strict ?? false,
      iam: iamMode(options.iam ?? "enforce"),
      anyRegion: false,
      signatures: true,
      clock: clock === "flowing" ? clock : { frozenAt: clock?.getTime() ?? START },
      seed: options.seed ?? 1,
    } satisfies CloudOptions),
  );
}

const CLOSED =
  "This cloud is closed: nothing more can be asked of it. Start another, or close it later.";

function testCloud(cloud: Cloud): TestCloud {
  let closed: Promise<void> | undefined;
  const open = (): Cloud => {
    if (closed !== undefined) throw new Error(CLOSED);
    return cloud;
  };
  const requestHandler = inProcessHandler({ handle: (request) => open().handle(request) });
  const { accountId, region } = cloud.options;
  return {
    config(as = {}) {
      open();
      checkConfigOptions(as);
      return {
        region: as.region ?? region,
        endpoint: "http://localhost:4566",
        credentials: as.credentials ?? {
          accessKeyId:
            as.accountId === undefined || as.accountId === accountId ? "test" : as.accountId,
          secretAccessKey: "test",
        },
        requestHandler,
      };
    },
    clock: {
      now: () => new Date(open().clock.now()),
      advance: async (by) => open().clock.advance(toMilliseconds(by)),
      advanceTo: async (at) => open().clock.advanceTo(toInstant(at, cloud.clock.now())),
      freeze: async () => open().clock.freeze(),
      resume: async () => open().clock.resume(),
    },
    idle: async () => open().idle(),
    get faults() {
      return open().faults;
    },
    calls: () => cloud.trail.list(),
    usage: async (filter) => open().usage(filter),
    fork: () => testCloud(open().fork()),
    reset: async () => open().reset(),
    save: async (file) => open().save(file),
    load: async (file) => open().load(file),
    close: () => (closed ??= cloud.close()),
  };
}

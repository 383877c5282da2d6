/** How a server is started: what the environment and the command line say, resolved. */
import type { SignatureChecks } from "../../cloud-types.ts";
import type { LogLevel } from "../log.ts";

export interface Settings {
  readonly host: string;
  readonly port: number;
  /**
   * Where everything of this server lives, unless it is ephemeral: state, certificates, snapshots,
   * hooks.
   */
  readonly directory: string;
  /** Nothing of the cloud's state outlives the process. */
  readonly ephemeral: boolean;
  /** A PostgreSQL URL in place of the directory's own store. */
  readonly store: string | undefined;
  readonly accountId: string;
  readonly region: string;
  readonly strict: boolean;
  readonly iam: "enforce" | "soft" | "off";
  readonly signatures: SignatureChecks;
  readonly anyRegion: boolean;
  /** Stands still at this instant from the start (epoch milliseconds). */
  readonly frozenAt: number | undefined;
  readonly log: LogLevel;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly anyOrigin: boolean;
  /** A PEM file with a certificate chain and its key. */
  readonly certificateFile: string | undefined;
  /** A hook that fails ends the start. */
  readonly strictHooks: boolean;
  readonly stopSeconds: number;
  /** How many of DynamoDB's calls are refused as too many, 0 to 1: reads and writes of items. */
  readonly dynamodbErrors: number;
  readonly dynamodbReadErrors: number;
  readonly dynamodbWriteErrors: number;
}

export const DEFAULTS: Settings = {
  host: "127.0.0.1",
  port: 4566,
  directory: ".snowglobe",
  ephemeral: false,
  store: undefined,
  accountId: "000000000000",
  region: "us-east-1",
  strict: false,
  iam: "enforce",
  signatures: true,
  anyRegion: false,
  frozenAt: undefined,
  log: "info",
  allowedHosts: [],
  allowedOrigins: [],
  anyOrigin: false,
  certificateFile: undefined,
  strictHooks: false,
  stopSeconds: 5,
  dynamodbErrors: 0,
  dynamodbReadErrors: 0,
  dynamodbWriteErrors: 0,
};

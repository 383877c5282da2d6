/** Nodes of one cloud over one PostgreSQL: some in this process, some in processes of their own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Client } from "pg";
import { openCloud } from "../../src/cloud.ts";
import type { Cloud, CloudOptions } from "../../src/cloud-types.ts";
import { inProcessHandler } from "../../src/testing/handler.ts";
import { watched, type Started } from "../started.ts";
import { startCluster, type Cluster } from "../store/cluster.ts";

export const OPTIONS: Omit<CloudOptions, "state"> = {
  accountId: "000000000000",
  region: "us-east-1",
  strict: false,
  iam: "enforce",
  anyRegion: false,
  signatures: true,
  clock: "flowing",
};

export interface Ground {
  /** An empty database: a cloud of its own. */
  database(): Promise<Place>;
  stop(): Promise<void>;
}

export interface Place {
  readonly url: string;
}

export async function startGround(binaries: string): Promise<Ground> {
  const cluster: Cluster = await startCluster(binaries);
  let count = 0;
  return {
    async database() {
      const name = `cloud_${(count += 1)}`;
      const client = new Client({ connectionString: cluster.url });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return { url: cluster.url.replace(/\/postgres$/, `/${name}`) };
    },
    stop: () => cluster.stop(),
  };
}

export const openNode = (place: Place): Promise<Cloud> =>
  openCloud({ ...OPTIONS, state: { kind: "postgres", ...place } });

/** For an AWS SDK client that speaks to a cloud of this process. */
export function configOf(cloud: Cloud, accessKeyId = "test") {
  return {
    endpoint: "http://localhost:4566",
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: "test" },
    requestHandler: inProcessHandler(cloud),
  };
}

/** A node with a port, in a process that can be killed. */
export function startNode(place: Place): Promise<Started> {
  const program = join(import.meta.dirname, "node.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, place.url], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: join(import.meta.dirname, "../.."),
  });
  return watched(child, () => undefined);
}

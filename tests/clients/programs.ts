/** The real AWS CLI and boto3, where the machine has them, with nothing set but the endpoint, test keys and a region. */
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { builtProgram, type Started } from "../started.ts";

export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Undefined: it is there. Otherwise the sentence that says why its tests are skipped. */
export function whyNoCli(): string | undefined {
  return runs("aws", ["--version"])
    ? undefined
    : "The tests with the AWS CLI are skipped: there is no `aws` here. pip install awscli";
}

export function whyNoBoto(): string | undefined {
  return runs("python3", ["-c", "import boto3"])
    ? undefined
    : "The tests with boto3 are skipped: python3 cannot import it. pip install boto3";
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const TEST_KEYS: Keys = { accessKeyId: "test", secretAccessKey: "test" };

/** No profile of whoever runs the tests, and no variable, may have a part in it. */
export function environmentFor(server: Started, keys: Keys = TEST_KEYS): NodeJS.ProcessEnv {
  const absent = join(tmpdir(), "snowglobe-no-such-file");
  const { PATH, HOME, PYENV_ROOT, LANG = "C.UTF-8" } = process.env;
  return {
    PATH,
    HOME,
    LANG,
    ...(PYENV_ROOT === undefined ? {} : { PYENV_ROOT }),
    AWS_CONFIG_FILE: absent,
    AWS_SHARED_CREDENTIALS_FILE: absent,
    AWS_PAGER: "",
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: "us-east-1",
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
  };
}

export const run = (program: string, words: readonly string[], env: NodeJS.ProcessEnv) =>
  new Promise<Outcome>((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, out, err }));
  });

/**
 * Version 1 of the AWS CLI overlooks AWS_ENDPOINT_URL for these, and would speak to AWS itself
 * (awscli/customizations/overridesslcommonname.py). The option it never overlooks.
 */
const OVERLOOKED = ["sqs", "rds", "docdb", "neptune", "health"];

const addressed = (server: Started, words: readonly string[]) =>
  OVERLOOKED.includes(words[0] ?? "") ? [...words, "--endpoint-url", server.url] : words;

/** One call of the AWS CLI that has to succeed; gives what it prints. */
export async function aws(server: Started, words: readonly string[], keys?: Keys): Promise<string> {
  const { status, out, err } = await run(
    "aws",
    addressed(server, words),
    environmentFor(server, keys),
  );
  if (status !== 0) throw new Error(`aws ${words.join(" ")} ended with ${status}:\n${err}`);
  return out;
}

export async function awsJson<T>(
  server: Started,
  words: readonly string[],
  keys?: Keys,
): Promise<T> {
  return JSON.parse(await aws(server, [...words, "--output", "json"], keys)) as T;
}

/** One call that has to fail; gives the sentence that it ends with. */
export async function awsRefused(
  server: Started,
  words: readonly string[],
  keys?: Keys,
): Promise<string> {
  const { status, out, err } = await run(
    "aws",
    addressed(server, words),
    environmentFor(server, keys),
  );
  if (status === 0) throw new Error(`aws ${words.join(" ")} succeeded:\n${out}`);
  return err.trim().replace(/^aws: \[ERROR\]: /, "");
}

/** Our own command, as built. */
export async function snowglobe(server: Started, words: readonly string[]): Promise<string> {
  const program = join(await builtProgram(), "main.js");
  const env = { PATH: process.env.PATH, SNOWGLOBE_URL: server.url };
  const { status, out, err } = await run(process.execPath, [program, ...words], env);
  if (status !== 0) throw new Error(`snowglobe ${words.join(" ")} ended with ${status}:\n${err}`);
  return out;
}

function runs(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

/** The unmodified AWS CLI against a server as a user starts it. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start, type Started } from "../started.ts";
import { aws, awsJson, awsRefused, snowglobe, whyNoCli, type Keys } from "./programs.ts";

const absent = whyNoCli();
if (absent !== undefined) process.stderr.write(`${absent}\n`);

const UPLOAD_MB = Number(process.env.SNOWGLOBE_TEST_UPLOAD_MB ?? 48);
const FILES = Number(process.env.SNOWGLOBE_TEST_FILES ?? 1000);

let server: Started;
let root: string;

describe.skipIf(absent !== undefined).concurrent("the AWS CLI", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "snowglobe-cli-"));
    server = await start();
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  test("s3: a large file goes up in parts and comes back byte for byte", async () => {
    await aws(server, ["s3", "mb", "s3://cli-large"]);
    const file = join(root, "large");
    const block = createHash("sha512").update("snow").digest();
    writeFileSync(file, Buffer.alloc(UPLOAD_MB * 1024 * 1024, block));
    await aws(server, ["s3", "cp", "--only-show-errors", file, "s3://cli-large/a/large"]);
    const words = ["s3api", "head-object", "--bucket", "cli-large", "--key", "a/large"];
    const head = await awsJson<{ ETag: string; ContentLength: number }>(server, words);
    expect(head.ContentLength).toBe(UPLOAD_MB * 1024 * 1024);
    expect(head.ETag).toMatch(new RegExp(`^"[0-9a-f]{32}-${Math.ceil(UPLOAD_MB / 8)}"$`));
    await aws(server, ["s3", "cp", "--only-show-errors", "s3://cli-large/a/large", `${file}.back`]);
    expect(readFileSync(`${file}.back`).equals(readFileSync(file))).toBe(true);
  });

  test("s3: a directory is synchronised, listed, presigned, and removed", async () => {
    await aws(server, ["s3", "mb", "s3://cli-sync"]);
    const folder = join(root, "folder");
    mkdirSync(join(folder, "below"), { recursive: true });
    for (let n = 0; n < FILES; n++) {
      writeFileSync(join(folder, n % 2 === 0 ? "." : "below", `file ${n} ü.txt`), `text ${n}`);
    }
    const sync = ["s3", "sync", folder, "s3://cli-sync/all"];
    await aws(server, [...sync, "--only-show-errors"]);
    expect(await aws(server, sync)).toBe("");
    const listed = await aws(server, ["s3", "ls", "--recursive", "--summarize", "s3://cli-sync"]);
    expect(/Total Objects: (\d+)/.exec(listed)?.[1]).toBe(String(FILES));

    const url = await aws(server, ["s3", "presign", "s3://cli-sync/all/file 0 ü.txt"]);
    const answer = await fetch(url.trim());
    expect([answer.status, await answer.text()]).toEqual([200, "text 0"]);

    // Its time is the client's: a clock that is wound here does not end it.
    const brief = ["s3", "presign", "s3://cli-sync/all/file 0 ü.txt", "--expires-in", "1"];
    const late = (await aws(server, brief)).trim();
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const replayed = await fetch(late);
    expect(replayed.status).toBe(403);
    expect(await replayed.text()).toMatch(
      /<Error><Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/,
    );

    await aws(server, ["s3", "rm", "--recursive", "--only-show-errors", "s3://cli-sync/all"]);
    expect(await aws(server, ["s3", "ls", "s3://cli-sync"])).toBe("");
    await aws(server, ["s3", "rb", "s3://cli-sync"]);
  });

  test("dynamodb: a table is made, awaited, filled and read in pages", async () => {
    const table = ["--table-name", "cli"];
    await aws(server, [
      "dynamodb",
      "create-table",
      ...table,
      "--billing-mode",
      "PAY_PER_REQUEST",
      "--attribute-definitions",
      "AttributeName=id,AttributeType=S",
      "AttributeName=n,AttributeType=N",
      "--key-schema",
      "AttributeName=id,KeyType=HASH",
      "AttributeName=n,KeyType=RANGE",
    ]);
    await aws(server, ["dynamodb", "wait", "table-exists", ...table]);
    const items = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: { id: { S: "a" }, n: { N: `${n}` } } },
    }));
    const wrote = await awsJson<{ UnprocessedItems: object }>(server, [
      "dynamodb",
      "batch-write-item",
      "--request-items",
      JSON.stringify({ cli: items }),
    ]);
    expect(wrote.UnprocessedItems).toEqual({});
    const found = await awsJson<{ Items: { n: { N: string } }[] }>(server, [
      "dynamodb",
      "query",
      ...table,
      "--key-condition-expression",
      "id = :id AND n > :n",
      "--expression-attribute-values",
      '{":id": {"S": "a"}, ":n": {"N": "20"}}',
      "--no-scan-index-forward",
    ]);
    expect(found.Items.map(({ n }) => Number(n.N))).toEqual([24, 23, 22, 21]);
    const scanned = await awsJson<{ Count: number; Items: unknown[] }>(server, [
      "dynamodb",
      "scan",
      ...table,
      "--page-size",
      "10",
    ]);
    expect(scanned.Items).toHaveLength(25);
  });

  test("iam: a user may do what the policy says, and is told in AWS's words what not", async () => {
    const keys = await userWith("cli-ana", {
      Effect: "Allow",
      Action: "sqs:CreateQueue",
      Resource: "arn:aws:sqs:us-east-1:000000000000:ana-*",
    });
    const made = await awsJson<{ QueueUrl: string }>(
      server,
      ["sqs", "create-queue", "--queue-name", "ana-1"],
      keys,
    );
    expect(made.QueueUrl).toBe(`${server.url}/000000000000/ana-1`);
    const words = ["dynamodb", "list-tables"];
    expect(await awsRefused(server, words, keys)).toBe(
      "An error occurred (AccessDeniedException) when calling the ListTables operation: " +
        "User: arn:aws:iam::000000000000:user/cli-ana is not authorized to perform: " +
        "dynamodb:ListTables on resource: arn:aws:dynamodb:us-east-1:000000000000:table/* " +
        "because no identity-based policy allows the dynamodb:ListTables action",
    );
  });

  test("sts: a role is assumed, and its session is who it says", async () => {
    const trust = statement({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: "000000000000" },
    });
    const role = ["--role-name", "cli-role"];
    await aws(server, ["iam", "create-role", ...role, "--assume-role-policy-document", trust]);
    const { Credentials } = await awsJson<{ Credentials: Record<string, string> }>(server, [
      "sts",
      "assume-role",
      "--role-arn",
      "arn:aws:iam::000000000000:role/cli-role",
      "--role-session-name",
      "winter",
    ]);
    const keys = {
      accessKeyId: Credentials["AccessKeyId"] ?? "",
      secretAccessKey: Credentials["SecretAccessKey"] ?? "",
      sessionToken: Credentials["SessionToken"] ?? "",
    };
    const caller = await awsJson<{ Arn: string }>(server, ["sts", "get-caller-identity"], keys);
    expect(caller.Arn).toBe("arn:aws:sts::000000000000:assumed-role/cli-role/winter");
    const stolen = { ...keys, sessionToken: `${keys.sessionToken}x` };
    expect(await awsRefused(server, ["sts", "get-caller-identity"], stolen)).toBe(
      "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: " +
        "The security token included in the request is invalid.",
    );
  });

  test("kms: what is encrypted is decrypted", async () => {
    const { KeyMetadata } = await awsJson<{ KeyMetadata: { KeyId: string } }>(server, [
      "kms",
      "create-key",
      "--description",
      "cli",
    ]);
    const file = join(root, "secret");
    writeFileSync(file, "a secret");
    const { CiphertextBlob } = await awsJson<{ CiphertextBlob: string }>(server, [
      "kms",
      "encrypt",
      "--key-id",
      KeyMetadata.KeyId,
      "--plaintext",
      `fileb://${file}`,
    ]);
    writeFileSync(`${file}.sealed`, Buffer.from(CiphertextBlob, "base64"));
    const { Plaintext } = await awsJson<{ Plaintext: string }>(server, [
      "kms",
      "decrypt",
      "--ciphertext-blob",
      `fileb://${file}.sealed`,
    ]);
    expect(Buffer.from(Plaintext, "base64").toString()).toBe("a secret");
  });

  test("what is not built says so", async () => {
    expect(await awsRefused(server, ["athena", "list-data-catalogs"])).toBe(
      "An error occurred (NotImplementedBySnowglobe) when calling the ListDataCatalogs " +
        "operation: Athena ListDataCatalogs is not implemented.",
    );
  });

  test("a wrong secret is refused in the words of each front end", async () => {
    const wrong = { accessKeyId: "test", secretAccessKey: "wrong" };
    const sentence =
      "The request signature we calculated does not match the signature you provided.";
    const [json, query, storage] = await Promise.all(
      [
        ["dynamodb", "list-tables"],
        ["sts", "get-caller-identity"],
        ["s3api", "list-buckets"],
      ].map((words) => awsRefused(server, words, wrong)),
    );
    expect(json).toContain(`(InvalidSignatureException) when calling the ListTables`);
    expect(query).toContain(`(SignatureDoesNotMatch) when calling the GetCallerIdentity`);
    expect(storage).toContain(`(SignatureDoesNotMatch) when calling the ListBuckets`);
    for (const said of [json, query, storage]) expect(said).toContain(sentence);
  });
});

describe.skipIf(absent !== undefined)("the AWS CLI, as time goes by", { timeout: 60_000 }, () => {
  test("a session ends with its time", async () => {
    const winding = await start();
    try {
      const { Credentials } = await awsJson<{ Credentials: Record<string, string> }>(winding, [
        "sts",
        "get-session-token",
        "--duration-seconds",
        "900",
      ]);
      const keys = {
        accessKeyId: Credentials["AccessKeyId"] ?? "",
        secretAccessKey: Credentials["SecretAccessKey"] ?? "",
        sessionToken: Credentials["SessionToken"] ?? "",
      };
      await aws(winding, ["s3", "ls"], keys);
      expect(await snowglobe(winding, ["clock", "advance", "20m"])).toMatch(/flowing at rate 1/);

      expect(await awsRefused(winding, ["s3", "ls"], keys)).toContain(
        "(ExpiredToken) when calling the ListBuckets operation: The provided token has expired.",
      );
      expect(await awsRefused(winding, ["sqs", "list-queues"], keys)).toContain(
        "The security token included in the request is expired",
      );
    } finally {
      await winding.stop();
    }
  });
});

const statement = (body: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ ...body }] });

async function userWith(name: string, policy: object): Promise<Keys> {
  const user = ["--user-name", name];
  await aws(server, ["iam", "create-user", ...user]);
  const document = ["--policy-name", "p", "--policy-document", statement(policy)];
  await aws(server, ["iam", "put-user-policy", ...user, ...document]);
  const { AccessKey } = await awsJson<{ AccessKey: Record<string, string> }>(server, [
    "iam",
    "create-access-key",
    ...user,
  ]);
  return {
    accessKeyId: AccessKey["AccessKeyId"] ?? "",
    secretAccessKey: AccessKey["SecretAccessKey"] ?? "",
  };
}

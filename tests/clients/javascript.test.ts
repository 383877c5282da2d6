/** The JavaScript SDK over HTTP, and the web's own means: presigned URLs and forms with fetch. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { DynamoDB, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { GetObjectCommand, PutObjectCommand, S3 } from "@aws-sdk/client-s3";
import { paginateListQueues, SQS } from "@aws-sdk/client-sqs";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientConfig, start, type Started } from "../started.ts";

const MIB = 1024 * 1024;
const UPLOAD_MB = Number(process.env.SNOWGLOBE_TEST_UPLOAD_MB ?? 48);
const Bucket = "javascript-bucket";

let server: Started;
let s3: S3;

beforeAll(async () => {
  server = await start();
  s3 = new S3({ ...clientConfig(server), forcePathStyle: true });
  await s3.createBucket({ Bucket });
}, 60_000);
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  expect(server.said()).not.toContain("SnowglobeFault");
});

test("a stream of unknown length goes up in parts and comes back the same", async () => {
  const sent = createHash("sha256");
  function* pieces() {
    for (let n = 0; n < UPLOAD_MB; n++) {
      const piece = Buffer.alloc(MIB, `piece ${n} `);
      sent.update(piece);
      yield piece;
    }
  }
  const upload = new Upload({
    client: s3,
    params: { Bucket, Key: "stream", Body: Readable.from(pieces()) },
    partSize: 8 * MIB,
    queueSize: 3,
  });
  const { ETag } = await upload.done();
  expect(ETag).toMatch(new RegExp(`^"[0-9a-f]{32}-${Math.ceil(UPLOAD_MB / 8)}"$`));
  const received = createHash("sha256");
  const { Body } = await s3.getObject({ Bucket, Key: "stream" });
  for await (const chunk of Body as Readable) received.update(chunk as Buffer);
  expect(received.digest("hex")).toBe(sent.digest("hex"));
});

test("an upload that is given up leaves nothing", async () => {
  async function* endless() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield Buffer.alloc(MIB);
    }
  }
  const params = { Bucket, Key: "given-up", Body: Readable.from(endless()) };
  const upload = new Upload({ client: s3, params, partSize: 5 * MIB });
  upload.on("httpUploadProgress", () => void upload.abort());
  await expect(upload.done()).rejects.toMatchObject({ name: "AbortError" });
  const listed = async () => (await s3.listMultipartUploads({ Bucket })).Uploads ?? [];
  await expect.poll(listed, { timeout: 5000 }).toEqual([]);
});

test("presigned URLs put and get with fetch", async () => {
  const put = await getSignedUrl(
    s3,
    new PutObjectCommand({ Bucket, Key: "a b/ü", ContentType: "text/x-snow" }),
    { expiresIn: 60 },
  );
  const body = "presigned";
  expect(
    (await fetch(put, { method: "PUT", body, headers: { "content-type": "text/x-snow" } })).status,
  ).toBe(200);
  const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "a b/ü" }));
  const answer = await fetch(get);
  expect(answer.headers.get("content-type")).toBe("text/x-snow");
  expect(await answer.text()).toBe(body);

  const changed = await fetch(get.replace("X-Amz-Expires=900", "X-Amz-Expires=9000"));
  expect(changed.status).toBe(403);
  expect(await changed.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
});

test("a presigned URL is worth nothing after its time", async () => {
  await s3.putObject({ Bucket, Key: "brief", Body: "brief" });
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "brief" }), {
    expiresIn: 1,
  });
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const answer = await fetch(url);
  expect(answer.status).toBe(403);
  expect(await answer.text()).toMatch(
    /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><X-Amz-Expires>1<\/X-Amz-Expires>/,
  );
});

test("a form of a web page uploads what its policy allows, and no more", async () => {
  const { url, fields } = await createPresignedPost(s3, {
    Bucket,
    Key: "forms/${filename}",
    Conditions: [["content-length-range", 1, 20]],
    Fields: { success_action_status: "201" },
    Expires: 60,
  });
  const post = (content: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([content]), "note.txt");
    return fetch(url, { method: "POST", body: form });
  };
  const answer = await post("from a form");
  expect(answer.status).toBe(201);
  expect(await answer.text()).toContain("<Key>forms/note.txt</Key>");
  const { Body } = await s3.getObject({ Bucket, Key: "forms/note.txt" });
  expect(await Body?.transformToString()).toBe("from a form");

  const tooLarge = await post("x".repeat(21));
  expect(tooLarge.status).toBe(400);
  expect(await tooLarge.text()).toContain(
    "<Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the maximum allowed size</Message>",
  );
});

test("a form that is not signed by a key of ours is refused", async () => {
  const stranger = new S3({
    ...clientConfig(server),
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "wrong" },
  });
  const { url, fields } = await createPresignedPost(stranger, { Bucket, Key: "no", Expires: 60 });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob(["no"]));
  const answer = await fetch(url, { method: "POST", body: form });
  expect([answer.status, /<Code>(\w+)/.exec(await answer.text())?.[1]]).toEqual([
    403,
    "SignatureDoesNotMatch",
  ]);
});

test("waiters end, and paginators go on to the end", async () => {
  const dynamodb = new DynamoDB(clientConfig(server));
  await dynamodb.createTable({
    TableName: "javascript",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  const waited = await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 20, minDelay: 1 },
    { TableName: "javascript" },
  );
  expect(waited.state).toBe("SUCCESS");

  const sqs = new SQS(clientConfig(server));
  const names = ["a", "b", "c", "d", "e"].map((name) => `javascript-${name}`);
  for (const QueueName of names) await sqs.createQueue({ QueueName });
  const urls: string[] = [];
  for await (const page of paginateListQueues({ client: sqs, pageSize: 2 }, {})) {
    urls.push(...(page.QueueUrls ?? []));
  }
  expect(urls).toEqual(names.map((name) => `${server.url}/000000000000/${name}`));
});

test("what does not exist is refused by its name", async () => {
  const sqs = new SQS(clientConfig(server));
  await expect(sqs.getQueueUrl({ QueueName: "nowhere" })).rejects.toMatchObject({
    name: "QueueDoesNotExist",
    $metadata: { httpStatusCode: 400 },
  });
});

test("what is not built is refused at once: no client asks for it again", async () => {
  await expect(new EC2(clientConfig(server)).describeHosts({})).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    message: "EC2 DescribeHosts is not implemented.",
    $metadata: { httpStatusCode: 501, attempts: 1 },
  });
});

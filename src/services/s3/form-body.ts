/**
 * multipart/form-data as browsers send it (RFC 7578): fields, then one file that is streamed.
 * What follows the file is not read:
 * S3 ignores it, too.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { ByteStream } from "../../kernel/types.ts";

export interface Form {
  /** In lower case by name; the first of each. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file?: FormFile;
}

export interface FormFile {
  readonly name: string;
  readonly contentType: string | undefined;
  /** To be read once. */
  readonly bytes: ByteStream;
}

const FIELDS_BYTES_MAX = 64 * 1024;

/** The boundary of a Content-Type; undefined: it is no form. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(
    contentType ?? "",
  );
  return match?.[1] ?? match?.[2];
}

export async function readForm(body: ByteStream, boundary: string): Promise<Form> {
  const source = new Source(body, Buffer.from(`\r\n--${boundary}`, "latin1"));
  const fields = new Map<string, string>();
  source.push(Buffer.from("\r\n"));
  await source.takeUntil(FIELDS_BYTES_MAX, source.delimiter);
  let readBytes = 0;
  for (;;) {
    if ((await source.take(2)).toString("latin1") === "--") return { fields };
    source.push(Buffer.from("\r\n"));
    const head = await source.takeUntil(FIELDS_BYTES_MAX, Buffer.from("\r\n\r\n"));
    const part = partHead(head.toString("utf8"));
    if (part.name.toLowerCase() === "file") {
      const bytes = source.untilDelimiter();
      return { fields, file: { name: part.fileName, contentType: part.contentType, bytes } };
    }
    const value = await source.takeUntil(FIELDS_BYTES_MAX, source.delimiter);
    readBytes += value.length;
    if (readBytes > FIELDS_BYTES_MAX) throw fieldsTooLarge();
    const name = part.name.toLowerCase();
    if (!fields.has(name)) fields.set(name, value.toString("utf8"));
  }
}

const malformed = () =>
  new AwsError(
    "MalformedPOSTRequest",
    "The body of your POST request is not well-formed multipart/form-data.",
    {
      status: 400,
    },
  );

const fieldsTooLarge = () =>
  new AwsError(
    "MaxPostPreDataLengthExceeded",
    "Your POST request fields preceding the upload file were too large.",
    { status: 400 },
  );

function partHead(text: string) {
  const lines = text.split("\r\n");
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const disposition = header("content-disposition") ?? "";
  const name = /;\s*name="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw malformed();
  const fileName = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1] ?? "";
  return {
    name,
    contentType: header("content-type"),
    // Some browsers have sent the whole path.
    fileName: fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1),
  };
}

/** The body with a memory of what was read too far. */
class Source {
  readonly delimiter: Buffer;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #ahead: Buffer = Buffer.alloc(0);

  constructor(body: ByteStream, delimiter: Buffer) {
    this.#iterator = body[Symbol.asyncIterator]();
    this.delimiter = delimiter;
  }

  /** Puts bytes before what comes next. */
  push(bytes: Buffer): void {
    this.#ahead = Buffer.concat([bytes, this.#ahead]);
  }

  async #more(): Promise<boolean> {
    const next = await this.#iterator.next();
    if (next.done === true) return false;
    const { value } = next;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#ahead = this.#ahead.length === 0 ? chunk : Buffer.concat([this.#ahead, chunk]);
    return true;
  }

  async take(count: number): Promise<Buffer> {
    while (this.#ahead.length < count) if (!(await this.#more())) throw malformed();
    return this.#cut(count);
  }

  /** What stands before the mark; the mark is gone, too. */
  async takeUntil(bytesMax: number, mark: Buffer): Promise<Buffer> {
    for (;;) {
      const at = this.#ahead.indexOf(mark);
      if (at !== -1) {
        const bytes = this.#cut(at);
        this.#cut(mark.length);
        return bytes;
      }
      if (this.#ahead.length > bytesMax) throw fieldsTooLarge();
      if (!(await this.#more())) throw malformed();
    }
  }

  #cut(count: number): Buffer {
    const bytes = this.#ahead.subarray(0, count);
    this.#ahead = this.#ahead.subarray(count);
    return bytes;
  }

  /** Hands on what cannot be the beginning of the delimiter. */
  async *untilDelimiter(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#ahead.indexOf(this.delimiter);
      if (at !== -1) {
        if (at > 0) yield this.#cut(at);
        for (this.#ahead = Buffer.alloc(0); await this.#more(); this.#ahead = Buffer.alloc(0));
        return;
      }
      const safeBytes = this.#ahead.length - this.delimiter.length;
      if (safeBytes > 0) yield this.#cut(safeBytes);
      if (!(await this.#more())) throw malformed();
    }
  }
}

/**
 * Big bytes, outside the rows. A blob is written once, whole or not at all, and never changed; rows
 * name it by an id that the writer chose. Whoever writes a blob does so before the row that names
 * it is committed; a blob that no row names is an orphan, and the kernel's sweep removes it.
 */

export interface Blobs {
  /**
   * Streams the source away with flat memory. The blob is there, and durable, when the promise
   * resolves.
   * When the source throws or the signal aborts, nothing is left and the reason is thrown.
   * An id that is taken already is overwritten as a whole.
   */
  write(
    id: BlobId,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<WrittenBlob>;
  /** Throws `BlobMissing` at the first chunk. A range that reaches beyond the end is cut. */
  read(id: BlobId, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Undefined when there is no such blob. */
  sizeBytes(id: BlobId): Promise<number | undefined>;
  /**
   * Removing what is not there is no error. Whoever reads it at this moment reads on to the end;
   * on another node of a shared store, for a minute at least.
   */
  remove(id: BlobId): Promise<void>;
  /** The ids there are, in no order. */
  list(): AsyncIterable<BlobId>;
  /**
   * Gives the blob a second name in a snapshot's folder: a hard link where possible, else a copy.
   */
  saveTo(id: BlobId, path: string): Promise<void>;
  /** Takes a file of a snapshot in as a blob, in the same way. */
  adopt(id: BlobId, path: string): Promise<void>;
  close(): Promise<void>;
}

/** Letters, digits, `.`, `_` and `-`, at most 200 of them, beginning with a letter or digit. */
export type BlobId = string;

export interface WriteOptions {
  /** What the source is said to have: a long one may be written in another way. */
  readonly announcedBytes?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface WrittenBlob {
  readonly id: BlobId;
  readonly sizeBytes: number;
}

export interface ByteRange {
  readonly start: number;
  readonly endInclusive: number;
}

export class BlobMissing extends Error {
  override readonly name = "BlobMissing";
  constructor(id: BlobId) {
    super(`there is no blob ${id}`);
  }
}

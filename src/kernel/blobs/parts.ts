/** A stream cut into parts of one size, so that a range tells which parts it touches. */

/** Of every part but the last. Stored blobs rely on it. */
export const PART_BYTES = 1024 * 1024;

/** Each part is a copy: its source may use its own buffers again. */
export async function* partsOf(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafeSlow(PART_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    signal?.throwIfAborted();
    if (chunk.byteLength === 0) continue;
    for (let at = 0; at < chunk.byteLength;) {
      const piece = chunk.subarray(at, at + PART_BYTES - filled);
      part.set(piece, filled);
      at += piece.byteLength;
      filled += piece.byteLength;
      if (filled < PART_BYTES) continue;
      yield part;
      part = Buffer.allocUnsafeSlow(PART_BYTES);
      filled = 0;
    }
  }
  signal?.throwIfAborted();
  if (filled > 0) yield part.subarray(0, filled);
}

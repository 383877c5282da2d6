import fc from "fast-check";
import { expect, test } from "vitest";
import { readForm } from "./form-body.ts";

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("fields and file are the same however the bytes come in pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 60 }),
      async (content, size) => {
        const body = Buffer.concat([
          Buffer.from('--b\r\nContent-Disposition: form-data; name="Key"\r\n\r\nn\u00e9\r\n'),
          Buffer.from(
            '--b\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\x\\\\f"\r\n',
          ),
          Buffer.from("Content-Type: text/plain\r\n\r\n"),
          content,
          Buffer.from("\r\n--b--\r\n"),
        ]);
        const { fields, file } = await readForm(inPieces(body, size), "b");
        const chunks: Uint8Array[] = [];
        for await (const chunk of file?.bytes ?? []) chunks.push(chunk);
        expect([[...fields], file?.name, file?.contentType]).toEqual([
          [["key", "n\u00e9"]],
          "f",
          "text/plain",
        ]);
        expect(Buffer.concat(chunks).equals(Buffer.from(content))).toBe(true);
      },
    ),
  );
});

test("a body that ends too early is refused", async () => {
  const body = Buffer.from('--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nabc');
  await expect(readForm(inPieces(body, 10), "b")).rejects.toMatchObject({
    code: "MalformedPOSTRequest",
  });
});

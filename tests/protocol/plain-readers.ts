/**
 * XML and CBOR read the obvious way: references for the real readers, and the eyes of the test
 * client.
 */

export interface Node {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Node[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

export function unescapeXml(text: string): string {
  return text.replaceAll(/&(#x[0-9A-Fa-f]+|#\d+|\w+);/g, (_, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? `&${name};`;
  });
}

/** Well-formed documents only. */
export function readXml(source: string): Node {
  const top: Node = { name: "", attributes: {}, children: [], text: "" };
  const open: Node[] = [top];
  const tokens = source.matchAll(
    /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<([^>]+)>|([^<]+)/g,
  );
  for (const [, cdata, tag, text] of tokens) {
    const parent = open.at(-1) as Node;
    if (cdata !== undefined) parent.text += cdata;
    else if (text !== undefined) parent.text += unescapeXml(text.replaceAll("\r\n", "\n"));
    else if (tag?.startsWith("/")) open.pop();
    else if (tag !== undefined) {
      const node = element(tag.replace(/\/$/, ""));
      parent.children.push(node);
      if (!tag.endsWith("/")) open.push(node);
    }
  }
  return top.children[0] as Node;
}

function element(tag: string): Node {
  const name = (tag.split(/\s/)[0] as string).split(":").pop() as string;
  const attributes: Record<string, string> = {};
  for (const [, key, value] of tag.matchAll(/([\w:.-]+)\s*=\s*"([^"]*)"/g)) {
    attributes[key as string] = unescapeXml(value as string);
  }
  return { name, attributes, children: [], text: "" };
}

/** CBOR by recursion over a copy of what is left. */
export function readCbor(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes);
  let at = 0;
  const BREAK = Symbol("break");

  function argument(info: number): number {
    if (info < 24) return info;
    const size = 2 ** (info - 24);
    at += size;
    if (size === 8) return Number(buffer.readBigUInt64BE(at - 8));
    return buffer.readUIntBE(at - size, size);
  }
  function item(): unknown {
    const first = buffer[at++] as number;
    const [kind, info] = [first >> 5, first & 31];
    if (first === 0xff) return BREAK;
    if (kind === 7) return simple(info);
    const many = info === 31 ? Number.POSITIVE_INFINITY : argument(info);
    if (kind === 0) return many;
    if (kind === 1) return -1 - many;
    if (kind === 6) {
      const value = item();
      return many === 1 ? value : value;
    }
    if (kind === 2 || kind === 3) {
      if (many !== Number.POSITIVE_INFINITY) {
        at += many;
        const part = buffer.subarray(at - many, at);
        return kind === 2 ? new Uint8Array(part) : part.toString("utf8");
      }
      const parts = items(many);
      return kind === 2 ? new Uint8Array(Buffer.concat(parts as Uint8Array[])) : parts.join("");
    }
    if (kind === 4) return items(many);
    const flat = items(many * 2);
    const pairs = flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1]]] : []));
    return Object.fromEntries(pairs) as unknown;
  }
  function items(count: number): unknown[] {
    const found: unknown[] = [];
    while (found.length < count) {
      const next = item();
      if (next === BREAK) break;
      found.push(next);
    }
    return found;
  }
  function simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    at += 2 ** (info - 24);
    if (info === 27) return word(buffer.readDoubleBE(at - 8));
    if (info === 26) return word(buffer.readFloatBE(at - 4));
    return word(half(buffer.readUInt16BE(at - 2)));
  }
  return item();
}

/** The vectors write what JSON cannot as words. */
function word(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits & 0x7c00) >> 10, bits & 0x03ff];
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

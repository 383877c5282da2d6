/**
 * Percent-encoding as the signature algorithm wants it: only `A-Z a-z 0-9 - . _ ~` stay, hex
 * digits are upper-case.
 */

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;
const UNRESERVED_BYTE = /[A-Za-z0-9\-._~]/;
const LONE_SURROGATE = /[\uD800-\uDFFF]/gu;
const REST = /[!'()*]/g;

const upperHex = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

/** Encodes a decoded text. */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text.replaceAll(LONE_SURROGATE, "\uFFFD")).replace(REST, upperHex);
}

/** Encodes all of a path but its slashes; an already encoded path is encoded a second time. */
export function encodePath(path: string): string {
  if (PLAIN_PATH.test(path)) return path;
  return percentEncode(path).replaceAll("%2F", "/");
}

/**
 * Brings an encoded text into the one canonical encoding, whatever freedom the client took:
 * needless escapes are undone, lower-case hex is raised, raw characters are escaped.
 */
export function recode(encoded: string, keep: "" | "/"): string {
  if (keep === "/" ? PLAIN_PATH.test(encoded) : UNRESERVED.test(encoded)) return encoded;
  let out = "";
  let from = 0;
  const raw = (to: number) => {
    if (to > from)
      out +=
        keep === "/" ? encodePath(encoded.slice(from, to)) : percentEncode(encoded.slice(from, to));
  };
  for (let at = encoded.indexOf("%"); at !== -1; at = encoded.indexOf("%", at + 1)) {
    const hex = encoded.slice(at + 1, at + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) continue;
    raw(at);
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    out += UNRESERVED_BYTE.test(char) ? char : `%${hex.toUpperCase()}`;
    from = at + 3;
    at += 2;
  }
  raw(encoded.length);
  return out;
}

/** Decodes; what is no valid escape or no UTF-8 stays as it is. */
export function percentDecode(encoded: string): string {
  const spaced = encoded.includes("+") ? encoded.replaceAll("+", " ") : encoded;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/**
 * AWS's patterns are Java's: mostly JavaScript's too, the rest is translated here. They must match
 * the whole text, as Java's `matches` asks. Undefined where JavaScript cannot say it: then nothing
 * is checked.
 */
export function compilePattern(pattern: string): RegExp | undefined {
  const { body, flags } = takeFlags(pattern);
  const source = toJavaScript(body);
  if (source === undefined) return undefined;
  const whole = isFragment(body) ? source : `^(?:${source})$`;
  const compiled = tryCompile(whole, `${flags}u`);
  // Without the `u` flag these would compile too, and mean something else.
  if (compiled !== undefined || /\\[pPu]\{/.test(source)) return compiled;
  return tryCompile(whole, flags);
}

/**
 * Java writes flags into the pattern; we know them at its start, where AWS has nearly all of them.
 */
function takeFlags(pattern: string): { body: string; flags: string } {
  const found = /^(\^?)\(\?([is]+)\)/.exec(pattern);
  if (found === null) return { body: pattern, flags: "" };
  const [start, caret = "", flags = ""] = found;
  return { body: caret + pattern.slice(start.length), flags };
}

/** One escape with what belongs to it, one quantifier, or any one character. */
const TOKEN = /\\[pPx]\{[^}]*\}|\\.|\{\d+(?:,\d*)?\}|[^]/gu;
const QUANTIFIER = /^(?:[*+?]|\{\d.*\})$/;

function toJavaScript(body: string): string | undefined {
  let result = "";
  let inClass = false;
  let previous = "";
  for (const [token] of body.matchAll(TOKEN)) {
    const escaped = token.length > 1 && token.startsWith("\\");
    if (inClass && token === "&" && previous === "&") return undefined;
    if (escaped) result += toEscape(token, inClass);
    else if (inClass && token === "-" && /^\\[pP]\{/.test(previous)) result += String.raw`\-`;
    else if (inClass || !isDropped(token, previous)) result += token;
    if (token === "[") inClass = true;
    if (token === "]") inClass = false;
    previous = token;
  }
  return result;
}

/** A possessive quantifier matches the same or less, but faster; a repeated end is the end. */
function isDropped(token: string, previous: string): boolean {
  if (!QUANTIFIER.test(token)) return false;
  return previous === "$" || (token === "+" && QUANTIFIER.test(previous));
}

function toEscape(token: string, inClass: boolean): string {
  if (!inClass && token === String.raw`\A`) return "^";
  if (!inClass && (token === String.raw`\z` || token === String.raw`\Z`)) return "$";
  if (token.startsWith(String.raw`\x{`)) return `\\u${token.slice(2)}`;
  const characters = JAVA_CLASSES.get(token.slice(3, -1));
  if (characters === undefined || !token.startsWith(String.raw`\p{`)) return token;
  return inClass ? characters : `[${characters}]`;
}

/** Java's names that JavaScript lacks, as what stands between the brackets of a class. */
const JAVA_CLASSES: ReadonlyMap<string, string> = new Map([
  ["Alnum", "a-zA-Z0-9"],
  ["Alpha", "a-zA-Z"],
  ["Blank", String.raw`\x20\t`],
  ["Cntrl", String.raw`\x00-\x1f\x7f`],
  ["Digit", "0-9"],
  ["Graph", String.raw`\x21-\x7e`],
  ["IsAlphabetic", String.raw`\p{Alphabetic}`],
  ["IsWhitespace", String.raw`\p{White_Space}`],
  ["LD", String.raw`\p{L}\p{Nd}`],
  ["Lower", "a-z"],
  ["Print", String.raw`\x20-\x7e`],
  ["Punct", String.raw`\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e`],
  ["Upper", "A-Z"],
  ["XDigit", "0-9a-fA-F"],
  ["all", String.raw`\s\S`],
]);

/**
 * A few patterns describe one character or a beginning ("vpc-[0-9a-fA-F]") where the whole value is
 * longer: classes without any quantifier. Those are looked for inside the value; where lengths are
 * modelled they are checked anyway.
 */
function isFragment(body: string): boolean {
  return body.includes("[") && !/[*+?{|^$]/.test(body.replaceAll("[^", "["));
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

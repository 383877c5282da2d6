/** Style is a test: what we do not write, and how long things may be. */
import { expect, test } from "vitest";
import { isTest, sources, type Source } from "./sources.ts";

interface Ban {
  readonly find: RegExp;
  readonly use: string;
  /** The only places that may, each with its reason beside it. */
  readonly except: readonly string[];
}

const BANNED: readonly Ban[] = [
  {
    find: /\bDate\.now\(|new Date\(\)/,
    use: "context.now or the clock: time is a parameter",
    except: ["src/kernel/clock.ts"],
  },
  {
    find: /\bMath\.random\(|\brandomUUID\(/,
    use: "context.newId() or ids: chance is a parameter",
    except: [],
  },
  {
    find: /\brandomBytes\(|\brandomFillSync\(/,
    use: "ids.bytes(): chance is a parameter",
    except: ["src/kernel/ids.ts"],
  },
  {
    find: /<\?xml|<\/[A-Z]\w+>/,
    use: "a plain object: the protocol layer writes the wire",
    except: ["src/protocol/"],
  },
  { find: /\bconsole\./, use: "the logger", except: ["src/cli/"] },
  { find: /\bas any\b|: any\b|<any>/, use: "unknown, and a check", except: [] },
  { find: /\b(FIXME|TODO|XXX)\b/, use: "nothing: finish it before the merge", except: [] },
  { find: /@ts-(ignore|nocheck|expect-error)/, use: "types that hold", except: [] },
];

const LINES_MAX = 400;
const COLUMNS_MAX = 120;
const SERVICE_LINES_MAX = 60;
const BAD_FILE_NAMES = /(^|\/)(utils?|helpers?|misc|common)(\.test)?\.ts$/;
const BAD_NAMES = /\b(?:class|interface|type)\s+\w+(Manager|Helper|Util|Impl|Base|Common)\b/;

const all = sources("src");
const handWritten = all.filter((source) => !isTest(source));

test.for(handWritten)("$path says nothing that is banned", (source) => {
  const found = BANNED.filter(
    ({ find, except }) =>
      !except.some((place) => source.path.startsWith(place)) &&
      source.lines.some((line) => !isComment(line) && find.test(line)),
  );
  expect(found.map(({ use }) => `use ${use}`)).toEqual([]);
});

test("files are short, and so are lines", () => {
  const long = all.flatMap((source) => [
    ...(!isTest(source) && source.lines.length > LINES_MAX ? [`${source.path} is too long`] : []),
    ...tooWide(source),
  ]);
  expect(long).toEqual([]);
});

test("a service is tied together on one screen", () => {
  const long = handWritten.filter(
    ({ path, lines }) =>
      /^src\/services\/[^/]+\/service\.ts$/.test(path) && lines.length > SERVICE_LINES_MAX,
  );
  expect(long.map(({ path }) => path)).toEqual([]);
});

test("names say what a thing is", () => {
  const vague = all.filter(({ path, text }) => BAD_FILE_NAMES.test(path) || BAD_NAMES.test(text));
  expect(vague.map(({ path }) => path)).toEqual([]);
});

const isComment = (line: string) => /^\s*(\/\/|\*|\/\*)/.test(line);

function tooWide({ path, lines }: Source): string[] {
  const at = lines.findIndex(
    (line) => line.length > COLUMNS_MAX && !/https?:\/\/|["`']/.test(line),
  );
  return at < 0 ? [] : [`${path}:${at + 1} is wider than ${COLUMNS_MAX} columns`];
}

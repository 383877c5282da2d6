/** The grammar of projections: "a, #b.c[0]". */
import { bounded } from "./cache.ts";
import type { Kind } from "./lexer.ts";
import { Reader } from "./reader.ts";
import type { PathNode } from "./syntax.ts";

const KEYWORDS: ReadonlySet<string> = new Set();

export const parseProjection = bounded((kind: Kind, text: string): readonly PathNode[] => {
  const reader = new Reader(kind, text, KEYWORDS);
  const paths = [reader.path()];
  while (reader.skip(",")) paths.push(reader.path());
  reader.expectEnd();
  reader.refuseProblems();
  return paths;
});

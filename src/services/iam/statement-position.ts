/** Where the statements of a policy stand in its text: what simulation points at. */

export interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface Span {
  readonly StartPosition: Position;
  readonly EndPosition: Position;
}

/** The statements of a valid policy, in their order. */
export function statementSpans(text: string): Span[] {
  const at = statementValue(text);
  if (at === undefined) return [];
  if (text[at] !== "[") return [spanOf(text, at, endOf(text, at))];
  const spans: Span[] = [];
  for (let next = skip(text, at + 1); text[next] === "{";) {
    const end = endOf(text, next);
    spans.push(spanOf(text, next, end));
    next = skip(text, end);
  }
  return spans;
}

/** Where the value of the outermost "Statement" begins. */
function statementValue(text: string): number | undefined {
  let at = skip(text, skip(text, 0) + 1);
  while (text[at] === '"') {
    const nameEnd = endOf(text, at);
    const name = text.slice(at, nameEnd);
    const value = skip(text, nameEnd);
    if (name === '"Statement"') return value;
    at = skip(text, endOf(text, value));
  }
  return undefined;
}

/** Behind the value that begins here. */
function endOf(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at += 1;
    } else if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    else if (depth > 0 || !/[\s,:]/.test(text[at + 1] ?? ",")) continue;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** Past white space, commas and colons. */
function skip(text: string, start: number): number {
  let at = start;
  while (at < text.length && /[\s,:]/.test(text.charAt(at))) at += 1;
  return at;
}

/** AWS: columns count from one, and point behind the brace. */
function spanOf(text: string, start: number, end: number): Span {
  return { StartPosition: positionOf(text, start + 1), EndPosition: positionOf(text, end) };
}

function positionOf(text: string, index: number): Position {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { Line: before.split("\n").length, Column: index - lineStart + 1 };
}

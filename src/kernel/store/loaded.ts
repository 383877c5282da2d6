/**
 * What a transaction on a remote store has here already: rows, and pieces of the key space known in
 * full.
 */
import { emptyTree, getIn, putIn, scanIn } from "./btree.ts";
import type { Tree } from "./btree.ts";
import type { Entry, Key, KeyRange, Value } from "./store.ts";

export interface Loaded {
  rows: Tree<Row>;
  /** Disjoint and in order: every row there is in one of these is in `rows`. */
  pieces: Piece[];
}

interface Row {
  /** Undefined: known not to be there. */
  readonly value: Value;
}

interface Piece {
  readonly from: Key;
  readonly to: Key;
}

export const nothingLoaded = (): Loaded => ({ rows: emptyTree({}), pieces: [] });

/** Undefined when the row is not known; a row whose value is undefined is known not to be there. */
export function knownRow(loaded: Loaded, key: Key): Row | undefined {
  const row = getIn(loaded.rows, key);
  if (row !== undefined) return row;
  return loaded.pieces.some(({ from, to }) => from <= key && key < to) ? ABSENT : undefined;
}

const ABSENT: Row = { value: undefined };

/**
 * Every addition has a mark of its own: a scan that is under way goes on over the rows it began
 * with.
 */
export function addRow(loaded: Loaded, key: Key, value: Value): void {
  loaded.rows = putIn(loaded.rows, key, { value }, {});
}

export function addPiece(loaded: Loaded, piece: Piece, entries: readonly Entry[]): void {
  const mark = {};
  for (const [key, value] of entries) loaded.rows = putIn(loaded.rows, key, { value }, mark);
  let { from, to } = piece;
  const apart: Piece[] = [];
  for (const other of loaded.pieces) {
    if (other.to < from || other.from > to) {
      apart.push(other);
      continue;
    }
    if (other.from < from) from = other.from;
    if (other.to > to) to = other.to;
  }
  apart.push({ from, to });
  loaded.pieces = apart.toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

/**
 * The part of the range, from where its reader begins, that is known in full; undefined when none
 * is.
 */
export function knownStart({ pieces }: Loaded, { from, to, reverse }: KeyRange): Piece | undefined {
  for (const piece of pieces) {
    if (reverse === true) {
      if (piece.from < to && to <= piece.to) return { from: later(piece.from, from), to };
    } else if (piece.from <= from && from < piece.to) {
      return { from, to: piece.to < to ? piece.to : to };
    }
  }
  return undefined;
}

const later = (a: Key, b: Key): Key => (a > b ? a : b);

/** The rows of a piece that is known in full. */
export function* rowsOf(loaded: Loaded, range: KeyRange): Iterable<Entry> {
  for (const [key, { value }] of scanIn(loaded.rows, range)) {
    if (value !== undefined) yield [key, value];
  }
}

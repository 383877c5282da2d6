/**
 * The vectors write instants as seconds, bytes as text and odd numbers as words; handlers know the
 * real things.
 */
import type { RawMember, RawShape, RawShapes } from "./suites.ts";

type Leaf = (shape: RawShape, value: unknown) => unknown;

function walk(shapes: RawShapes, shape: RawShape, value: unknown, leaf: Leaf): unknown {
  if (value === null || value === undefined || shape.document === true) return value;
  const follow = (member: RawMember | undefined, part: unknown) =>
    member === undefined ? part : walk(shapes, shapes[member.shape] as RawShape, part, leaf);
  if (shape.type === "list") return (value as unknown[]).map((part) => follow(shape.member, part));
  if (shape.type === "map" || shape.type === "structure") {
    const entries = Object.entries(value as Record<string, unknown>).map(([name, part]) => [
      name,
      follow(shape.type === "map" ? shape.value : shape.members?.[name], part),
    ]);
    return Object.fromEntries(entries) as unknown;
  }
  return leaf(shape, value);
}

export function toHandlerValue(shapes: RawShapes, name: string, value: unknown): unknown {
  return walk(shapes, shapes[name] as RawShape, value, (shape, part) => {
    if (shape.type === "timestamp") return new Date(Math.round(Number(part) * 1000));
    if (shape.type === "blob") return new TextEncoder().encode(part as string);
    if (shape.type === "float" || shape.type === "double") return Number(part);
    return part;
  });
}

/** Values as AWS's sentences show them: as Java prints them. */
import type { Shape } from "../../model/model.ts";
import { decimal, isRecord, wordOf } from "../scalars.ts";

export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function display(shape: Shape | undefined, value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (shape === undefined) return wordOf(value);
  switch (shape.type) {
    case "list":
      return Array.isArray(value)
        ? `[${value.map((part: unknown) => display(shape.member?.shape, part)).join(", ")}]`
        : wordOf(value);
    case "map":
      return displayMap(shape, value);
    case "structure":
      return displayStructure(shape, value);
    case "float":
    case "double":
      return decimal(value);
    default:
      return wordOf(value);
  }
}

function displayMap(shape: Shape, value: unknown): string {
  if (!isRecord(value)) return wordOf(value);
  const entries = Object.entries(value).map(
    ([key, part]) => `${key}=${display(shape.value?.shape, part)}`,
  );
  return `{${entries.join(", ")}}`;
}

function displayStructure(shape: Shape, value: unknown): string {
  if (!isRecord(value)) return wordOf(value);
  const members = [...(shape.members?.values() ?? [])].map(
    (member) => `${lowerFirst(member.name)}=${display(member.shape, value[member.name])}`,
  );
  return `${shape.name}(${members.join(", ")})`;
}

/** Handles of message move tasks: base64 of a JSON object, as AWS gives them. */

export interface MoveTaskHandle {
  readonly taskId: string;
  readonly sourceArn: string;
}

export function toMoveTaskHandle(handle: MoveTaskHandle): string {
  const { taskId, sourceArn } = handle;
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString("base64");
}

/** Undefined: no handle. */
export function sourceOfHandle(text: string): MoveTaskHandle | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { taskId, sourceArn } = value as Record<string, unknown>;
  return typeof taskId === "string" && typeof sourceArn === "string"
    ? { taskId, sourceArn }
    : undefined;
}

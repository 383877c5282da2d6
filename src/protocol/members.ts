/** Where members of a response go. */
import type { Member } from "../model/model.ts";

/** In a response only these leave the body: bindings to a query or a path mean nothing there. */
export function isBoundToHead({ location }: Member): boolean {
  return location === "header" || location === "headers" || location === "statusCode";
}

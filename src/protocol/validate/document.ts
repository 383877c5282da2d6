/** What S3 checks of a document before anybody looks at what it says: that everything required stands in it. */
import { AwsError } from "../../kernel/errors.ts";
import type { Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { isRecord } from "../scalars.ts";

/** Throws where the body, or a required element of it, is missing. Headers and labels are not looked at. */
export function checkDocument(shape: Shape, input: Readonly<Record<string, unknown>>): void {
  for (const member of documentMembers(shape)) {
    const value = input[member.name];
    if (value !== undefined) {
      if (!isComplete(member.shape, value)) throw malformed();
    } else if (member.required === true) {
      throw new AwsError("MissingRequestBodyError", "Request Body is empty", { status: 400 });
    }
  }
}

const documentMembers = perModel((shape: Shape) =>
  [...(shape.members?.values() ?? [])].filter(
    ({ location, required, shape: { type } }) =>
      location === undefined && type !== "blob" && (type !== "string" || required === true),
  ),
);

function isComplete(shape: Shape, value: unknown): boolean {
  if (Array.isArray(value)) {
    const element = shape.member?.shape;
    return element === undefined || value.every((one) => isComplete(element, one));
  }
  if (!isRecord(value)) return true;
  for (const { name, required, flattened, shape: inner } of shape.members?.values() ?? []) {
    const part = value[name];
    if (part !== undefined) {
      if (!isComplete(inner, part)) return false;
    } else if (required === true && (inner.type !== "list" || isFlat(inner, flattened))) {
      return false;
    }
  }
  return true;
}

/** A list in an element of its own may be left out: it is empty then. */
const isFlat = (list: Shape, flattened: boolean | undefined) =>
  (flattened ?? list.flattened) === true;

const malformed = () =>
  new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    { status: 400 },
  );

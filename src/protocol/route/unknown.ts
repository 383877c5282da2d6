/** How AWS answers operations that it does not have, by kind of front end. */
import { AwsError, notImplemented } from "../../kernel/errors.ts";
import type { Operation } from "../../model/model.ts";

/** What is signed in a way that is verified for no service: nothing that is built takes it. */
export const unverified = ({ service, name }: Operation): AwsError =>
  notImplemented(`${service.serviceId} ${name} is not implemented.`);

/** awsJson and CBOR. AWS: the sentence is empty. */
export function unknownOperation(): AwsError {
  return new AwsError("UnknownOperationException", "", { status: 400 });
}

export function unknownAction(
  service: string | undefined,
  action: string,
  version: string | undefined,
): AwsError {
  if (service === "ec2") {
    return new AwsError(
      "InvalidAction",
      `The action ${action} is not valid for this web service.`,
      {
        status: 400,
      },
    );
  }
  const sentence = `Could not find operation ${action} for version ${version ?? "NO_VERSION_SPECIFIED"}`;
  return new AwsError("InvalidAction", sentence, { status: 400 });
}

export function unknownPath(): AwsError {
  return new AwsError("UnknownOperationException", "", { status: 404 });
}

/** S3 has every path, but not every method on it. */
export function methodNotAllowed(method: string, path: string): AwsError {
  const depth = path.split("/").filter((part) => part !== "").length;
  const ResourceType = depth === 0 ? "SERVICE" : depth === 1 ? "BUCKET" : "OBJECT";
  const sentence = "The specified method is not allowed against this resource.";
  const members = { Method: method, ResourceType };
  return new AwsError("MethodNotAllowed", sentence, { status: 405, members });
}

/**
 * How each service refuses what is too much, and says that it is down: in the model's words where
 * it has some, else in those of its protocol.
 */
import type { InjectedError } from "../fault-rule.ts";
import type { Operation } from "../model/model.ts";
import type { Route } from "../protocol/route/route.ts";

/** What models call it, the most telling name first; the SDKs know all of them as throttling. */
const THROTTLING = [
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "TooManyRequestsException",
];

const UNAVAILABLE = ["ServiceUnavailableException", "ServiceUnavailable"];

const RATE_EXCEEDED = "Rate exceeded";

/** Sentences that are not the usual one, by service and code. */
const WORDS: Readonly<Record<string, string>> = {
  "dynamodb ProvisionedThroughputExceededException":
    "The level of configured provisioned throughput for the table was exceeded. " +
    "Consider increasing your provisioning level with the UpdateTable API.",
  "dynamodb ThrottlingException": "Rate of requests exceeds the allowed throughput.",
  "kms ThrottlingException":
    "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
  "lambda TooManyRequestsException": "Rate Exceeded.",
};

export function throttlingOf(route: Route): InjectedError {
  const { service, operation } = route;
  if (service.signingName === "s3") {
    return { code: "SlowDown", message: "Please reduce your request rate.", status: 503 };
  }
  const refusal = modelledAs(operation, THROTTLING) ?? usualThrottling(route);
  return { message: WORDS[`${service.name} ${refusal.code}`] ?? RATE_EXCEEDED, ...refusal };
}

function usualThrottling({ protocol }: Route): InjectedError {
  switch (protocol.name) {
    case "ec2":
      return { code: "RequestLimitExceeded", message: "Request limit exceeded.", status: 503 };
    case "query":
    case "rest-xml":
      return { code: "Throttling", status: 400 };
    case "rest-json":
      return { code: "ThrottlingException", status: 429 };
    default:
      return { code: "ThrottlingException", status: 400 };
  }
}

export function unavailabilityOf({ service, operation }: Route): InjectedError {
  const message =
    service.signingName === "s3"
      ? "Service is unable to handle request."
      : "The request has failed due to a temporary failure of the server.";
  const { code } = modelledAs(operation, UNAVAILABLE) ?? { code: "ServiceUnavailable" };
  return { code, message, status: 503, fault: "server" };
}

/** Code and status stay the model's. */
function modelledAs(operation: Operation, names: readonly string[]): InjectedError | undefined {
  const code = names.find((name) => operation.errors.some((shape) => shape.name === name));
  return code === undefined ? undefined : { code };
}

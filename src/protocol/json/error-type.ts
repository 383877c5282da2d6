/**
 * `__type` of an awsJson error. Most services send the bare name; those that have kept their
 * framework's namespaces are listed here. Clients cut everything up to "#", people reading the wire
 * do not.
 */
import type { ServiceModel } from "../../model/model.ts";

const NAMESPACES: Readonly<Record<string, string>> = {
  dynamodb: "com.amazonaws.dynamodb.v20120810",
  dynamodbstreams: "com.amazonaws.dynamodb.v20120810",
  sqs: "com.amazonaws.sqs",
  cloudwatch: "com.amazonaws.cloudwatch.v2010_08_01",
};

/** Errors of the framework itself, before a service saw the request. */
const FRAMEWORK: Readonly<Record<string, string>> = {
  AccessDeniedException: "com.amazon.coral.service",
  ExpiredTokenException: "com.amazon.coral.service",
  IncompleteSignatureException: "com.amazon.coral.service",
  InvalidSignatureException: "com.amazon.coral.service",
  MissingAuthenticationTokenException: "com.amazon.coral.service",
  SerializationException: "com.amazon.coral.service",
  UnknownOperationException: "com.amazon.coral.service",
  UnrecognizedClientException: "com.amazon.coral.service",
  ValidationException: "com.amazon.coral.validate",
  ThrottlingException: "com.amazon.coral.availability",
};

export function errorType(service: ServiceModel, name: string, modelled: boolean): string {
  const own = NAMESPACES[service.name];
  if (own === undefined) return name;
  if (modelled) return `${own}#${name}`;
  return `${FRAMEWORK[name] ?? own}#${name}`;
}

/**
 * How services differ in what they check of the model's constraints, and in how they say it.
 * Default: Smithy's way.
 */
import type { Operation, ProtocolName } from "../../model/model.ts";
import { DYNAMODB } from "./dynamodb.ts";
import { IAM } from "./iam.ts";

/** Undefined, or the sentence that is answered alone. */
export type FirstLook = (input: Readonly<Record<string, unknown>>) => string | undefined;

export interface Dialect {
  /** Services whose constraints are words for clients only: they check on their own, elsewhere. */
  readonly off?: boolean;
  /** Of the constraints only one counts: what a document requires must stand in it. */
  readonly documentsOnly?: boolean;
  /** Absent: by protocol. */
  readonly code?: string;
  /** An absent required member is answered on its own, before all else, in these words. */
  readonly missing?: { readonly code: string; sentence(parameter: string): string };
  /** By operation: what it looks at before all else. */
  readonly first?: ReadonlyMap<string, FirstLook>;
  /** What all of its operations look at before all else. */
  readonly firstOfAll?: FirstLook;
  /** Everything but absence, one parameter at a time, in the words of the EC2 front end. */
  readonly parameterWords?: boolean;
  /** `Value at 'x'` without the value. */
  readonly hidesValues?: boolean;
  /** The set of an enum is not told. */
  readonly hidesEnums?: boolean;
  /** By shape: the set as AWS tells it, where its order is not the model's. */
  readonly enums?: Readonly<Record<string, string>>;
  /** Members of the body are below `createRestApiInput.`, labels and headers are not. */
  readonly bodyPrefix?: boolean;
  /** Lists of the service say that their elements must not be null among what else they must. */
  readonly tellsNotNull?: boolean;
  /** Shapes that the service checks itself, in its own words. */
  readonly skips?: ReadonlySet<string>;
}

const DEFAULT: Dialect = {};

const requestMustContain = (end: string) => ({
  code: "MissingParameter",
  sentence: (parameter: string) => `The request must contain the parameter ${parameter}${end}`,
});

export const DIALECTS: Readonly<Record<string, Dialect>> = {
  apigateway: { bodyPrefix: true },
  cloudfront: { code: "InvalidArgument" },
  cloudwatch: { enums: { StateValue: "INSUFFICIENT_DATA, ALARM, OK" } },
  dynamodb: DYNAMODB,
  ec2: { missing: requestMustContain(""), parameterWords: true },
  iam: IAM,
  kms: {
    enums: { MacAlgorithmSpec: "HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512" },
  },
  lambda: { tellsNotNull: true },
  logs: { code: "InvalidParameterException" },
  route53: { code: "InvalidInput" },
  s3: { documentsOnly: true },
  s3control: { off: true },
  sqs: {
    missing: requestMustContain("."),
    parameterWords: true,
    // Unknown names have words of their own; and ReceiveMessage takes names that its model does not list.
    skips: new Set(["AttributeNameList", "MessageSystemAttributeList", "QueueAttributeMap"]),
  },
  transcribe: { code: "BadRequestException" },
};

export function dialectOf(operation: Operation): Dialect {
  return DIALECTS[operation.service.name] ?? DEFAULT;
}

export function codeFor(dialect: Dialect, protocol: ProtocolName): string {
  if (dialect.code !== undefined) return dialect.code;
  switch (protocol) {
    case "query":
      return "ValidationError";
    case "ec2":
      return "InvalidParameterValue";
    default:
      return "ValidationException";
  }
}

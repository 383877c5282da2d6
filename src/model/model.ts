/**
 * The service model in memory: what an operation takes, gives and refuses, and how each member
 * travels. Read from models/*.json by load.ts; generated there by tools/. Names are AWS's
 * (botocore's where it renames).
 */

export type ProtocolName =
  | "json"
  | "query"
  | "ec2"
  | "rest-json"
  | "rest-xml"
  | "smithy-rpc-v2-cbor";

export type ShapeType =
  | "structure"
  | "list"
  | "map"
  | "string"
  | "boolean"
  | "blob"
  | "timestamp"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "document";

export type TimestampFormat = "iso8601" | "rfc822" | "unixTimestamp";

export interface Shape {
  readonly name: string;
  readonly type: ShapeType;
  /** Bounds of a number's value, a string's or blob's length, a list's or map's size. */
  readonly min?: number;
  readonly max?: number;
  /**
   * As AWS wrote it; `regexp` is the same compiled and anchored, absent where JavaScript cannot say
   * it.
   */
  readonly pattern?: string;
  readonly regexp?: RegExp;
  readonly enum?: readonly string[];
  /** Of a structure, in the model's order. */
  readonly members?: ReadonlyMap<string, Member>;
  /** Exactly one member is set. */
  readonly union?: boolean;
  /** The member that is the body (REST protocols). */
  readonly payload?: string;
  /** Of a list: its element. */
  readonly member?: Member;
  /** Of a map. */
  readonly key?: Member;
  readonly value?: Member;
  /** Of a list or map in XML and query: no wrapping element. */
  readonly flattened?: boolean;
  /** XML name of the shape itself, where it differs. */
  readonly locationName?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly sensitive?: boolean;
  /** A blob that is streamed. */
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  /** A structure whose members are the events of an event stream. */
  readonly eventStream?: boolean;
  /** A structure that is one event. */
  readonly event?: boolean;
  /** A structure that is an error. */
  readonly error?: ErrorTraits;
}

export interface ErrorTraits {
  /**
   * The code on the wire, where it is not the shape's name (query and XML protocols,
   * awsQueryCompatible).
   */
  readonly code?: string;
  readonly status?: number;
  readonly senderFault?: boolean;
  /** Server fault. */
  readonly fault?: boolean;
}

export interface XmlNamespace {
  readonly uri: string;
  readonly prefix?: string;
}

/**
 * A place where a shape is used: the traits of the use, then the shape. Absent traits fall back to
 * the shape's.
 */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly required?: boolean;
  readonly location?: "header" | "headers" | "querystring" | "uri" | "statusCode";
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly streaming?: boolean;
  readonly idempotencyToken?: boolean;
  readonly jsonValue?: boolean;
  readonly hostLabel?: boolean;
  readonly eventPayload?: boolean;
  readonly eventHeader?: boolean;
}

export interface Operation {
  readonly name: string;
  readonly service: ServiceModel;
  readonly http: { readonly method: string; readonly uri: string; readonly status: number };
  readonly input?: Shape;
  readonly output?: Shape;
  /**
   * The XML element or wrapper around the input (rest-xml) and its namespace, where the model names
   * one.
   */
  readonly inputElement?: { readonly name: string; readonly xmlNamespace?: XmlNamespace };
  /** `FooResult` (query protocol). */
  readonly resultWrapper?: string;
  readonly errors: readonly Shape[];
  readonly readonly?: boolean;
  /** Callable without a signature (STS web identity, Cognito). */
  readonly unsigned?: boolean;
  readonly checksum?: {
    readonly requestAlgorithmMember?: string;
    readonly requestRequired?: boolean;
    readonly responseAlgorithms?: readonly string[];
    readonly requestValidationModeMember?: string;
  };
  readonly hostPrefix?: string;
  readonly pagination?: Pagination;
  readonly deprecated?: boolean;
}

export interface Pagination {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly limit?: string;
  readonly results: readonly string[];
}

export interface ServiceModel {
  /** The name of the AWS CLI and boto3 (botocore's folder): "sqs", "dynamodb", "s3control". */
  readonly name: string;
  /** "SQS", "DynamoDB", "S3 Control". */
  readonly serviceId: string;
  readonly fullName: string;
  readonly apiVersion: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  /** All that its clients may speak, the preferred one first. */
  readonly protocols: readonly ProtocolName[];
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: XmlNamespace;
  /** JSON or CBOR errors also carry `x-amzn-query-error`. */
  readonly queryCompatible?: boolean;
  readonly globalEndpoint?: string;
  /**
   * One for all regions (IAM, Route 53, Organizations); S3 and STS have a global endpoint but are
   * not.
   */
  readonly global?: boolean;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly shapes: ReadonlyMap<string, Shape>;
}

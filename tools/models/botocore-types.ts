import type {
  Member,
  ProtocolName,
  ShapeType,
  TimestampFormat,
  XmlNamespace,
} from "../../src/model/model.ts";

/** The parts of botocore's JSON that we read. */

export interface BotocoreModel {
  readonly metadata: BotocoreMetadata;
  readonly operations: Readonly<Record<string, BotocoreOperation>>;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

export interface BotocoreMetadata {
  readonly apiVersion: string;
  readonly protocol: ProtocolName;
  readonly protocols?: readonly ProtocolName[];
  readonly serviceId?: string;
  readonly serviceFullName?: string;
  readonly signingName?: string;
  readonly endpointPrefix?: string;
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly awsQueryCompatible?: object;
  readonly globalEndpoint?: string;
}

export interface BotocoreOperation {
  readonly name: string;
  readonly http: {
    readonly method: string;
    readonly requestUri: string;
    readonly responseCode?: number;
  };
  readonly input?: {
    readonly shape: string;
    readonly locationName?: string;
    readonly xmlNamespace?: string | XmlNamespace;
  };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  readonly errors?: readonly BotocoreErrorUse[];
  readonly readonly?: boolean;
  readonly deprecated?: boolean;
  readonly authtype?: string;
  readonly endpoint?: { readonly hostPrefix?: string };
  readonly httpChecksumRequired?: boolean;
  readonly httpChecksum?: {
    readonly requestAlgorithmMember?: string;
    readonly requestChecksumRequired?: boolean;
    readonly responseAlgorithms?: readonly string[];
    readonly requestValidationModeMember?: string;
  };
}

export interface BotocoreErrorUse {
  readonly shape: string;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: BotocoreError;
}

export interface BotocoreError {
  readonly code?: string;
  readonly httpStatusCode?: number;
  readonly senderFault?: boolean;
  readonly fault?: boolean;
}

export interface BotocoreShape {
  readonly type: ShapeType;
  readonly document?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly members?: Readonly<Record<string, BotocoreReference>>;
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly payload?: string;
  readonly member?: BotocoreReference;
  readonly key?: BotocoreReference;
  readonly value?: BotocoreReference;
  readonly flattened?: boolean;
  readonly locationName?: string;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  readonly eventstream?: boolean;
  readonly event?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: BotocoreError;
}

export interface BotocoreReference {
  readonly shape: string;
  readonly location?: NonNullable<Member["location"]>;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly streaming?: boolean;
  readonly idempotencyToken?: boolean;
  readonly jsonvalue?: boolean;
  readonly hostLabel?: boolean;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
}

export interface BotocorePaginator {
  readonly input_token: string | readonly string[];
  readonly output_token: string | readonly string[];
  readonly limit_key?: string;
  readonly result_key?: string | readonly string[];
}

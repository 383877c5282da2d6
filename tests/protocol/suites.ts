/** The vectors, typed as loosely as they are written. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Operation, ProtocolName } from "../../src/model/model.ts";
import { toOperation } from "../../tools/models/botocore.ts";

export interface RawMember {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly timestampFormat?: string;
  readonly jsonvalue?: boolean;
  readonly streaming?: boolean;
}

export interface RawShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, RawMember>>;
  readonly member?: RawMember;
  readonly key?: RawMember;
  readonly value?: RawMember;
  readonly payload?: string;
  readonly flattened?: boolean;
  readonly timestampFormat?: string;
  readonly document?: boolean;
  readonly error?: { readonly code?: string };
}

export type RawShapes = Readonly<Record<string, RawShape>>;

export interface RawCase {
  readonly id: string;
  readonly given: {
    readonly name: string;
    readonly http: { readonly method: string; readonly requestUri: string };
    readonly input?: { readonly shape: string; readonly payload?: string };
    readonly output?: { readonly shape: string; readonly resultWrapper?: string };
    readonly errors?: readonly { readonly shape: string }[];
  };
  readonly params?: Readonly<Record<string, unknown>>;
  readonly serialized?: {
    readonly method?: string;
    readonly uri: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly response?: {
    readonly status_code: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
}

export interface VectorCase {
  readonly id: string;
  readonly protocol: ProtocolName;
  readonly shapes: RawShapes;
  readonly operation: Operation;
  readonly raw: RawCase;
}

interface RawSuite {
  readonly metadata: { readonly protocol: ProtocolName };
  readonly shapes: RawShapes;
  readonly cases: readonly RawCase[];
}

export const FILES = [
  "ec2",
  "json",
  "json_1_0",
  "json_1_0-query-compatible",
  "query",
  "rest-json",
  "rest-xml",
  "smithy-rpc-v2-cbor",
  "smithy-rpc-v2-cbor-non-query-compatible",
  "smithy-rpc-v2-cbor-query-compatible",
] as const;

export function cases(direction: "input" | "output", file: string): VectorCase[] {
  const path = fileURLToPath(new URL(`vectors/${direction}/${file}.json`, import.meta.url));
  const suites = JSON.parse(readFileSync(path, "utf8")) as RawSuite[];
  return suites.flatMap((suite) =>
    suite.cases.map((raw) => ({
      id: raw.id,
      protocol: suite.metadata.protocol,
      shapes: suite.shapes,
      operation: toOperation(
        suite as unknown as Parameters<typeof toOperation>[0],
        raw.given as unknown as Parameters<typeof toOperation>[1],
      ),
      raw,
    })),
  );
}

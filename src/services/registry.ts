/**
 * Every service that we build, each loaded on its first use. The scaffolding command adds lines
 * here.
 */
import type { Service } from "../kernel/service.ts";

export interface RegistryEntry {
  load(): Promise<Service>;
  /** Events of other services that it hears, so that it is loaded for them. */
  readonly hears?: readonly string[];
}

export const REGISTRY: Readonly<Record<string, RegistryEntry>> = {
  cloudwatch: { load: async () => (await import("./cloudwatch/service.ts")).cloudwatch },
  dynamodb: { load: async () => (await import("./dynamodb/service.ts")).dynamodb },
  ec2: { load: async () => (await import("./ec2/service.ts")).ec2 },
  iam: { load: async () => (await import("./iam/service.ts")).iam },
  kms: { load: async () => (await import("./kms/service.ts")).kms },
  s3: { load: async () => (await import("./s3/service.ts")).s3 },
  sqs: { load: async () => (await import("./sqs/service.ts")).sqs },
  sts: { load: async () => (await import("./sts/service.ts")).sts },
};

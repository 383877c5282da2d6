import type { ProtocolName, ServiceModel } from "./model.ts";

/**
 * models/index.json: what routing needs of every service, so that starting reads one small file.
 */
export interface ModelIndex {
  readonly source: ModelSourceNotice;
  /** By the name of the CLI and boto3, sorted. */
  readonly services: Readonly<Record<string, ServiceEntry>>;
}

export interface ModelSourceNotice {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly notice: string;
}

export interface ServiceEntry {
  readonly serviceId: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly apiVersion: string;
  readonly protocols: readonly ProtocolName[];
  readonly targetPrefix?: string;
  /** The namespace's URI. */
  readonly xmlNamespace?: string;
  readonly global?: boolean;
  readonly operationCount: number;
}

export function toServiceEntry(service: ServiceModel): ServiceEntry {
  const { targetPrefix, xmlNamespace, global } = service;
  return {
    serviceId: service.serviceId,
    signingName: service.signingName,
    endpointPrefix: service.endpointPrefix,
    apiVersion: service.apiVersion,
    protocols: service.protocols,
    ...(targetPrefix !== undefined && { targetPrefix }),
    ...(xmlNamespace !== undefined && { xmlNamespace: xmlNamespace.uri }),
    ...(global !== undefined && { global }),
    operationCount: service.operations.size,
  };
}

/** The protocols by name. All are small; what costs is compiled a shape at a time, on first use. */
import type { ProtocolName } from "../model/model.ts";
import { cbor } from "./cbor/cbor.ts";
import { json } from "./json/json.ts";
import type { Protocol } from "./protocol.ts";
import { ec2 } from "./query/ec2.ts";
import { query } from "./query/query.ts";
import { restJson } from "./rest/rest-json.ts";
import { restXml } from "./rest/rest-xml.ts";

const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  json,
  query,
  ec2,
  "rest-json": restJson,
  "rest-xml": restXml,
  "smithy-rpc-v2-cbor": cbor,
};

export function protocol(name: ProtocolName): Protocol {
  return PROTOCOLS[name];
}

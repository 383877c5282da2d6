/**
 * A policy's JSON text as a typed document, or AWS's error. Elements that take one value or a
 * list hold a list here; nothing else is changed, so that matching is a matter of reading.
 */
import { isObject, toList } from "./json.ts";
import type { Json } from "./json.ts";
import { validatePolicy } from "./validate.ts";

/** Which elements are wanted: a trust policy has no resource, an identity policy no principal. */
export type PolicyKind = "identity" | "resource" | "trust";

export type PolicyVersion = "2012-10-17" | "2008-10-17";

export interface PolicyDocument {
  /** Variables are replaced in 2012-10-17 alone. */
  readonly version: PolicyVersion;
  readonly id?: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  /** At most one of each pair is there. */
  readonly principal?: PrincipalElement;
  readonly notPrincipal?: PrincipalElement;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface PrincipalElement {
  /** `"Principal": "*"`, which is the same as `{"AWS": "*"}`. */
  readonly everyone?: boolean;
  readonly aws?: readonly string[];
  readonly service?: readonly string[];
  readonly federated?: readonly string[];
  readonly canonicalUser?: readonly string[];
}

export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface ParseOptions {
  readonly kind: PolicyKind;
  /**
   * Of a resource policy that may leave `Resource` out, because it is attached to the one it
   * means.
   */
  readonly resourceOptional?: boolean;
  /**
   * Of a policy that IAM is about to keep: it looks closer then than when it simulates or decides.
   */
  readonly keptAs?: "managed" | "inline" | "trust";
  /** The code of the refusal, where the service has one of its own. */
  readonly errorCode?: string;
}

/** Throws `AwsError` (`MalformedPolicyDocument` unless told otherwise). */
export function parsePolicy(text: string, options: ParseOptions): PolicyDocument {
  const json = validatePolicy(text, options);
  return toDocument(json);
}

/** Documents by their text, so that stored policies are parsed (and later compiled) once. */
export interface PolicyCache {
  get(text: string, options: ParseOptions): PolicyDocument;
}

export function policyCache(documentsMax = 5000): PolicyCache {
  const known = new Map<string, PolicyDocument>();
  return {
    get: (text, options) => {
      const name = `${options.kind}\n${text}`;
      const found = known.get(name);
      if (found !== undefined) return found;
      const document = parsePolicy(text, options);
      if (known.size >= documentsMax) {
        for (const oldest of known.keys()) {
          known.delete(oldest);
          break;
        }
      }
      known.set(name, document);
      return document;
    },
  };
}

/** As IAM counts a policy against its quota: characters that are not white space. */
export function policySize(text: string): number {
  return text.replaceAll(/\s/g, "").length;
}

/** A policy that a caller could paste: the canonical JSON of a document. */
export function toPolicyJson(document: PolicyDocument): Record<string, unknown> {
  return {
    Version: document.version,
    ...(document.id !== undefined && { Id: document.id }),
    Statement: document.statements.map(toStatementJson),
  };
}

function toDocument(json: Json): PolicyDocument {
  return {
    version: json["Version"] === "2012-10-17" ? "2012-10-17" : "2008-10-17",
    ...(typeof json["Id"] === "string" && { id: json["Id"] }),
    statements: toList(json["Statement"]).filter(isObject).map(toStatement),
  };
}

function toStatement(json: Json): Statement {
  const text = (name: string, as: string) => {
    const value = json[name];
    return value === undefined ? {} : { [as]: toTexts(value) };
  };
  return {
    ...(typeof json["Sid"] === "string" && { sid: json["Sid"] }),
    effect: json["Effect"] === "Allow" ? "Allow" : "Deny",
    ...(json["Principal"] !== undefined && { principal: toPrincipal(json["Principal"]) }),
    ...(json["NotPrincipal"] !== undefined && { notPrincipal: toPrincipal(json["NotPrincipal"]) }),
    ...text("Action", "actions"),
    ...text("NotAction", "notActions"),
    ...text("Resource", "resources"),
    ...text("NotResource", "notResources"),
    conditions: toConditions(json["Condition"]),
  };
}

function toPrincipal(value: unknown): PrincipalElement {
  if (!isObject(value)) return value === "*" ? { everyone: true } : {};
  const aws = value["AWS"] === undefined ? undefined : toTexts(value["AWS"]);
  const others = aws?.filter((name) => name !== "*");
  const list = (name: string, as: string) =>
    value[name] === undefined ? {} : { [as]: toTexts(value[name]) };
  return {
    ...(aws?.includes("*") && { everyone: true }),
    ...(others !== undefined && others.length > 0 && { aws: others }),
    ...list("Service", "service"),
    ...list("Federated", "federated"),
    ...list("CanonicalUser", "canonicalUser"),
  };
}

function toConditions(value: unknown): Condition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: toTexts(values) }))
      : [],
  );
}

/** Numbers and booleans may stand without quotes. */
function toTexts(value: unknown): string[] {
  return toList(value).map(String);
}

const element = (name: string, values: readonly string[] | undefined) =>
  values === undefined ? {} : { [name]: one(values) };

const one = (values: readonly string[]) => (values.length === 1 ? values[0] : values);

function toStatementJson(statement: Statement): Json {
  const condition: Record<string, Record<string, unknown>> = {};
  for (const { operator, key, values } of statement.conditions) {
    (condition[operator] ??= {})[key] = one(values);
  }
  return {
    ...(statement.sid !== undefined && { Sid: statement.sid }),
    Effect: statement.effect,
    ...principalJson("Principal", statement.principal),
    ...principalJson("NotPrincipal", statement.notPrincipal),
    ...element("Action", statement.actions),
    ...element("NotAction", statement.notActions),
    ...element("Resource", statement.resources),
    ...element("NotResource", statement.notResources),
    ...(statement.conditions.length > 0 && { Condition: condition }),
  };
}

function principalJson(name: string, principal: PrincipalElement | undefined): Json {
  if (principal === undefined) return {};
  const { everyone, aws, service, federated, canonicalUser } = principal;
  if (everyone && !aws && !service && !federated && !canonicalUser) return { [name]: "*" };
  const named = everyone ? ["*", ...(aws ?? [])] : aws;
  return {
    [name]: {
      ...(named !== undefined && { AWS: one(named) }),
      ...(service !== undefined && { Service: one(service) }),
      ...(federated !== undefined && { Federated: one(federated) }),
      ...(canonicalUser !== undefined && { CanonicalUser: one(canonicalUser) }),
    },
  };
}

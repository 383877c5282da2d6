/**
 * A few requests for every operation that is built and travels as JSON or as a form, with members and values as their
 * model has them, and names of the small world where a member asks for one. Most are refused; all must be answered.
 */
import type { CoverageReport } from "../../src/coverage.ts";
import { openModels } from "../../src/model/load.ts";
import type { Member, Operation, ServiceModel, Shape } from "../../src/model/model.ts";
import { plainForm, plainJson } from "../protocol/plain-writers.ts";
import type { Recorded } from "./corpus.ts";
import { diceFor, type Dice } from "./mutations.ts";
import { FORM, post } from "./raw-requests.ts";

const VARIANTS = 3;
const DEPTH_MAX = 6;

const ARN = "arn:aws:iam::000000000000:user/robust";
/** What members of these names are likely to name. */
const KNOWN: Readonly<Record<string, string>> = {
  AliasName: "alias/robust",
  AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
  GrantTokens: "token",
  GroupName: "robust",
  IndexName: "by-kind",
  KeyId: "alias/robust",
  MetricName: "m",
  Namespace: "robust",
  Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
  PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
  PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
  PolicyName: "p",
  QueueName: "robust",
  QueueUrl: "http://localhost:4566/000000000000/robust",
  ResourceArn: "arn:aws:dynamodb:us-east-1:000000000000:table/robust",
  RoleArn: "arn:aws:iam::000000000000:role/robust",
  RoleName: "robust",
  SourceArn: "arn:aws:sqs:us-east-1:000000000000:robust",
  Statement: "SELECT * FROM robust WHERE id = 'a'",
  TableName: "robust",
  TargetKeyId: "alias/robust",
  UserName: "robust",
};
const WORDS = [
  "a",
  "robust",
  "#k",
  ":v",
  "12",
  ARN,
  "SET a = :v",
  "a = :v",
  "2030-01-01T00:00:00Z",
];

export function modelRequests({ services }: CoverageReport): Recorded[] {
  const models = openModels();
  const dice = diceFor(99);
  return services.flatMap(({ service: name, operations }) => {
    const service = models.service(name);
    const built = [...service.operations.values()].filter(
      (operation) => operations[operation.name] !== "absent",
    );
    return built.flatMap((operation) =>
      Array.from({ length: VARIANTS }, () => written(service, operation, dice)).flat(),
    );
  });
}

function written(service: ServiceModel, operation: Operation, dice: Dice): Recorded[] {
  const value = operation.input === undefined ? {} : valueOf(operation.input, "", dice, 0);
  const shape = operation.input ?? { name: "None", type: "structure" as const };
  const [protocol] = service.protocols;
  const base = post("/", service.signingName);
  if (protocol === "json") {
    return [
      {
        ...base,
        headers: {
          ...base.headers,
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `${service.targetPrefix ?? ""}.${operation.name}`,
        },
        body: Buffer.from(JSON.stringify(plainJson(shape, value))),
      },
    ];
  }
  if (protocol !== "query" && protocol !== "ec2") return [];
  const members = plainForm(shape, value, protocol === "ec2");
  const form = `Action=${operation.name}&Version=${service.apiVersion}&${members}`;
  return [{ ...base, headers: { ...base.headers, "content-type": FORM }, body: Buffer.from(form) }];
}

function valueOf(shape: Shape, name: string, dice: Dice, depth: number): unknown {
  switch (shape.type) {
    case "structure":
      return structureOf(shape, dice, depth);
    case "list":
      return depth > DEPTH_MAX ? [] : [valueOf(shapeOf(shape.member), name, dice, depth + 1)];
    case "map":
      return depth > DEPTH_MAX
        ? {}
        : { [dice.pick(WORDS)]: valueOf(shapeOf(shape.value), "", dice, depth + 1) };
    case "boolean":
      return dice.below(2) === 0;
    case "blob":
      return dice.bytes(dice.below(40));
    case "timestamp":
      return new Date(Date.UTC(2030, dice.below(12), 1));
    case "integer":
    case "long":
      return (
        (shape.min ?? 0) + dice.below(Math.min(1000, (shape.max ?? 1000) - (shape.min ?? 0) + 1))
      );
    case "float":
    case "double":
      return dice.below(1000) / 8;
    default:
      return textOf(shape, name, dice);
  }
}

function structureOf(shape: Shape, dice: Dice, depth: number): Record<string, unknown> {
  const members = [...(shape.members?.values() ?? [])];
  const chosen =
    shape.union === true
      ? [dice.pick(members)]
      : members.filter(
          ({ required }) => required === true || (depth < DEPTH_MAX && dice.below(3) === 0),
        );
  return Object.fromEntries(
    chosen.map((member) => [member.name, valueOf(member.shape, member.name, dice, depth + 1)]),
  );
}

function textOf(shape: Shape, name: string, dice: Dice): string {
  if (shape.enum !== undefined) return dice.pick(shape.enum);
  return dice.below(5) === 0 ? dice.pick(WORDS) : (KNOWN[name] ?? dice.pick(WORDS));
}

function shapeOf(member: Member | undefined): Shape {
  if (member === undefined) throw new Error("a list or map without an element");
  return member.shape;
}

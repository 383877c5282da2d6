import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findModelsDirectory, openModels } from "./load.ts";

const models = openModels();

test("the index tells of every service what routing needs", () => {
  const names = Object.keys(models.index.services);
  expect(names.length).toBe(424);
  expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(models.index.source).toMatchObject({ name: "botocore", licence: "Apache-2.0" });
  expect(models.index.services["sqs"]).toEqual({
    serviceId: "SQS",
    signingName: "sqs",
    endpointPrefix: "sqs",
    apiVersion: "2012-11-05",
    protocols: ["json", "query"],
    targetPrefix: "AmazonSQS",
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    operationCount: 23,
  });
  expect(models.index.services["iam"]).toEqual({
    serviceId: "IAM",
    signingName: "iam",
    endpointPrefix: "iam",
    apiVersion: "2010-05-08",
    protocols: ["query"],
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    global: true,
    operationCount: 176,
  });
});

test("a service that speaks several protocols lists them, the preferred one first", () => {
  const { cloudwatch, ec2, s3, gamelift } = models.index.services;
  expect(cloudwatch?.protocols).toEqual(["smithy-rpc-v2-cbor", "json", "query"]);
  expect(gamelift?.protocols).toEqual(["smithy-rpc-v2-cbor", "json"]);
  expect(ec2?.protocols).toEqual(["ec2"]);
  expect(s3?.protocols).toEqual(["rest-xml"]);
});

test("services that are one for all regions are marked, S3 and STS are not", () => {
  const marked = Object.entries(models.index.services).filter(([, entry]) => entry.global);
  expect(marked.map(([name]) => name)).toEqual([
    "account",
    "billingconductor",
    "budgets",
    "ce",
    "chime",
    "cloudfront",
    "codecatalyst",
    "health",
    "iam",
    "importexport",
    "networkmanager",
    "notificationscontacts",
    "organizations",
    "route53",
    "savingsplans",
    "shield",
    "taxsettings",
    "waf",
  ]);
});

test("the index is small and the whole tree stays inside its limit", () => {
  const directory = findModelsDirectory();
  const sizes = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((path) => statSync(join(directory, path)))
    .filter((stat) => stat.isFile())
    .map((stat) => stat.size);
  expect(statSync(join(directory, "index.json")).size).toBeLessThan(150_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(12_000_000);
});

test("the largest model links its operations to their shapes", () => {
  const operation = openModels().service("ec2").operations.get("RunInstances");
  expect(operation?.input?.members?.get("MinCount")?.required).toBe(true);
});

test("asking again gives the same objects", () => {
  const sqs = models.service("sqs");
  expect(models.service("sqs")).toBe(sqs);
  expect(sqs.shapes.get("Message")).toBe(sqs.shapes.get("Message"));
  expect(sqs.operations.get("SendMessage")?.input).toBe(sqs.shapes.get("SendMessageRequest"));
});

test("every operation and every shape of every service links", () => {
  let operations = 0;
  let strays = 0;
  for (const [name, entry] of Object.entries(models.index.services)) {
    const service = models.service(name);
    for (const { members, member, key, value } of service.shapes.values()) {
      for (const use of [...(members?.values() ?? []), member, key, value]) {
        if (use !== undefined && service.shapes.get(use.shape.name) !== use.shape) strays += 1;
      }
    }
    expect([...service.operations.values()].length).toBe(entry.operationCount);
    operations += entry.operationCount;
  }
  expect([operations, strays]).toEqual([18_378, 0]);
});

test("a service that does not exist is refused by name", () => {
  expect(() => models.service("nimbus")).toThrow('no model of a service "nimbus"');
  expect(() => models.service("toString")).toThrow('no model of a service "toString"');
  expect(() => models.service("index")).toThrow('no model of a service "index"');
});

test("the models are found from a bundle, and their absence is told", () => {
  const root = findModelsDirectory();
  expect(findModelsDirectory(join(root, "..", "dist", "chunks"))).toBe(root);
  const empty = mkdtempSync(join(tmpdir(), "no-models-"));
  mkdirSync(join(empty, "models"));
  expect(() => findModelsDirectory(empty)).toThrow(`no models/index.json in or above ${empty}`);
  rmSync(empty, { recursive: true });
});

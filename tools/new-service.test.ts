import { expect, test } from "vitest";
import { roomsOf, stepsAfter, toConstant, withEntry } from "./new-service.ts";

test("a new service has all rooms", () => {
  expect(Object.keys(roomsOf("sns", "Amazon Simple Notification Service", "sns"))).toEqual([
    "README.md",
    "api.ts",
    "state.ts",
    "errors.ts",
    "access.ts",
    "service.ts",
  ]);
});

test("its constant is its name in camel case", () => {
  expect(toConstant("resource-groups")).toBe("resourceGroups");
});

test("the registry gets one line, in alphabetical order", () => {
  const registry = "export const REGISTRY = {\n  a: { load },\n  z: { load },\n};\n";
  expect(withEntry(registry, "sns")).toBe(
    "export const REGISTRY = {\n" +
      "  a: { load },\n" +
      '  sns: { load: async () => (await import("./sns/service.ts")).sns },\n' +
      "  z: { load },\n" +
      "};\n",
  );
});

test("its client is installed where it is not there, and its coverage is written", () => {
  const format = ["npx", "oxfmt", "src/services/sns", "src/services/registry.ts"];
  const coverage = ["npx", "tsx", "tools/coverage.ts"];
  expect(stepsAfter("sns", "sns", ["vitest"])).toEqual([
    format,
    ["npm", "install", "--save-dev", "@aws-sdk/client-sns"],
    coverage,
  ]);
  expect(stepsAfter("sns", "sns", ["@aws-sdk/client-sns"])).toEqual([format, coverage]);
});

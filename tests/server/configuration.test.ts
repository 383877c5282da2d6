import { expect, test } from "vitest";
import { editDistance, nearest } from "../../src/server/configuration/nearest.ts";
import { ConfigurationError, readConfiguration } from "../../src/server/configuration/read.ts";
import { DEFAULTS } from "../../src/server/configuration/settings.ts";
import { VARIABLES } from "../../src/server/configuration/variables.ts";
import { parseDuration } from "../../src/server/duration.ts";

test("nothing said: the defaults, and nothing to tell", () => {
  expect(readConfiguration({ PATH: "/bin" })).toEqual({
    settings: DEFAULTS,
    sources: Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, "default"])),
    notes: [],
  });
});

test.for([
  [{ SNOWGLOBE_PORT: "5000" }, { port: 5000 }],
  [{ SNOWGLOBE_HOST: "0.0.0.0" }, { host: "0.0.0.0" }],
  [{ SNOWGLOBE_EPHEMERAL: "1" }, { ephemeral: true }],
  [{ SNOWGLOBE_STORE: "postgres://db/x" }, { store: "postgres://db/x" }],
  [{ SNOWGLOBE_IAM: "soft" }, { iam: "soft" }],
  [{ SNOWGLOBE_FREEZE_AT: "2030-01-01T00:00:00Z" }, { frozenAt: 1_893_456_000_000 }],
  [{ GATEWAY_LISTEN: "0.0.0.0:4570,127.0.0.1:443" }, { host: "0.0.0.0", port: 4570 }],
  [{ GATEWAY_LISTEN: ":4570" }, { port: 4570 }],
  [{ GATEWAY_LISTEN: "[::1]:4570" }, { host: "::1", port: 4570 }],
  [{ LOCALSTACK_GATEWAY_LISTEN: "0.0.0.0" }, { host: "0.0.0.0" }],
  [{ PERSISTENCE: "0" }, { ephemeral: true }],
  [{ ENFORCE_IAM: "0" }, { iam: "off" }],
  [{ ENFORCE_IAM: "1", IAM_SOFT_MODE: "1" }, { iam: "soft" }],
  [{ DEBUG: "1" }, { log: "debug" }],
  [{ DEBUG: "express:*" }, {}],
  [{ LS_LOG: "trace-internal" }, { log: "debug" }],
  [{ LOCALSTACK_HOST: "cloud.test:4566" }, { allowedHosts: ["cloud.test"] }],
  [{ ALLOW_NONSTANDARD_REGIONS: "1" }, { anyRegion: true }],
  [{ S3_SKIP_SIGNATURE_VALIDATION: "1" }, { signatures: "except S3" }],
  [{ S3_SKIP_SIGNATURE_VALIDATION: "0" }, {}],
  [{ S3_SKIP_SIGNATURE_VALIDATION: "1", SNOWGLOBE_SIGNATURES: "0" }, { signatures: false }],
  [{ SNOWGLOBE_REGION: "eu-west-1", DEFAULT_REGION: "us-west-2" }, { region: "eu-west-1" }],
  [
    { SNOWGLOBE_ALLOWED_HOSTS: "a.test, b.test", FLOCI_HOSTNAME: "c.test" },
    { allowedHosts: ["a.test", "b.test", "c.test"] },
  ],
] as const)("%o gives %o", ([environment, expected]) => {
  expect(readConfiguration(environment).settings).toEqual({ ...DEFAULTS, ...expected });
});

test("the command line wins over variables, and each value says where it comes from", () => {
  const { settings, sources } = readConfiguration(
    { SNOWGLOBE_PORT: "5000", DEFAULT_REGION: "eu-west-1" },
    { port: 6000 },
  );
  expect([settings.port, sources["port"], sources["region"], sources["host"]]).toEqual([
    6000,
    "command line",
    "DEFAULT_REGION",
    "default",
  ]);
});

test("aliases are told their name; names without effect say why", () => {
  const { notes } = readConfiguration({
    EDGE_PORT: "4567",
    LOCALSTACK_AUTH_TOKEN: "ls-secret",
    LAMBDA_DOCKER_FLAGS: "-e A=b",
  });
  expect(notes).toEqual([
    "EDGE_PORT is understood; Snowglobe's own name for it is SNOWGLOBE_PORT.",
    "LOCALSTACK_AUTH_TOKEN is accepted and changes nothing: " +
      "there is no account, no token and no licence to check.",
    "LAMBDA_DOCKER_FLAGS is accepted and changes nothing: it has no effect yet.",
  ]);
});

test.for([
  [
    { SNOWGLOBE_PROT: "1" },
    "SNOWGLOBE_PROT is no variable of Snowglobe. Did you mean SNOWGLOBE_PORT?",
  ],
  [
    { SNOWGLOBE_EPHEMERALL: "1" },
    "SNOWGLOBE_EPHEMERALL is no variable of Snowglobe. Did you mean SNOWGLOBE_EPHEMERAL?",
  ],
  [
    { SNOWGLOBE_XYZZY_PLUGH_FOO: "1" },
    "SNOWGLOBE_XYZZY_PLUGH_FOO is no variable of Snowglobe. See: snowglobe help start.",
  ],
  [
    { SNOWGLOBE_PORT: "70000" },
    'SNOWGLOBE_PORT is "70000"; it takes a port number from 0 to 65535.',
  ],
  [{ SNOWGLOBE_IAM: "maybe" }, 'SNOWGLOBE_IAM is "maybe"; it takes one of enforce, soft, off.'],
  [
    { SNOWGLOBE_CERTIFICATE: "/no/such/file" },
    'SNOWGLOBE_CERTIFICATE is "/no/such/file"; there is no such file.',
  ],
  [
    { TEST_AWS_ACCOUNT_ID: "123" },
    'TEST_AWS_ACCOUNT_ID is "123"; an account id has twelve digits.',
  ],
  [
    { MOCK_UNIMPLEMENTED: "1" },
    "MOCK_UNIMPLEMENTED cannot be used: " +
      "Snowglobe never answers with success for something that did not happen.",
  ],
] as const)("%o stops the start", ([environment, message]) => {
  expect(() => readConfiguration(environment)).toThrow(new ConfigurationError(message));
});

test("no name stands in the table twice", () => {
  const names = VARIABLES.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test("edit distance counts a swap of neighbours once", () => {
  expect([
    editDistance("prot", "port"),
    editDistance("kitten", "sitting"),
    editDistance("", "abc"),
    nearest("strat", ["stop", "start", "status"]),
    nearest("xyzzy", ["stop", "start"]),
    nearest("--foo", ["--log", "--port"]),
    nearest("--prot", ["--log", "--port"]),
  ]).toEqual([1, 3, 3, "start", undefined, undefined, "--port"]);
});

test.for([
  ["90s", 90_000],
  ["1h30m", 5_400_000],
  ["7d", 604_800_000],
  ["1.5 h", 5_400_000],
  ["250ms", 250],
  ["5", undefined],
  ["tomorrow", undefined],
] as const)("the span %s is %s ms", ([text, ms]) => {
  expect(parseDuration(text)).toBe(ms);
});

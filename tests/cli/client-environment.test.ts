import { expect, test } from "vitest";
import { isolatedEnvironment } from "../../src/cli/client-environment.ts";

const target = { url: "http://127.0.0.1:4566", region: "us-east-1" };
const OURS = {
  AWS_ENDPOINT_URL: target.url,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/empty",
  AWS_SHARED_CREDENTIALS_FILE: "/empty",
};

test("nothing that leads to a real account is left", () => {
  const environment = {
    PATH: "/bin",
    AWS_PROFILE: "production",
    AWS_ENDPOINT_URL: "https://sqs.amazonaws.com",
    AWS_ENDPOINT_URL_DYNAMODB: "https://dynamodb.amazonaws.com",
    AWS_CONFIG_FILE: "/home/me/.aws/config",
    AWS_SESSION_TOKEN: "real",
    AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/r",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.2/",
  };
  expect(
    isolatedEnvironment(environment, { target, emptyFile: "/empty", keepsIdentity: false }),
  ).toEqual({ PATH: "/bin", ...OURS });
});

test("keys and region of this cloud's users can be kept, with their session", () => {
  const identity = {
    AWS_ACCESS_KEY_ID: "ASIA0",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_SESSION_TOKEN: "t",
    AWS_CREDENTIAL_EXPIRATION: "2030-01-01T00:00:00Z",
    AWS_REGION: "eu-west-1",
  };
  expect(
    isolatedEnvironment(identity, { target, emptyFile: "/empty", keepsIdentity: true }),
  ).toEqual({
    ...OURS,
    ...identity,
    AWS_DEFAULT_REGION: "eu-west-1",
  });
});

test("a proxy is told to leave this machine alone", () => {
  const { HTTPS_PROXY, NO_PROXY, no_proxy } = isolatedEnvironment(
    { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "intranet" },
    { target, emptyFile: "/empty", keepsIdentity: false },
  );
  expect([HTTPS_PROXY, NO_PROXY, no_proxy]).toEqual([
    "http://proxy:3128",
    "intranet,localhost,127.0.0.1,::1",
    "intranet,localhost,127.0.0.1,::1",
  ]);
});

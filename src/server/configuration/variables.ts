/**
 * Every environment variable that is understood, in one table. A name is listed as honoured only
 * when it does what it says; later names in the table give way to earlier ones. LocalStack's names
 * count with and without `LOCALSTACK_`.
 */
import {
  accountId,
  BadValue,
  file,
  flag,
  foreignLogLevel,
  hostPart,
  iamMode,
  instant,
  list,
  listenAddress,
  logLevel,
  oneOf,
  port,
  probability,
  region,
  seconds,
  storeUrl,
  type Read,
} from "./values.ts";

export type Variable = {
  readonly name: string;
  /** LocalStack's: also understood as `LOCALSTACK_<name>`. */
  readonly prefixed?: true;
  readonly says: string;
} & (
  | { readonly treatment: "honoured"; readonly read: Read }
  /** Understood, and our own name for it told. */
  | { readonly treatment: "alias"; readonly read: Read; readonly use: string }
  /** Read by something other than the start of the server. */
  | { readonly treatment: "elsewhere" }
  /** Accepted; `says` tells why it changes nothing. */
  | { readonly treatment: "no effect" }
  | { readonly treatment: "refused" }
);

const honoured = (name: string, says: string, read: Read): Variable => ({
  name,
  treatment: "honoured",
  says,
  read,
});

const theirs = (name: string, says: string, read: Read): Variable => ({
  ...honoured(name, says, read),
  prefixed: true,
});

const alias = (name: string, use: string, says: string, read: Read): Variable => ({
  name,
  treatment: "alias",
  use,
  says,
  read,
});

const theirAlias = (name: string, use: string, says: string, read: Read): Variable => ({
  ...alias(name, use, says, read),
  prefixed: true,
});

const noEffect = (names: readonly string[], says: string): readonly Variable[] =>
  names.map((name) => ({ name, treatment: "no effect", says, prefixed: true }));

const OWN: readonly Variable[] = [
  honoured("SNOWGLOBE_PORT", "port to listen on", (text) => ({ port: port(text) })),
  honoured("SNOWGLOBE_HOST", "address to listen on", (text) => ({ host: text.trim() })),
  honoured("SNOWGLOBE_STATE", "directory of the state", (text) => ({ directory: text })),
  honoured("SNOWGLOBE_EPHEMERAL", "1 keeps nothing", (text) => ({ ephemeral: flag(text) })),
  honoured("SNOWGLOBE_STORE", "PostgreSQL URL", (text) => ({ store: storeUrl(text) })),
  honoured("SNOWGLOBE_STRICT", "1 refuses what is only stored, and unknown keys", (text) => ({
    strict: flag(text),
  })),
  honoured("SNOWGLOBE_IAM", "enforce, soft or off", (text) => ({ iam: iamMode(text) })),
  honoured("SNOWGLOBE_SIGNATURES", "0 does not check signatures", (text) => ({
    signatures: flag(text),
  })),
  honoured("SNOWGLOBE_ACCOUNT_ID", "account of the test keys", (text) => ({
    accountId: accountId(text),
  })),
  honoured("SNOWGLOBE_REGION", "region where a request names none", (text) => ({
    region: region(text),
  })),
  honoured(
    "SNOWGLOBE_ANY_REGION",
    "1 accepts regions that the partition aws does not have",
    (text) => ({
      anyRegion: flag(text),
    }),
  ),
  honoured("SNOWGLOBE_FREEZE_AT", "instant at which the clock stands still", (text) => ({
    frozenAt: instant(text),
  })),
  honoured("SNOWGLOBE_LOG", "silent, error, warn, info or debug", (text) => ({
    log: logLevel(text),
  })),
  honoured("SNOWGLOBE_ALLOWED_HOSTS", "further names of this server", (text) => ({
    allowedHosts: list(text),
  })),
  honoured("SNOWGLOBE_ALLOWED_ORIGINS", "origins of trusted web pages", (text) => ({
    allowedOrigins: list(text),
  })),
  honoured("SNOWGLOBE_CERTIFICATE", "PEM file for HTTPS: chain and key", (text) => ({
    certificateFile: file(text),
  })),
  honoured("SNOWGLOBE_STRICT_HOOKS", "1 ends the start when a hook fails", (text) => ({
    strictHooks: flag(text),
  })),
  honoured("SNOWGLOBE_STOP_SECONDS", "how long requests may take to end at a stop", (text) => ({
    stopSeconds: seconds(text),
  })),
  {
    name: "SNOWGLOBE_URL",
    treatment: "elsewhere",
    says: "the server that commands talk to",
  },
];

const LOCALSTACK: readonly Variable[] = [
  theirs("GATEWAY_LISTEN", "address and port to listen on", listenAddress),
  theirs("PERSISTENCE", "0 keeps nothing", (text) => ({ ephemeral: !flag(text) })),
  theirs("DEBUG", "1 logs more", (text) => (isSwitch(text) && flag(text) ? { log: "debug" } : {})),
  theirs("LS_LOG", "log level", (text) => ({ log: foreignLogLevel(text) })),
  theirs("IAM_SOFT_MODE", "1 allows and records denials", (text) =>
    flag(text) ? { iam: "soft" } : {},
  ),
  theirs("ENFORCE_IAM", "0 switches policies off", (text) => ({
    iam: flag(text) ? "enforce" : "off",
  })),
  theirs(
    "ALLOW_NONSTANDARD_REGIONS",
    "1 accepts regions that the partition aws does not have",
    (text) => ({
      anyRegion: flag(text),
    }),
  ),
  theirs("S3_SKIP_SIGNATURE_VALIDATION", "1 checks no signatures of S3", (text) =>
    flag(text) ? { signatures: "except S3" } : {},
  ),
  theirs("EXTRA_CORS_ALLOWED_ORIGINS", "origins of trusted web pages", (text) => ({
    allowedOrigins: list(text),
  })),
  theirs("DISABLE_CORS_CHECKS", "1 lets any page call the AWS APIs", (text) => ({
    anyOrigin: flag(text),
  })),
  theirs("CUSTOM_SSL_CERT_PATH", "PEM file for HTTPS: chain and key", (text) => ({
    certificateFile: file(text),
  })),
  theirs("LOCALSTACK_HOST", "a further name of this server", (text) => ({
    allowedHosts: [hostPart(text)],
  })),
  theirs("DYNAMODB_ERROR_PROBABILITY", "share of item calls refused as too many", (text) => ({
    dynamodbErrors: probability(text),
  })),
  theirs("DYNAMODB_READ_ERROR_PROBABILITY", "the same, of reads alone", (text) => ({
    dynamodbReadErrors: probability(text),
  })),
  theirs("DYNAMODB_WRITE_ERROR_PROBABILITY", "the same, of writes alone", (text) => ({
    dynamodbWriteErrors: probability(text),
  })),
  theirAlias("EDGE_PORT", "SNOWGLOBE_PORT", "port", (text) => ({ port: port(text) })),
  theirAlias("GATEWAY_PORT", "SNOWGLOBE_PORT", "port", (text) => ({ port: port(text) })),
  theirAlias("EDGE_BIND_HOST", "SNOWGLOBE_HOST", "address", (text) => ({ host: text.trim() })),
  theirAlias("HOSTNAME_EXTERNAL", "SNOWGLOBE_ALLOWED_HOSTS", "a further name", (text) => ({
    allowedHosts: [hostPart(text)],
  })),
  theirAlias("LOCALSTACK_HOSTNAME", "SNOWGLOBE_ALLOWED_HOSTS", "a further name", (text) => ({
    allowedHosts: [hostPart(text)],
  })),
  theirAlias("DEFAULT_REGION", "SNOWGLOBE_REGION", "region", (text) => ({ region: region(text) })),
  theirAlias("DATA_DIR", "SNOWGLOBE_STATE", "directory", (text) => ({ directory: text })),
  theirAlias("TEST_AWS_ACCOUNT_ID", "SNOWGLOBE_ACCOUNT_ID", "account", (text) => ({
    accountId: accountId(text),
  })),
  {
    name: "MOCK_UNIMPLEMENTED",
    prefixed: true,
    treatment: "refused",
    says: "Snowglobe never answers with success for something that did not happen.",
  },
];

const FLOCI_AND_MINISTACK: readonly Variable[] = [
  alias("FLOCI_STORAGE_MODE", "SNOWGLOBE_EPHEMERAL", "memory keeps nothing", (text) => ({
    ephemeral: oneOf("memory", "persistent", "hybrid", "wal")(text) === "memory",
  })),
  alias("FLOCI_HOSTNAME", "SNOWGLOBE_ALLOWED_HOSTS", "a further name", (text) => ({
    allowedHosts: [hostPart(text)],
  })),
  alias("FLOCI_DEFAULT_ACCOUNT_ID", "SNOWGLOBE_ACCOUNT_ID", "account", (text) => ({
    accountId: accountId(text),
  })),
  alias("FLOCI_SERVICES_IAM_ENFORCEMENT_ENABLED", "SNOWGLOBE_IAM", "policies", (text) => ({
    iam: flag(text) ? "enforce" : "off",
  })),
  alias("PERSIST_STATE", "SNOWGLOBE_EPHEMERAL", "0 keeps nothing", (text) => ({
    ephemeral: !flag(text),
  })),
  alias("MINISTACK_REGION", "SNOWGLOBE_REGION", "region", (text) => ({ region: region(text) })),
  alias("MINISTACK_ACCOUNT_ID", "SNOWGLOBE_ACCOUNT_ID", "account", (text) => ({
    accountId: accountId(text),
  })),
];

const WITHOUT_EFFECT: readonly Variable[] = [
  ...noEffect(
    [
      "LOCALSTACK_AUTH_TOKEN",
      "LOCALSTACK_API_KEY",
      "ACTIVATE_PRO",
      "LOCALSTACK_ACKNOWLEDGE_ACCOUNT_REQUIREMENT",
    ],
    "there is no account, no token and no licence to check.",
  ),
  ...noEffect(["DISABLE_EVENTS"], "nothing is ever reported to anyone."),
  ...noEffect(["SKIP_SSL_CERT_DOWNLOAD"], "certificates are made here, never downloaded."),
  ...noEffect(["DNS_ADDRESS"], "there is no DNS server yet."),
  ...noEffect(
    ["SNAPSHOT_SAVE_STRATEGY", "SNAPSHOT_LOAD_STRATEGY", "S3_PERSIST"],
    "every answered write is already durable, in all services.",
  ),
  ...noEffect(["SERVICES", "EAGER_SERVICE_LOADING"], "each service loads when it is first used."),
  ...noEffect(["EXTRA_CORS_ALLOWED_HEADERS"], "trusted pages may send any header."),
  ...noEffect(
    [
      "SQS_ENDPOINT_STRATEGY",
      "KINESIS_ERROR_PROBABILITY",
      "KINESIS_LATENCY",
      "BUCKET_MARKER_LOCAL",
      "LAMBDA_EXECUTOR",
      "LAMBDA_KEEPALIVE_MS",
      "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT",
      "LAMBDA_REMOVE_CONTAINERS",
      "LAMBDA_DOCKER_NETWORK",
      "LAMBDA_DOCKER_FLAGS",
      "LAMBDA_IGNORE_ARCHITECTURE",
      "SMTP_HOST",
    ],
    "it has no effect yet.",
  ),
];

/** First come the names that win over later ones. */
export const VARIABLES: readonly Variable[] = [
  ...OWN,
  ...LOCALSTACK,
  ...FLOCI_AND_MINISTACK,
  ...WITHOUT_EFFECT,
];

/** DEBUG is everybody's: other tools put patterns there ("express:*"), which are not for us. */
function isSwitch(text: string): boolean {
  try {
    flag(text);
    return true;
  } catch (error) {
    if (error instanceof BadValue) return false;
    throw error;
  }
}

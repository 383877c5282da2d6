/** What can go wrong with a request on its way, or be done to it on purpose. The same seed gives the same requests. */
import { seededChance } from "../../src/kernel/ids.ts";
import type { Recorded } from "./corpus.ts";

export interface Dice {
  /** From 0 to below `bound`. */
  below(bound: number): number;
  pick<T>(choices: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

export function diceFor(seed: number): Dice {
  const chance = seededChance(seed);
  const below = (bound: number) => {
    const bytes = chance(4);
    return Buffer.from(bytes).readUInt32BE() % Math.max(1, bound);
  };
  return {
    below,
    pick(choices) {
      const chosen = choices[below(choices.length)];
      if (chosen === undefined) throw new Error("nothing to choose from");
      return chosen;
    },
    bytes: (count) => Buffer.from(chance(count)),
  };
}

type Mutation = (request: Recorded, dice: Dice) => Recorded;

/** One to three things done to the request. */
export function mutate(request: Recorded, dice: Dice): Recorded {
  let mutated = request;
  for (let times = 1 + dice.below(3); times > 0; times--) {
    mutated = dice.pick(MUTATIONS)(mutated, dice);
  }
  return mutated;
}

const HUGE = [
  "1e400",
  "-1e400",
  "99999999999999999999999999",
  "0.1e-999",
  "-0",
  "9007199254740993",
];
const TYPES = [
  "null",
  "true",
  "{}",
  "[]",
  '""',
  "[[]]",
  '{"":""}',
  '"\\ud800"',
  '"\\u0000"',
  "NaN",
];
const WORDS = [
  "",
  " ",
  "\0",
  "%",
  "%zz",
  "%00",
  "..",
  "../..",
  "\u2603",
  "a".repeat(3000),
  "-1",
  "0",
  "1e9",
  "99999999999999999999",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "toString",
  "true",
  "${x}",
  "*",
  "'\"<>&",
  "<!--",
  "]]>",
  "arn:aws:",
  "\r\n",
  "\u202e",
  "2030-13-45T99:99:99Z",
];
const TYPES_OF_CONTENT = [
  "application/json",
  "application/x-amz-json-1.0",
  "application/x-amz-json-1.1",
  "text/xml",
  "application/x-www-form-urlencoded",
  "application/cbor",
  "multipart/form-data; boundary=x",
  "application/vnd.amazon.eventstream",
  "multipart/form-data",
  "x",
  ";;;",
];
const HASHES = [
  "UNSIGNED-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-EVENTS",
  "0",
  "",
];
const NAMES = [
  "range",
  "x-amz-copy-source",
  "x-amz-copy-source-range",
  "if-match",
  "if-modified-since",
  "x-amz-checksum-crc32",
  "x-amz-checksum-sha256",
  "content-md5",
  "expect",
  "x-amz-tagging",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  "content-encoding",
  "transfer-encoding",
  "x-amz-security-token",
  "x-amz-server-side-encryption",
  "x-amz-object-lock-mode",
  "origin",
  "x-amz-server-side-encryption-customer-key",
  "x-amz-acl",
  "x-amz-expected-bucket-owner",
  "x-amz-meta-__proto__",
  "__proto__",
  "host",
  "x-amz-target",
  "smithy-protocol",
  "cookie",
];
const PARAMETERS = [
  "uploads",
  "uploadId=x",
  "partNumber=99999999999",
  "versionId=null",
  "versions",
  "acl",
  "list-type=2",
  "max-keys=-1",
  "max-keys=1e9",
  "continuation-token=%00",
  "delete",
  "tagging",
  "Action=ListUsers",
  "Action=",
  "X-Amz-Signature=0",
  "X-Amz-Expires=1e9",
  "select&select-type=2",
  "start-after=%ff%fe",
  "encoding-type=url",
  "marker=%E2%98%83",
  "policy",
  "cors",
  "lifecycle",
  "=",
  "&&&",
  "%",
  "prefix[]=1",
  "__proto__=1",
  "delimiter=%00",
  "AWSAccessKeyId=x&Signature=y",
];
const TEXTS = new TextDecoder("latin1");

const flipBits: Mutation = (request, dice) => {
  if (request.body.length === 0) return request;
  const body = Buffer.from(request.body);
  for (let flips = 1 + dice.below(8); flips > 0; flips--) {
    const at = dice.below(body.length);
    body.writeUInt8(body.readUInt8(at) ^ (1 << dice.below(8)), at);
  }
  return { ...request, body };
};

const truncate: Mutation = (request, dice) => ({
  ...request,
  body: request.body.subarray(0, dice.below(request.body.length + 1)),
});

const insertGarbage: Mutation = (request, dice) => {
  const at = dice.below(request.body.length + 1);
  const garbage = dice.pick([
    dice.bytes(1 + dice.below(40)),
    Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80]),
    Buffer.from(dice.pick(WORDS)),
  ]);
  return {
    ...request,
    body: Buffer.concat([request.body.subarray(0, at), garbage, request.body.subarray(at)]),
  };
};

const duplicateSlice: Mutation = (request, dice) => {
  const from = dice.below(request.body.length + 1);
  const to = from + dice.below(request.body.length - from + 1);
  const slice = request.body.subarray(from, to);
  return {
    ...request,
    body: Buffer.concat([request.body.subarray(0, to), slice, request.body.subarray(to)]),
  };
};

/** A value of the document becomes one of another type, or a number that no machine holds. */
const replaceValue: Mutation = (request, dice) => {
  const text = TEXTS.decode(request.body);
  const values = [
    ...text.matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null|>[^<>]+</g),
  ];
  if (values.length === 0) return request;
  const value = dice.pick(values);
  const inMarkup = value[0].startsWith(">");
  const other = dice.pick([...HUGE, ...TYPES, JSON.stringify(dice.pick(WORDS))]);
  const put = inMarkup ? `>${dice.pick([other, ...WORDS])}<` : other;
  const body = text.slice(0, value.index) + put + text.slice(value.index + value[0].length);
  return { ...request, body: Buffer.from(body, "latin1") };
};

const replaceKey: Mutation = (request, dice) => {
  const text = TEXTS.decode(request.body);
  const keys = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)|(?<=[&^])[\w.]+(?==)|(?<=<\/?)\w+/g)];
  if (keys.length === 0) return request;
  const key = dice.pick(keys);
  const put = key[0].startsWith('"') ? JSON.stringify(dice.pick(WORDS)) : dice.pick(WORDS);
  const body = text.slice(0, key.index) + put + text.slice(key.index + key[0].length);
  return { ...request, body: Buffer.from(body, "latin1") };
};

const nestDeeply: Mutation = (request, dice) => {
  const depth = dice.pick([100, 5000, 60_000]);
  const [open, middle, close] = dice.pick([
    ["[", "", "]"],
    ['{"a":', "1", "}"],
    ['{"M":{"a":', '{"S":""}', "}}"],
    ["<a>", "", "</a>"],
    ["\x81", "\x01", ""],
    ["\x9f", "", ""],
    ["a.member.1.", "=1", ""],
  ] as const);
  const nested = open.repeat(depth) + middle + close.repeat(depth);
  const text = TEXTS.decode(request.body);
  const at = dice.pick([0, text.indexOf(":") + 1, text.indexOf(">") + 1]);
  const whole = dice.below(2) === 0 ? nested : text.slice(0, at) + nested + text.slice(at);
  return { ...request, body: Buffer.from(whole, "latin1") };
};

const emptyBody: Mutation = (request) => ({ ...request, body: new Uint8Array() });

const dropHeader: Mutation = (request, dice) => {
  const name = dice.pick(["host", ...Object.keys(request.headers)]);
  const headers = { ...request.headers };
  delete headers[name];
  return { ...request, headers };
};

const spoilHeader: Mutation = (request, dice) => {
  const name = dice.pick(["host", ...Object.keys(request.headers)]);
  const value = request.headers[name] ?? "";
  const at = dice.below(value.length + 1);
  const spoiled = dice.pick([
    () => value.slice(0, at) + headerText(dice.pick(WORDS)) + value.slice(at),
    () => value.slice(0, at),
    () => value + value,
    () => headerText(dice.pick([...WORDS, ...HUGE, ...TYPES])),
    () => headerText(Buffer.from(dice.bytes(12)).toString("latin1")),
  ])();
  return { ...request, headers: { ...request.headers, [name]: spoiled } };
};

const addHeader: Mutation = (request, dice) => ({
  ...request,
  headers: {
    ...request.headers,
    [dice.pick(NAMES)]: headerText(dice.pick([...WORDS, ...HUGE, ...HASHES, "bytes=5-1,9-"])),
  },
});

const otherProtocol: Mutation = (request, dice) => ({
  ...request,
  headers: dice.pick([
    { ...request.headers, "content-type": dice.pick(TYPES_OF_CONTENT) },
    { ...request.headers, "x-amz-content-sha256": dice.pick(HASHES) },
    {
      ...request.headers,
      "x-amz-target": dice.pick([
        "AmazonSQS.x",
        "DynamoDB_20120810.PutItem",
        "TrentService.Encrypt",
        ".",
        "a.b.c",
      ]),
    },
    { ...request.headers, "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
  ]),
});

const spoilPath: Mutation = (request, dice) => {
  const at = dice.below(request.path.length + 1);
  const put = dice.pick([
    "%",
    "%2",
    "%00",
    "%ff%fe",
    "//",
    "/../",
    "%2e%2e%2f",
    "?",
    "\u00e9",
    "a".repeat(2000),
    "/robust-bucket/",
    "+",
    ":",
    "%E2%98%83",
  ]);
  const path = `/${(request.path.slice(0, at) + encodeURI(put).replaceAll("%25", "%") + request.path.slice(at)).slice(1)}`;
  return { ...request, path: path.replaceAll("?", "%3F") };
};

const addParameter: Mutation = (request, dice) => ({
  ...request,
  query: [request.query, dice.pick(PARAMETERS)].filter((part) => part !== "").join("&"),
});

const otherMethod: Mutation = (request, dice) => ({
  ...request,
  method: dice.pick(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
});

/** A header value never holds a line break: HTTP would not carry it here. */
const headerText = (text: string) =>
  Buffer.from(text)
    .toString("latin1")
    .replaceAll(/[\0-\x08\x0a-\x1f\x7f]/g, "?");

// Those that reach deepest come up more often.
const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBits,
  replaceValue,
  replaceValue,
  replaceValue,
  replaceValue,
  replaceKey,
  truncate,
  insertGarbage,
  duplicateSlice,
  nestDeeply,
  emptyBody,
  dropHeader,
  spoilHeader,
  spoilHeader,
  addHeader,
  addHeader,
  otherProtocol,
  spoilPath,
  addParameter,
  otherMethod,
];

import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { openModels } from "../../model/load.ts";
import { UNSIGNED } from "./unsigned.ts";
import { createRouter, type Route, type RoutedRequest } from "./route.ts";

const router = createRouter(openModels());

function signed(service: string): string {
  const scope = `Credential=test/20260101/eu-west-1/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
}

function ask(line: string, headers: Readonly<Record<string, string>> = {}, body?: string): Route {
  const [method = "GET", uri = "/"] = line.split(" ");
  const [path = "/", query = ""] = uri.split("?");
  const request: RoutedRequest = {
    method,
    path,
    query,
    headers: { host: "localhost:4566", ...headers },
  };
  return router.route(request, body === undefined ? undefined : new TextEncoder().encode(body));
}

function name(route: Route): string {
  return `${route.service.name}.${route.operation.name} (${route.protocol.name})`;
}

const s3 = { authorization: signed("s3") };

test.for([
  ["GET /", "ListBuckets", {}],
  ["PUT /b", "CreateBucket", { Bucket: "b" }],
  ["HEAD /b", "HeadBucket", { Bucket: "b" }],
  ["GET /b/", "ListObjects", { Bucket: "b" }],
  ["GET /b?list-type=2&prefix=x", "ListObjectsV2", { Bucket: "b" }],
  ["GET /b?uploads", "ListMultipartUploads", { Bucket: "b" }],
  ["GET /b?versions", "ListObjectVersions", { Bucket: "b" }],
  ["GET /b?acl", "GetBucketAcl", { Bucket: "b" }],
  ["GET /b?location=", "GetBucketLocation", { Bucket: "b" }],
  ["GET /b?lifecycle", "GetBucketLifecycleConfiguration", { Bucket: "b" }],
  ["PUT /b?notification", "PutBucketNotificationConfiguration", { Bucket: "b" }],
  ["GET /b?analytics", "ListBucketAnalyticsConfigurations", { Bucket: "b" }],
  ["GET /b?analytics&id=1", "GetBucketAnalyticsConfiguration", { Bucket: "b" }],
  ["POST /b?delete", "DeleteObjects", { Bucket: "b" }],
  ["GET /b/k", "GetObject", { Bucket: "b", Key: "k" }],
  ["GET /b/a/b%2Fc//d/", "GetObject", { Bucket: "b", Key: "a/b/c//d/" }],
  ["GET /b/k%20+%C3%A9", "GetObject", { Bucket: "b", Key: "k +é" }],
  ["GET /b/k?uploadId=1", "ListParts", { Bucket: "b", Key: "k" }],
  ["GET /b/k?tagging&versionId=2", "GetObjectTagging", { Bucket: "b", Key: "k" }],
  ["PUT /b/k?partNumber=1&uploadId=2", "UploadPart", { Bucket: "b", Key: "k" }],
  ["POST /b/k?uploads", "CreateMultipartUpload", { Bucket: "b", Key: "k" }],
  ["POST /b/k?uploadId=1", "CompleteMultipartUpload", { Bucket: "b", Key: "k" }],
  ["DELETE /b/k?uploadId=1", "AbortMultipartUpload", { Bucket: "b", Key: "k" }],
  ["DELETE /b/k", "DeleteObject", { Bucket: "b", Key: "k" }],
  ["POST /b/k?select&select-type=2", "SelectObjectContent", { Bucket: "b", Key: "k" }],
  ["GET /?x-id=ListDirectoryBuckets", "ListDirectoryBuckets", {}],
] as const)("S3: %s is %s", ([line, operation, labels]) => {
  const route = ask(line, s3);
  expect([name(route), route.labels]).toEqual([`s3.${operation} (rest-xml)`, labels]);
});

test.for([
  ["GET /", "s3.ListDirectoryBuckets"],
  ["GET /?max-directory-buckets=1", "s3.ListDirectoryBuckets"],
  ["GET /b?session", "s3.CreateSession"],
  ["GET /b/k", "s3.GetObject"],
  ["GET /v20180820/accesspoint/a/scope", "s3control.GetAccessPointScope"],
] as const)("S3: signed for directory buckets, %s is %s", ([line, expected]) => {
  expect(name(ask(line, { authorization: signed("s3express") }))).toBe(`${expected} (rest-xml)`);
});

test("S3 Control: buckets on Outposts are signed for Outposts", () => {
  const headers = { authorization: signed("s3-outposts") };
  expect(name(ask("GET /v20180820/bucket/b", headers))).toBe("s3control.GetBucket (rest-xml)");
});

test("what S3 Control and Object Lambda put before a host is no bucket", () => {
  const line = "GET /v20180820/accesspoint/a";
  const account = { ...s3, host: "123456789012.localhost:4566" };
  const control = ask(line, { ...account, "x-amz-account-id": "123456789012" });
  expect([name(control), control.labels]).toEqual([
    "s3control.GetAccessPoint (rest-xml)",
    { name: "a" },
  ]);
  expect(name(ask(line, account))).toBe("s3.GetObject (rest-xml)");
  const lambda = { authorization: signed("s3-object-lambda"), host: "route.localhost:4566" };
  expect(name(ask("POST /WriteGetObjectResponse", lambda))).toBe(
    "s3.WriteGetObjectResponse (rest-xml)",
  );
  expect(ask("GET /k", lambda).labels).toEqual({ Bucket: "route", Key: "k" });
});

test("S3: copies differ from uploads by their source", () => {
  const copy = { ...s3, "x-amz-copy-source": "/b/other" };
  expect(ask("PUT /b/k", s3).operation.name).toBe("PutObject");
  expect(ask("PUT /b/k", copy).operation.name).toBe("CopyObject");
  expect(ask("PUT /b/k?partNumber=1&uploadId=2", copy).operation.name).toBe("UploadPartCopy");
});

test.for([
  ["my-bucket.s3.localhost:4566", undefined],
  ["my-bucket.s3.amazonaws.com", undefined],
  ["my-bucket.s3.us-west-2.localhost.localstack.cloud:4566", "us-west-2"],
  ["my-bucket.s3-us-west-2.amazonaws.com", "us-west-2"],
  ["my-bucket.s3.dualstack.us-west-2.amazonaws.com", "us-west-2"],
  ["my-bucket.localhost:4566", undefined],
] as const)("S3: the bucket is in the host %s", ([host, region]) => {
  const route = ask("GET /a/b", { host });
  expect(name(route)).toBe("s3.GetObject (rest-xml)");
  expect(route.labels).toEqual({ Bucket: "my-bucket", Key: "a/b" });
  expect(route.region).toBe(region);
});

test("S3: a bucket with dots and one called like a service", () => {
  expect(ask("GET /k", { host: "a.b.c.s3.amazonaws.com" }).labels).toEqual({
    Bucket: "a.b.c",
    Key: "k",
  });
  const route = ask("PUT /k", { ...s3, host: "lambda.localhost" });
  expect([name(route), route.labels]).toEqual([
    "s3.PutObject (rest-xml)",
    { Bucket: "lambda", Key: "k" },
  ]);
});

test("S3: requests without a signature, presigned ones and those of Signature Version 2", () => {
  expect(name(ask("GET /b/k"))).toBe("s3.GetObject (rest-xml)");
  const credential = "X-Amz-Credential=test%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
  expect(name(ask(`PUT /b/k?${credential}`))).toBe("s3.PutObject (rest-xml)");
  expect(name(ask("GET /b/k?AWSAccessKeyId=test&Signature=x&Expires=1"))).toBe(
    "s3.GetObject (rest-xml)",
  );
  expect(name(ask("GET /b/k", { authorization: "AWS test:abc" }))).toBe("s3.GetObject (rest-xml)");
});

test("S3: a browser form is an upload", () => {
  const form = { "content-type": "multipart/form-data; boundary=x" };
  const inPath = ask("POST /b", form);
  expect([inPath.postObject, inPath.operation.name, inPath.labels]).toEqual([
    true,
    "PutObject",
    { Bucket: "b" },
  ]);
  const inHost = ask("POST /", { ...form, host: "b.s3.localhost:4566" });
  expect([inHost.postObject, inHost.labels]).toEqual([true, { Bucket: "b" }]);
});

test.for([
  ["POST /b", {}],
  ["POST /b/?x-id=1", { "content-type": "application/octet-stream" }],
  ["POST /b", { ...s3, "content-type": "application/x-www-form-urlencoded" }],
] as const)("S3: %s with %o is an upload of no type that it takes", ([line, headers]) => {
  const route = ask(line, headers);
  expect([route.postObject, route.operation.name, route.labels]).toEqual([
    true,
    "PutObject",
    { Bucket: "b" },
  ]);
});

test.for(["POST /b?acl", "POST /b?uploads", "POST /b?versioning", "POST /"])(
  "S3: %s is not allowed",
  (line) => {
    expect(refusal(line, s3)).toEqual(NOT_ALLOWED);
  },
);

const NOT_ALLOWED = [
  "MethodNotAllowed",
  405,
  "The specified method is not allowed against this resource.",
];

test.for([
  ["dynamodb.GetItem (json)", { "x-amz-target": "DynamoDB_20120810.GetItem" }],
  ["dynamodbstreams.GetRecords (json)", { "x-amz-target": "DynamoDBStreams_20120810.GetRecords" }],
  ["sqs.SendMessage (json)", { "x-amz-target": "AmazonSQS.SendMessage" }],
  ["stepfunctions.StartExecution (json)", { "x-amz-target": "AWSStepFunctions.StartExecution" }],
  [
    "cloudwatch.PutMetricData (json)",
    { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData" },
  ],
] as const)("a target header names %s", ([expected, headers]) => {
  expect(name(ask("POST /", headers))).toBe(expected);
});

test("a path and a header name an operation in CBOR", () => {
  const line = "POST /service/GraniteServiceVersion20100801/operation/PutMetricData";
  const route = ask(line, {
    "smithy-protocol": "rpc-v2-cbor",
    authorization: signed("monitoring"),
  });
  expect(name(route)).toBe("cloudwatch.PutMetricData (smithy-rpc-v2-cbor)");
});

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

test.for([
  ["iam.CreateUser (query)", "iam", "Action=CreateUser&Version=2010-05-08"],
  ["sqs.SendMessage (query)", "sqs", "Action=SendMessage&Version=2012-11-05"],
  ["ec2.RunInstances (ec2)", "ec2", "Action=RunInstances&Version=2016-11-15"],
  ["rds.CreateDBInstance (query)", "rds", "Action=CreateDBInstance&Version=2014-10-31"],
  ["ses.SendEmail (query)", "ses", "Action=SendEmail&Version=2010-12-01"],
  ["cloudwatch.PutMetricData (query)", "monitoring", "Action=PutMetricData&Version=2010-08-01"],
  ["importexport.ListJobs (query)", "IngestionService", "Action=ListJobs&Version=2010-06-01"],
] as const)("a form names %s", ([expected, signingName, body]) => {
  const headers = { ...FORM, authorization: signed(signingName) };
  expect(name(ask("POST /", headers, body))).toBe(expected);
});

test("an unsigned form is known by its version", () => {
  const body = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=x";
  expect(name(ask("POST /", FORM, body))).toBe("sts.AssumeRoleWithWebIdentity (query)");
  expect(name(ask("GET /?Action=GetCallerIdentity&Version=2011-06-15"))).toBe(
    "sts.GetCallerIdentity (query)",
  );
});

const VERSION_2 =
  "AWSAccessKeyId=k&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2026&Signature=s";

test.for([
  ["SimpleDB ListDomains", "Action=ListDomains&Version=2009-04-15"],
  ["ImportExport ListJobs", "Action=ListJobs&Version=2010-06-01"],
])("signed in the form, %s is not implemented", ([expected, form]) => {
  const refused = ["NotImplementedBySnowglobe", 501, `${expected} is not implemented.`];
  expect(refusal("POST /", FORM, `${form}&${VERSION_2}`)).toEqual(refused);
  expect(refusal(`GET /?${form}&${VERSION_2}`, {})).toEqual(refused);
});

test("an answer to what is signed in the form is in the form's protocol", () => {
  const query = `Action=ListDomains&Version=2009-04-15&${VERSION_2}`;
  const request = { method: "GET", path: "/", query, headers: {} };
  const error = new AwsError("NotImplementedBySnowglobe", "no", { status: 501 });
  const { body } = router.serialiseError(request, error, () => ({ requestId: "id" }));
  expect(body).toEqual(expect.stringContaining("<Code>NotImplementedBySnowglobe</Code>"));
});

test("a queue's own address stands for its name in the form", () => {
  const body = "Action=SendMessage&Version=2012-11-05&MessageBody=m";
  const route = ask("POST /000000000000/orders", FORM, body);
  expect([name(route), route.labels]).toEqual([
    "sqs.SendMessage (query)",
    { QueueUrl: "http://localhost:4566/000000000000/orders" },
  ]);
});

test("only forms need their body for routing", () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const request = { method: "POST", path: "/", query: "", headers };
  expect(router.needsBody(request)).toBe(true);
  expect(router.needsBody({ ...request, headers: { ...headers, ...s3 } })).toBe(false);
  expect(router.needsBody({ ...request, headers: {} })).toBe(false);
});

test.for([
  ["lambda", "POST /2015-03-31/functions/f/invocations", "lambda.Invoke", { FunctionName: "f" }],
  ["lambda", "GET /2015-03-31/functions/", "lambda.ListFunctions", {}],
  [
    "apigateway",
    "GET /restapis/x/resources/y",
    "apigateway.GetResource",
    { restapi_id: "x", resource_id: "y" },
  ],
  ["apigateway", "GET /v2/apis", "apigatewayv2.GetApis", {}],
  ["ses", "POST /v2/email/outbound-emails", "sesv2.SendEmail", {}],
  [
    "glacier",
    "POST /-/vaults/v/multipart-uploads/u",
    "glacier.CompleteMultipartUpload",
    { accountId: "-", vaultName: "v", uploadId: "u" },
  ],
  ["lex", "GET /imports/i", "lex-models.GetImport", { importId: "i" }],
  ["lex", "GET /imports/i/", "lexv2-models.DescribeImport", { importId: "i" }],
  ["bedrock", "POST /agents/s", "bedrock-agent-runtime.InvokeInlineAgent", { sessionId: "s" }],
  ["bedrock", "POST /agents/a/", "bedrock-agent.PrepareAgent", { agentId: "a" }],
  [
    "s3",
    "GET /v20180820/tags/arn%3Aaws%3As3%3A%3A%3Ab",
    "s3control.ListTagsForResource",
    { resourceArn: "arn:aws:s3:::b" },
  ],
] as const)("%s: %s is %s", ([signingName, line, expected, labels]) => {
  const route = ask(line, { authorization: signed(signingName) });
  expect([`${route.service.name}.${route.operation.name}`, route.labels]).toEqual([
    expected,
    labels,
  ]);
});

const JSON_TYPE = { "content-type": "application/json" };
const SSO_TOKEN = { "x-amz-sso_bearer_token": "t" };

test.for([
  ["GET /assignment/accounts", SSO_TOKEN, "sso.ListAccounts"],
  ["GET /federation/credentials?role_name=r&account_id=1", SSO_TOKEN, "sso.GetRoleCredentials"],
  ["POST /logout", SSO_TOKEN, "sso.Logout"],
  ["POST /token", JSON_TYPE, "sso-oidc.CreateToken"],
  ["POST /client/register", JSON_TYPE, "sso-oidc.RegisterClient"],
  ["POST /v1/token", JSON_TYPE, "signin.CreateOAuth2Token"],
] as const)("without a signature, %s with %o is %s", ([line, headers, expected]) => {
  expect(name(ask(line, headers))).toBe(`${expected} (rest-json)`);
});

test.for([
  ["GET /assignment/accounts", {}, "GetObject"],
  ["GET /assignment/others", SSO_TOKEN, "GetObject"],
  ["PUT /v1/token", JSON_TYPE, "PutObject"],
  ["POST /token", { "content-type": "multipart/form-data; boundary=x" }, "PutObject"],
  ["POST /token", { ...s3, ...JSON_TYPE }, "PutObject"],
  ["GET /assignment/accounts", { ...SSO_TOKEN, host: "b.s3.localhost" }, "GetObject"],
] as const)("%s with %o stays S3's %s", ([line, headers, expected]) => {
  expect(name(ask(line, headers))).toBe(`s3.${expected} (rest-xml)`);
});

test.for([
  ["GET /foundation-models", "Bedrock ListFoundationModels"],
  ["POST /model/m/converse", "Bedrock Runtime Converse"],
  ["POST /v1/spaces", "CodeCatalyst ListSpaces"],
] as const)("with a bearer token, %s is %s, and not implemented", ([line, expected]) => {
  const headers = { authorization: "Bearer token", ...JSON_TYPE };
  const refused = ["NotImplementedBySnowglobe", 501, `${expected} is not implemented.`];
  expect(refusal(line, headers)).toEqual(refused);
});

test("what answers a bearer token is in the form of the service that takes it", () => {
  const headers = { authorization: "Bearer token" };
  const request = { method: "GET", path: "/foundation-models", query: "", headers };
  const error = new AwsError("NotImplementedBySnowglobe", "no", { status: 501 });
  const answer = router.serialiseError(request, error, () => ({ requestId: "id" }));
  expect(JSON.parse(answer.body as string)).toMatchObject({ message: "no" });
});

test("S3: a bearer token is none of its signatures", () => {
  expect(name(ask("GET /b/k", { authorization: "Bearer t" }))).toBe("s3.GetObject (rest-xml)");
});

test("every REST service with operations that nobody signs is known", () => {
  const { index, service } = openModels();
  const found = Object.entries(index.services)
    .filter(([, { protocols }]) => protocols.some((spoken) => spoken.startsWith("rest-")))
    .map(([serviceName]) => service(serviceName))
    .filter(({ operations }) => [...operations.values()].some(({ unsigned }) => unsigned === true));
  expect(found.map((model) => model.name)).toEqual(UNSIGNED);
});

test.for([
  ["lex", "POST /imports/", "", "lex-models.StartImport"],
  [
    "lex",
    "POST /imports/",
    "aws-sdk-js/3.1 ua/2.1 api/lex-models-v2#3.1",
    "lexv2-models.ListImports",
  ],
  ["lex", "POST /imports/", "aws-sdk-java/2.1 api/Lex_Models_V2#2.1", "lexv2-models.ListImports"],
  ["lex", "POST /imports/", "aws-sdk-go-v2/1.1 api/lexmodelsv2#1.1", "lexv2-models.ListImports"],
  [
    "wisdom",
    "GET /assistants",
    "aws-cli/2.1 md/command#qconnect.list-assistants",
    "qconnect.ListAssistants",
  ],
  [
    "s3",
    "GET /v20180820/accesspoint/a",
    "aws-cli/2.1 md/command#s3.mv",
    "s3control.GetAccessPoint",
  ],
  ["lambda", "GET /2015-03-31/functions/", "api/sqs#1", "lambda.ListFunctions"],
] as const)("%s: %s of %s is %s", ([signingName, line, userAgent, expected]) => {
  const headers = { authorization: signed(signingName), "user-agent": userAgent };
  const route = ask(line, headers);
  expect(`${route.service.name}.${route.operation.name}`).toBe(expected);
});

test("a form of an API that several services have is for the one that the client names", () => {
  const headers = { ...FORM, authorization: signed("rds") };
  const body = "Action=CreateDBCluster&Version=2014-10-31";
  expect(name(ask("POST /", headers, body))).toBe("rds.CreateDBCluster (query)");
  const neptune = { ...headers, "user-agent": "aws-sdk-js/3.1 api/neptune#3.1" };
  expect(name(ask("POST /", neptune, body))).toBe("neptune.CreateDBCluster (query)");
});

test("a host names the service of an unsigned request", () => {
  const host = "lambda.us-east-2.localhost.localstack.cloud:4566";
  const route = ask("GET /2015-03-31/functions/", { host });
  expect([name(route), route.region]).toEqual(["lambda.ListFunctions (rest-json)", "us-east-2"]);
});

function refusal(line: string, headers: Readonly<Record<string, string>>, body?: string) {
  try {
    ask(line, headers, body);
  } catch (error) {
    if (error instanceof AwsError) return [error.code, error.status, error.message];
    throw error;
  }
  return "no refusal";
}

test("what AWS does not know is refused in its words", () => {
  expect(refusal("POST /", { "x-amz-target": "DynamoDB_20120810.Nothing" })).toEqual([
    "UnknownOperationException",
    400,
    "",
  ]);
  const iam = { ...FORM, authorization: signed("iam") };
  expect(refusal("POST /", iam, "Action=Nothing&Version=2010-05-08")).toEqual([
    "InvalidAction",
    400,
    "Could not find operation Nothing for version 2010-05-08",
  ]);
  const ec2 = { ...FORM, authorization: signed("ec2") };
  expect(refusal("POST /", ec2, "Action=Nothing&Version=2016-11-15")).toEqual([
    "InvalidAction",
    400,
    "The action Nothing is not valid for this web service.",
  ]);
  expect(refusal("GET /nothing", { authorization: signed("lambda") })).toEqual([
    "UnknownOperationException",
    404,
    "",
  ]);
  expect(refusal("PATCH /b/k", s3)).toEqual(NOT_ALLOWED);
});

test("S3: a POST to an object that names no upload is not allowed", () => {
  expect(() => ask("POST /b/k", s3)).toThrow(
    expect.objectContaining({ code: "MethodNotAllowed", status: 405 }),
  );
});

test("a refusal is written though the form that it answers cannot be read", () => {
  const error = new AwsError("MalformedQueryString", "no", { status: 400 });
  const request = { method: "GET", path: "/", query: "Action=%zz", headers: {} };
  const { status, body } = router.serialiseError(request, error, () => ({ requestId: "id" }));
  expect([status, body as string]).toEqual([
    400,
    expect.stringContaining("<Code>MalformedQueryString</Code>"),
  ]);
});

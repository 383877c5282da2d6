import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const PUT =
  '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}';
const BUCKET = "arn:aws:s3:::bucket";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

async function world() {
  const iam = new IAM((await startCloud()).config());
  const { Group } = await iam.createGroup({ GroupName: "eng" });
  const { User } = await iam.createUser({ UserName: "ana" });
  const { Policy } = await iam.createPolicy({ PolicyName: "put", PolicyDocument: PUT });
  await iam.attachGroupPolicy({ GroupName: "eng", PolicyArn: Policy?.Arn });
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });
  return { iam, group: Group?.Arn, user: User?.Arn };
}

test("a group's policies are simulated as on AWS", async () => {
  const { iam, group } = await world();
  const { EvaluationResults, IsTruncated } = await iam.simulatePrincipalPolicy({
    PolicySourceArn: group,
    ActionNames: ["s3:PutObject", "s3:GetObjectVersion"],
    ResourceArns: [BUCKET],
  });
  const MatchedStatements = [
    {
      SourcePolicyId: "put",
      SourcePolicyType: "IAM Policy",
      StartPosition: { Line: 1, Column: 41 },
      EndPosition: { Line: 1, Column: 113 },
    },
  ];
  const none = { MatchedStatements: [], MissingContextValues: [] };
  expect(IsTruncated).toBe(false);
  expect(EvaluationResults).toEqual([
    {
      EvalActionName: "s3:PutObject",
      EvalResourceName: BUCKET,
      EvalDecision: "allowed",
      EvalDecisionDetails: {},
      MatchedStatements,
      MissingContextValues: [],
      ResourceSpecificResults: [
        {
          EvalResourceName: BUCKET,
          EvalResourceDecision: "allowed",
          MatchedStatements,
          MissingContextValues: [],
        },
      ],
    },
    {
      EvalActionName: "s3:GetObjectVersion",
      EvalResourceName: BUCKET,
      EvalDecision: "implicitDeny",
      EvalDecisionDetails: {},
      ...none,
      ResourceSpecificResults: [
        { EvalResourceName: BUCKET, EvalResourceDecision: "implicitDeny", ...none },
      ],
    },
  ]);
});

test("a user is simulated with its groups, its boundary and what is added", async () => {
  const { iam, user } = await world();
  const simulate = async (PolicyInputList: string[] = []) => {
    const { EvaluationResults } = await iam.simulatePrincipalPolicy({
      PolicySourceArn: user,
      ActionNames: ["s3:PutObject"],
      ...(PolicyInputList.length > 0 && { PolicyInputList }),
    });
    return EvaluationResults?.map((result) => [
      result.EvalDecision,
      result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
    ]);
  };
  expect(await simulate()).toEqual([["allowed", undefined]]);
  const deny = policy({ Effect: "Deny", Action: "s3:*", Resource: "*" });
  expect(await simulate([deny])).toEqual([["explicitDeny", undefined]]);
  await iam.putUserPermissionsBoundary({
    UserName: "ana",
    PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
  });
  expect(await simulate()).toEqual([["implicitDeny", false]]);
});

const FROM_HOME = policy({
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::home/${aws:username}/*",
  Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
});

test("a condition without its value is told to be missing", async () => {
  const { iam } = await world();
  const simulate = async (ip?: string) => {
    const { EvaluationResults } = await iam.simulateCustomPolicy({
      PolicyInputList: [FROM_HOME.replace("${aws:username}", "*")],
      ActionNames: ["s3:GetObject"],
      ResourceArns: ["arn:aws:s3:::home/ana/x"],
      ...(ip !== undefined && {
        ContextEntries: [
          { ContextKeyName: "aws:SourceIp", ContextKeyValues: [ip], ContextKeyType: "ip" },
        ],
      }),
    });
    return EvaluationResults?.map((result) => [result.EvalDecision, result.MissingContextValues]);
  };
  expect(await simulate()).toEqual([["implicitDeny", ["aws:SourceIp"]]]);
  expect(await simulate("203.0.113.9")).toEqual([["allowed", []]]);
  expect(await simulate("198.51.100.9")).toEqual([["implicitDeny", []]]);
});

test("context keys are those of conditions and variables", async () => {
  const { iam, user } = await world();
  const custom = await iam.getContextKeysForCustomPolicy({ PolicyInputList: [FROM_HOME] });
  expect(custom.ContextKeyNames?.toSorted()).toEqual(["aws:SourceIp", "aws:username"]);
  const own = await iam.getContextKeysForPrincipalPolicy({
    PolicySourceArn: user,
    PolicyInputList: [FROM_HOME],
  });
  expect(own.ContextKeyNames?.toSorted()).toEqual(["aws:SourceIp", "aws:username"]);
});

test("what is no policy is invalid input", async () => {
  const { iam } = await world();
  await expect(
    iam.simulateCustomPolicy({ PolicyInputList: ["{}"], ActionNames: ["s3:GetObject"] }),
  ).rejects.toMatchObject({ name: "InvalidInputException", $metadata: { httpStatusCode: 400 } });
});

test("a source that is nobody's, or another account's, is invalid input", async () => {
  const { iam } = await world();
  const simulate = (PolicySourceArn: string) =>
    iam
      .simulatePrincipalPolicy({ PolicySourceArn, ActionNames: ["s3:PutObject"] })
      .then(String, (error: Error) => `${error.name}: ${error.message}`);
  const session = "arn:aws:sts::000000000000:assumed-role/app/s1";
  expect(await simulate(session)).toBe(
    `InvalidInputException: Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
  );
  expect(await simulate("arn:aws:iam::111111111111:user/ana")).toBe(
    "InvalidInputException: Invalid Policy Source Arn: caller's account 000000000000 " +
      "does not have access to policies in account 111111111111",
  );
  expect(await simulate("arn:aws:iam::000000000000:role/none")).toBe(
    "NoSuchEntityException: The role with name none cannot be found.",
  );
});

test("an action is simulated by its name, without wildcards", async () => {
  const { iam } = await world();
  for (const action of ["s3:Get*", "GetObject", "s3:"]) {
    await expect(
      iam.simulateCustomPolicy({ PolicyInputList: [PUT], ActionNames: [action] }),
    ).rejects.toMatchObject({
      name: "InvalidInputException",
      message: `Invalid Input Action: ${action}`,
    });
  }
});

test("a resource's policy is asked about a user", async () => {
  const { iam, user } = await world();
  const owned = policy({
    Effect: "Allow",
    Principal: { AWS: user },
    Action: "s3:GetObject",
    Resource: `${BUCKET}/*`,
  });
  const simulate = (CallerArn?: string) =>
    iam
      .simulateCustomPolicy({
        PolicyInputList: [PUT],
        ActionNames: ["s3:GetObject"],
        ResourceArns: [`${BUCKET}/a`],
        ResourcePolicy: owned,
        ...(CallerArn !== undefined && { CallerArn }),
      })
      .then(
        ({ EvaluationResults }) => EvaluationResults?.map(({ EvalDecision }) => EvalDecision),
        (error: Error) => error.name,
      );
  expect(await simulate()).toBe("InvalidInputException");
  expect(await simulate("arn:aws:iam::000000000000:role/app")).toBe("InvalidInputException");
  expect(await simulate(user)).toEqual(["allowed"]);
  expect(await simulate("arn:aws:iam::000000000000:user/bob")).toEqual(["implicitDeny"]);
});

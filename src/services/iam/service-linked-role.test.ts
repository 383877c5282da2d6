import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const world = async () => new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("a service-linked role comes with its path, its trust and its policy", async () => {
  const iam = await world();
  await iam.createServiceLinkedRole({ AWSServiceName: "autoscaling.amazonaws.com" });
  const RoleName = "AWSServiceRoleForAutoScaling";
  const { Role } = await iam.getRole({ RoleName });
  expect(Role).toEqual({
    Arn: `arn:aws:iam::000000000000:role/aws-service-role/autoscaling.amazonaws.com/${RoleName}`,
    AssumeRolePolicyDocument: encodeURIComponent(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "autoscaling.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    ),
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    MaxSessionDuration: 3600,
    Path: "/aws-service-role/autoscaling.amazonaws.com/",
    RoleId: expect.stringMatching(/^AROA/),
    RoleLastUsed: {},
    RoleName,
  });
  const attached = await iam.listAttachedRolePolicies({ RoleName });
  expect(attached.AttachedPolicies).toEqual([
    {
      PolicyName: "AutoScalingServiceRolePolicy",
      PolicyArn: "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy",
    },
  ]);
});

test("a taken name asks for a suffix, which not every service allows", async () => {
  const iam = await world();
  const create = (service: string, CustomSuffix?: string) =>
    outcome(
      iam.createServiceLinkedRole({
        AWSServiceName: `${service}.amazonaws.com`,
        ...(CustomSuffix !== undefined && { CustomSuffix }),
      }),
    );
  expect(await create("batch")).toBe("done");
  expect(await create("batch")).toBe(
    "InvalidInputException: Service role name AWSServiceRoleForBatch has been taken in this account, " +
      "please try a different suffix.",
  );
  expect(await create("batch", "two")).toBe(
    "InvalidInputException: Custom suffix is not allowed for batch.amazonaws.com",
  );
  expect(await create("autoscaling", "two")).toBe("done");
  const role = await iam.getRole({ RoleName: "AWSServiceRoleForAutoScaling_two" });
  expect(role.Role?.Path).toBe("/aws-service-role/autoscaling.amazonaws.com/");
  expect(await create("unheard-of")).toMatch(/^NotImplementedBySnowglobe/);
});

test("only as a whole can it go", async () => {
  const iam = await world();
  await iam.createServiceLinkedRole({ AWSServiceName: "ecs.amazonaws.com" });
  const RoleName = "AWSServiceRoleForECS";
  expect(await outcome(iam.deleteRole({ RoleName }))).toBe(
    "UnmodifiableEntityException: Cannot perform the operation on the protected role " +
      "'AWSServiceRoleForECS' - this role is only modifiable by AWS",
  );
  const { DeletionTaskId } = await iam.deleteServiceLinkedRole({ RoleName });
  expect(DeletionTaskId).toMatch(
    /^task\/aws-service-role\/ecs\.amazonaws\.com\/AWSServiceRoleForECS\/[0-9a-f-]{36}$/,
  );
  const { Status } = await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId });
  expect(Status).toBe("SUCCEEDED");
  expect(await outcome(iam.getRole({ RoleName }))).toMatch(/^NoSuchEntityException/);
});

test("its policies are for it alone", async () => {
  const iam = await world();
  await iam.createUser({ UserName: "ana" });
  const PolicyArn = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy";
  expect(await outcome(iam.attachUserPolicy({ UserName: "ana", PolicyArn }))).toBe(
    `PolicyNotAttachableException: Cannot attach ${PolicyArn} to an entity.`,
  );
});

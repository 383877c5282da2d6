/** Service-linked roles: made for a service, with its policy, and unmade only as a whole. */
import { notImplemented } from "../../kernel/errors.ts";
import type { Operation } from "./api.ts";
import { attach, detach } from "./attached-policy.ts";
import { InvalidInputException, NoSuchEntityException } from "./errors.ts";
import { findRole, getRole, newNamed } from "./named.ts";
import { isServiceLinked, removeRole, toRole } from "./role.ts";
import { SERVICE_LINKED, WITHOUT_SUFFIX } from "./service-linked-services.ts";

const SESSION_SECONDS = 3600;

export const CreateServiceLinkedRole: Operation<"CreateServiceLinkedRole"> = (input, iam) => {
  const service = input.AWSServiceName;
  if (input.CustomSuffix !== undefined && WITHOUT_SUFFIX.has(service)) {
    throw InvalidInputException(`Custom suffix is not allowed for ${service}`);
  }
  const known = SERVICE_LINKED[service];
  if (known === undefined) {
    throw notImplemented(`The service-linked role of ${service} is not known here.`);
  }
  const name =
    input.CustomSuffix === undefined ? known.role : `${known.role}_${input.CustomSuffix}`;
  if (getRole(iam, name) !== undefined) {
    throw InvalidInputException(
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    );
  }
  const description = input.Description ?? known.description;
  const role = iam.roles.insert({
    ...newNamed(iam, "AROA", name, `/aws-service-role/${service}/`),
    tags: {},
    trustPolicy: trustOf(service),
    trusted: {},
    maxSessionSeconds: SESSION_SECONDS,
    attached: [],
    inline: {},
    ...(description !== undefined && { description }),
  });
  const policyArn = `arn:aws:iam::aws:policy/aws-service-role/${known.policy}`;
  const whole = iam.roles.update(role, { attached: attach(iam, "role", role, policyArn) });
  return { Role: toRole(iam, whole) };
};

/** The deletion is done when the answer comes; the task tells so. */
export const DeleteServiceLinkedRole: Operation<"DeleteServiceLinkedRole"> = (input, iam) => {
  const role = findRole(iam, input.RoleName);
  if (!isServiceLinked(role)) {
    throw NoSuchEntityException(`The role with name ${input.RoleName} cannot be found.`);
  }
  let left = role;
  for (const arn of role.attached) {
    left = iam.roles.update(left, { attached: detach(iam, "role", left, arn) });
  }
  removeRole(iam, left);
  const taskId = `task${role.path}${role.name}/${iam.newId()}`;
  iam.roleDeletions.insert({ taskId, status: "SUCCEEDED" });
  return { DeletionTaskId: taskId };
};

export const GetServiceLinkedRoleDeletionStatus: Operation<"GetServiceLinkedRoleDeletionStatus"> = (
  input,
  iam,
) => {
  const deletion = iam.roleDeletions.get(input.DeletionTaskId);
  if (deletion === undefined) {
    throw NoSuchEntityException(`The deletion task ${input.DeletionTaskId} cannot be found.`);
  }
  return { Status: deletion.status };
};

const trustOf = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

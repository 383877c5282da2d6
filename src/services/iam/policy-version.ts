/**
 * Versions of a managed policy: five at most, one of them the default, which is the one that
 * counts.
 */
import type { Iam, Operation } from "./api.ts";
import {
  DeleteConflictException,
  LimitExceededException,
  NoSuchEntityException,
} from "./errors.ts";
import { checkManagedDocument, findOwnPolicy, findPolicy } from "./managed-policy.ts";
import { encodeDocument, toSeconds } from "./named.ts";
import { afterMarker, page } from "./page.ts";
import { QUOTAS } from "./quotas.ts";
import type { ManagedPolicy, PolicyVersion } from "./state.ts";

export const CreatePolicyVersion: Operation<"CreatePolicyVersion"> = (input, iam) => {
  const row = findOwnPolicy(iam, input.PolicyArn, "CreatePolicyVersion");
  if (row.versions.length >= QUOTAS.versionsPerPolicy) {
    throw LimitExceededException(
      `A managed policy can have up to ${QUOTAS.versionsPerPolicy} versions. ` +
        "Before you create a new version, you must delete an existing version.",
    );
  }
  checkManagedDocument(input.PolicyDocument);
  const lastVersion = row.lastVersion + 1;
  const version = { id: `v${lastVersion}`, document: input.PolicyDocument, createdAt: iam.now };
  const updated = iam.policies.update(row, {
    lastVersion,
    versions: [...row.versions, version],
    updatedAt: iam.now,
    ...(input.SetAsDefault === true && { defaultVersion: version.id }),
  });
  return { PolicyVersion: toVersion(updated, version) };
};

export const GetPolicyVersion: Operation<"GetPolicyVersion"> = (input, iam) => {
  const row = findPolicy(iam, input.PolicyArn);
  const version = findVersion(row, input);
  return {
    PolicyVersion: { ...toVersion(row, version), Document: encodeDocument(version.document) },
  };
};

export const ListPolicyVersions: Operation<"ListPolicyVersions"> = (input, iam) => {
  const row = findPolicy(iam, input.PolicyArn);
  const { items, rest } = page(versionsAfter(row, input.Marker), input, ({ id }) => id);
  return { Versions: items.map((version) => toVersion(row, version)), ...rest };
};

export const SetDefaultPolicyVersion: Operation<"SetDefaultPolicyVersion"> = (input, iam) => {
  const row = findOwnPolicy(iam, input.PolicyArn, "SetDefaultPolicyVersion");
  const version = findVersion(row, input);
  iam.policies.update(row, { defaultVersion: version.id, updatedAt: iam.now });
  return {};
};

export const DeletePolicyVersion: Operation<"DeletePolicyVersion"> = (input, iam) => {
  const row = findOwnPolicy(iam, input.PolicyArn, "DeletePolicyVersion");
  const version = findVersion(row, input);
  if (version.id === row.defaultVersion) {
    throw DeleteConflictException("Cannot delete the default version of a policy.");
  }
  remove(iam, row, version);
  return {};
};

function remove(iam: Iam, row: ManagedPolicy, version: PolicyVersion): void {
  iam.policies.update(row, {
    versions: row.versions.filter(({ id }) => id !== version.id),
    updatedAt: iam.now,
  });
}

function findVersion(
  row: ManagedPolicy,
  input: { readonly PolicyArn: string; readonly VersionId: string },
): PolicyVersion {
  const version = row.versions.find(({ id }) => id === input.VersionId);
  if (version === undefined) {
    throw NoSuchEntityException(
      `Policy ${input.PolicyArn} version ${input.VersionId} does not exist or is not attachable.`,
    );
  }
  return version;
}

/** Latest first, as AWS lists them. */
function versionsAfter(row: ManagedPolicy, marker: string | undefined): readonly PolicyVersion[] {
  const latestFirst = row.versions.toReversed();
  const seen = marker === undefined ? undefined : afterMarker({ Marker: marker });
  return latestFirst.slice(latestFirst.findIndex(({ id }) => id === seen) + 1);
}

export function toVersion(row: ManagedPolicy, version: PolicyVersion) {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === row.defaultVersion,
    CreateDate: toSeconds(version.createdAt),
  };
}

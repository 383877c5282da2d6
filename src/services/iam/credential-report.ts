/** The credential report: a table of who has which credentials, as of one instant. */
import type { Iam, Operation } from "./api.ts";
import { CredentialReportExpiredException, CredentialReportNotPresentException } from "./errors.ts";
import { iamArn, toSeconds } from "./named.ts";
import { passwordPolicy } from "./password-policy.ts";
import type { User } from "./state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For so long the same report is given again. */
const KEPT_MS = 4 * HOUR_MS;

/** The report is made at once: the second call finds it, as does GetCredentialReport. */
export const GenerateCredentialReport: Operation<"GenerateCredentialReport"> = (_input, iam) => {
  const latest = iam.credentialReports.get("report");
  if (latest !== undefined && iam.now - latest.generatedAt <= KEPT_MS) return { State: "COMPLETE" };
  iam.credentialReports.put({ name: "report", content: reportOf(iam), generatedAt: iam.now });
  const Description = "No report exists. Starting a new report generation task";
  return { State: "STARTED", ...(latest === undefined && { Description }) };
};

export const GetCredentialReport: Operation<"GetCredentialReport"> = (_input, iam) => {
  const report = iam.credentialReports.get("report");
  if (report === undefined) throw CredentialReportNotPresentException();
  if (iam.now - report.generatedAt > KEPT_MS) throw CredentialReportExpiredException();
  return {
    Content: Buffer.from(report.content),
    ReportFormat: "text/csv",
    GeneratedTime: toSeconds(report.generatedAt),
  };
};

const KEY_COLUMNS = [
  "active",
  "last_rotated",
  "last_used_date",
  "last_used_region",
  "last_used_service",
];

const COLUMNS = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  ...KEY_COLUMNS.map((column) => `access_key_1_${column}`),
  ...KEY_COLUMNS.map((column) => `access_key_2_${column}`),
  "cert_1_active",
  "cert_1_last_rotated",
  "cert_2_active",
  "cert_2_last_rotated",
];

const NONE = "N/A";

function reportOf(iam: Iam): string {
  const users = iam.users.range("byName").map((user) => userRow(iam, user));
  return [COLUMNS, rootRow(iam), ...users].map((row) => row.join(",")).join("\n");
}

/** Accounts here were always there; of the root user's password nothing is known. */
const rootRow = (iam: Iam): string[] => [
  "<root_account>",
  iam.arn("iam", "root", { region: "" }),
  instant(0),
  "not_supported",
  "no_information",
  "not_supported",
  "not_supported",
  "false",
  ...keyCells(iam, iam.accountId),
  ...certificateCells(iam, iam.accountId),
];

const userRow = (iam: Iam, user: User): string[] => [
  user.name,
  iamArn(iam, "user", user),
  instant(user.createdAt),
  ...passwordCells(iam, user),
  String(iam.mfaDevices.range("byUser", [user.id], { limit: 1 }).length > 0),
  ...keyCells(iam, user.id),
  ...certificateCells(iam, user.id),
];

function passwordCells(iam: Iam, user: User): string[] {
  const profile = iam.loginProfiles.get(user.id);
  if (profile === undefined) return ["false", NONE, NONE, NONE];
  const { maxAgeDays } = passwordPolicy(iam);
  const next = maxAgeDays > 0 ? instant(profile.changedAt + maxAgeDays * DAY_MS) : NONE;
  return ["true", "no_information", instant(profile.changedAt), next];
}

/** AWS: a key that was made inactive keeps its dates. */
function keyCells(iam: Iam, ownerId: string): string[] {
  const keys = iam.accessKeys
    .range("byOwner", [iam.accountId, ownerId])
    .toSorted((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
  return [keys[0], keys[1]].flatMap((key) => {
    if (key === undefined) return ["false", NONE, NONE, NONE, NONE];
    const use = iam.lastUses.get(key.accessKeyId);
    const used =
      use === undefined ? [NONE, NONE, NONE] : [instant(use.at), use.region, use.service];
    return [String(key.status === "Active"), instant(key.createdAt), ...used];
  });
}

function certificateCells(iam: Iam, ownerId: string): string[] {
  const [first, second] = iam.signingCertificates.list([ownerId]);
  return [first, second].flatMap((one) =>
    one === undefined ? ["false", NONE] : [String(one.status === "Active"), instant(one.createdAt)],
  );
}

/** "2030-01-01T00:00:00Z" */
const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

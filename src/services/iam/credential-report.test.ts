import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { CERTIFICATE } from "./certificate.testing.ts";

async function world() {
  const cloud = await startCloud();
  return { cloud, iam: new IAM({ ...cloud.config(), maxAttempts: 1 }) };
}

async function rowsOf(iam: IAM): Promise<string[]> {
  const { Content } = await iam.getCredentialReport({});
  return Buffer.from(Content ?? [])
    .toString("utf8")
    .split("\n");
}

const HEADER =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed," +
  "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated," +
  "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
  "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date," +
  "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active," +
  "cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

const ROOT =
  "<root_account>,arn:aws:iam::000000000000:root,1970-01-01T00:00:00Z,not_supported," +
  "no_information,not_supported,not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A," +
  "false,N/A,false,N/A";

test("a report tells every user's credentials", async () => {
  const { cloud, iam } = await world();
  await iam.createUser({ UserName: "bare", Path: "/eng/" });
  await iam.createUser({ UserName: "Ana" });
  await iam.updateAccountPasswordPolicy({ MaxPasswordAge: 90 });
  await iam.createLoginProfile({ UserName: "Ana", Password: "a long one" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "Ana" });
  await iam.updateAccessKey({
    UserName: "Ana",
    AccessKeyId: AccessKey?.AccessKeyId,
    Status: "Inactive",
  });
  await cloud.clock.advance({ minutes: 1 });
  await iam.uploadSigningCertificate({ UserName: "Ana", CertificateBody: CERTIFICATE });
  await iam.generateCredentialReport({});
  expect(await rowsOf(iam)).toEqual([
    HEADER,
    ROOT,
    "Ana,arn:aws:iam::000000000000:user/Ana,2030-01-01T00:00:00Z,true,no_information," +
      "2030-01-01T00:00:00Z,2030-04-01T00:00:00Z,false,false,2030-01-01T00:00:00Z,N/A,N/A,N/A," +
      "false,N/A,N/A,N/A,N/A,true,2030-01-01T00:01:00Z,false,N/A",
    "bare,arn:aws:iam::000000000000:user/eng/bare,2030-01-01T00:00:00Z,false,N/A,N/A,N/A,false," +
      "false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
  ]);
});

test("a report is made once in four hours, and is not read when it is older", async () => {
  const { cloud, iam } = await world();
  await expect(iam.getCredentialReport({})).rejects.toMatchObject({
    name: "CredentialReportNotPresentException",
    $metadata: { httpStatusCode: 410 },
  });
  expect(await iam.generateCredentialReport({})).toMatchObject({
    State: "STARTED",
    Description: "No report exists. Starting a new report generation task",
  });
  await iam.createUser({ UserName: "late" });
  await cloud.clock.advance({ hours: 4 });
  expect((await iam.generateCredentialReport({})).State).toBe("COMPLETE");
  expect(await rowsOf(iam)).toEqual([HEADER, ROOT]);
  const { GeneratedTime, ReportFormat } = await iam.getCredentialReport({});
  expect([GeneratedTime, ReportFormat]).toEqual([new Date("2030-01-01T00:00:00Z"), "text/csv"]);

  await cloud.clock.advance({ seconds: 1 });
  await expect(iam.getCredentialReport({})).rejects.toMatchObject({
    name: "CredentialReportExpiredException",
    $metadata: { httpStatusCode: 410 },
  });
  expect((await iam.generateCredentialReport({})).State).toBe("STARTED");
  expect((await rowsOf(iam)).length).toBe(3);
});

/**
 * AWS-managed keys: `alias/aws/s3` and the like. They come into being when somebody first asks for
 * them.
 */
import type { Kms } from "./api.ts";
import { addMaterial, freshSecret } from "./key-material.ts";
import { toPolicyText } from "./policy-text.ts";
import { scheduleRotation } from "./rotation-schedule.ts";
import type { Key } from "./state.ts";

interface Managed {
  /** What the key protects, as its description says it. */
  readonly protects: string;
  /** What the policy calls the service. */
  readonly title: string;
  /** In `kms:ViaService`, where it is not the alias's own name. */
  readonly via?: string;
}

const ROTATION_DAYS = 365;

const MANAGED: Readonly<Record<string, Managed>> = {
  acm: { protects: "ACM private keys", title: "ACM" },
  backup: { protects: "Backup data", title: "AWS Backup" },
  codecommit: { protects: "CodeCommit repositories", title: "CodeCommit" },
  dms: { protects: "DMS replication instances", title: "DMS" },
  dynamodb: { protects: "DynamoDB tables", title: "DynamoDB" },
  ebs: { protects: "EBS volumes", title: "EBS", via: "ec2" },
  ecr: { protects: "ECR repositories", title: "ECR" },
  elasticfilesystem: { protects: "EFS filesystems", title: "EFS" },
  es: { protects: "Elasticsearch data", title: "Elasticsearch" },
  fsx: { protects: "FSx resources", title: "FSx" },
  glue: { protects: "Glue data", title: "Glue" },
  kinesis: { protects: "Kinesis streams", title: "Kinesis" },
  lambda: { protects: "Lambda functions", title: "Lambda" },
  rds: { protects: "RDS database volumes", title: "RDS" },
  redshift: { protects: "Redshift clusters", title: "Redshift" },
  s3: { protects: "S3 objects", title: "S3" },
  secretsmanager: { protects: "Secrets Manager data", title: "AWS Secrets Manager" },
  sns: { protects: "SNS messages", title: "SNS" },
  sqs: { protects: "SQS messages", title: "SQS" },
  ssm: { protects: "SSM parameters", title: "SSM" },
  workspaces: { protects: "WorkSpaces data", title: "WorkSpaces" },
  xray: { protects: "X-Ray data", title: "X-Ray" },
};

/** The predefined aliases: every account has them, with a key or without. */
export const MANAGED_ALIASES: readonly string[] = Object.keys(MANAGED).map(
  (service) => `alias/aws/${service}`,
);

export const isManagedAlias = (name: string): boolean => name.startsWith("alias/aws/");

/** Makes the key behind a predefined alias; undefined for any other name. */
export function managedKey(aliasName: string, owner: Kms): Key | undefined {
  if (!isManagedAlias(aliasName)) return undefined;
  const service = aliasName.slice("alias/aws/".length);
  const managed = Object.hasOwn(MANAGED, service) ? MANAGED[service] : undefined;
  if (managed === undefined) return undefined;

  const id = owner.newId();
  const fresh = freshSecret("SYMMETRIC_DEFAULT", owner);
  const material = addMaterial(id, fresh, { state: "CURRENT" }, owner);
  const key = owner.keys.insert({
    id,
    spec: "SYMMETRIC_DEFAULT",
    usage: "ENCRYPT_DECRYPT",
    origin: "AWS_KMS",
    manager: "AWS",
    description: `Default key that protects my ${managed.protects} when no other key is defined`,
    state: "Enabled",
    createdAt: owner.now,
    policy: managedPolicy(service, managed, owner),
    tags: {},
    materialId: material.id,
  });
  const { now } = owner;
  owner.aliases.insert({ name: aliasName, keyId: id, createdAt: now, updatedAt: now });
  return scheduleRotation(key, ROTATION_DAYS, owner);
}

/** AWS: everyone in the account uses it through the service, and nobody without. */
function managedPolicy(service: string, { title, via = service }: Managed, owner: Kms): string {
  const { accountId, region } = owner;
  return toPolicyText({
    Version: "2012-10-17",
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid:
          `Allow access through ${title} for all principals in the account that are ` +
          `authorized to use ${title}`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": accountId,
            "kms:ViaService": `${via}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: owner.arn("iam", "root", { region: "" }) },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
}

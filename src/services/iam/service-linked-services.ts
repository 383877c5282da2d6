/**
 * Services that have a role of their own in the account, and the policy that goes with it. Names
 * as AWS gives them; services that are not here have such roles on AWS, too, but we do not know
 * their names.
 */

export interface ServiceLinked {
  readonly role: string;
  /** Name of the AWS managed policy under /aws-service-role/. */
  readonly policy: string;
  readonly description?: string;
}

export const SERVICE_LINKED: Readonly<Record<string, ServiceLinked>> = {
  "access-analyzer.amazonaws.com": {
    role: "AWSServiceRoleForAccessAnalyzer",
    policy: "AccessAnalyzerServiceRolePolicy",
  },
  "acm.amazonaws.com": {
    role: "AWSServiceRoleForCertificateManager",
    policy: "CertificateManagerServiceRolePolicy",
  },
  "autoscaling.amazonaws.com": {
    role: "AWSServiceRoleForAutoScaling",
    policy: "AutoScalingServiceRolePolicy",
  },
  "backup.amazonaws.com": {
    role: "AWSServiceRoleForBackup",
    policy: "AWSBackupServiceLinkedRolePolicyForBackup",
  },
  "batch.amazonaws.com": { role: "AWSServiceRoleForBatch", policy: "BatchServiceRolePolicy" },
  "cassandra.application-autoscaling.amazonaws.com": {
    role: "AWSServiceRoleForApplicationAutoScaling_CassandraTable",
    policy: "AWSApplicationAutoscalingCassandraTablePolicy",
  },
  "cks.kms.amazonaws.com": {
    role: "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
    policy: "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
  },
  "cloudtrail.amazonaws.com": {
    role: "AWSServiceRoleForCloudTrail",
    policy: "CloudTrailServiceRolePolicy",
  },
  "config.amazonaws.com": { role: "AWSServiceRoleForConfig", policy: "AWSConfigServiceRolePolicy" },
  "dms.amazonaws.com": {
    role: "AWSServiceRoleForDMSServerless",
    policy: "AWSDMSServerlessServiceRolePolicy",
  },
  "dynamodb.application-autoscaling.amazonaws.com": {
    role: "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    policy: "AWSApplicationAutoscalingDynamoDBTablePolicy",
  },
  "ecr.amazonaws.com": {
    role: "AWSServiceRoleForECRTemplate",
    policy: "ECRTemplateServiceRolePolicy",
  },
  "ecs.amazonaws.com": { role: "AWSServiceRoleForECS", policy: "AmazonECSServiceRolePolicy" },
  "ecs.application-autoscaling.amazonaws.com": {
    role: "AWSServiceRoleForApplicationAutoScaling_ECSService",
    policy: "AWSApplicationAutoscalingECSServicePolicy",
  },
  "eks-connector.amazonaws.com": {
    role: "AWSServiceRoleForAmazonEKSConnector",
    policy: "AmazonEKSConnectorServiceRolePolicy",
  },
  "eks-nodegroup.amazonaws.com": {
    role: "AWSServiceRoleForAmazonEKSNodegroup",
    policy: "AWSServiceRoleForAmazonEKSNodegroup",
  },
  "eks.amazonaws.com": { role: "AWSServiceRoleForAmazonEKS", policy: "AmazonEKSServiceRolePolicy" },
  "elasticache.amazonaws.com": {
    role: "AWSServiceRoleForElastiCache",
    policy: "ElastiCacheServiceRolePolicy",
  },
  "elasticbeanstalk.amazonaws.com": {
    role: "AWSServiceRoleForElasticBeanstalk",
    policy: "AWSElasticBeanstalkServiceRolePolicy",
  },
  "elasticfilesystem.amazonaws.com": {
    role: "AWSServiceRoleForAmazonElasticFileSystem",
    policy: "AmazonElasticFileSystemServiceRolePolicy",
  },
  "elasticloadbalancing.amazonaws.com": {
    role: "AWSServiceRoleForElasticLoadBalancing",
    policy: "AWSElasticLoadBalancingServiceRolePolicy",
  },
  "email.cognito-idp.amazonaws.com": {
    role: "AWSServiceRoleForAmazonCognitoIdpEmailService",
    policy: "AmazonCognitoIdpEmailServiceRolePolicy",
  },
  "emr-containers.amazonaws.com": {
    role: "AWSServiceRoleForAmazonEMRContainers",
    policy: "AmazonEMRContainersServiceRolePolicy",
  },
  "es.amazonaws.com": {
    role: "AWSServiceRoleForAmazonElasticsearchService",
    policy: "AmazonElasticsearchServiceRolePolicy",
  },
  "events.amazonaws.com": {
    role: "AWSServiceRoleForCloudWatchEvents",
    policy: "CloudWatchEventsServiceRolePolicy",
  },
  "fsx.amazonaws.com": { role: "AWSServiceRoleForAmazonFSx", policy: "AmazonFSxServiceRolePolicy" },
  "globalaccelerator.amazonaws.com": {
    role: "AWSServiceRoleForGlobalAccelerator",
    policy: "AWSGlobalAcceleratorSLRPolicy",
  },
  "grafana.amazonaws.com": {
    role: "AWSServiceRoleForAmazonGrafana",
    policy: "AmazonGrafanaServiceLinkedRolePolicy",
  },
  "guardduty.amazonaws.com": {
    role: "AWSServiceRoleForAmazonGuardDuty",
    policy: "AmazonGuardDutyServiceRolePolicy",
  },
  "imagebuilder.amazonaws.com": {
    role: "AWSServiceRoleForImageBuilder",
    policy: "AWSServiceRoleForImageBuilder",
  },
  "inspector2.amazonaws.com": {
    role: "AWSServiceRoleForAmazonInspector2",
    policy: "AmazonInspector2ServiceRolePolicy",
  },
  "kafka.amazonaws.com": { role: "AWSServiceRoleForKafka", policy: "KafkaServiceRolePolicy" },
  "kafkaconnect.amazonaws.com": {
    role: "AWSServiceRoleForKafkaConnect",
    policy: "KafkaConnectServiceRolePolicy",
  },
  "lakeformation.amazonaws.com": {
    role: "AWSServiceRoleForLakeFormationDataAccess",
    policy: "LakeFormationDataAccessServiceRolePolicy",
  },
  "m2.amazonaws.com": { role: "AWSServiceRoleForAWSM2", policy: "AWSM2ServicePolicy" },
  "macie.amazonaws.com": {
    role: "AWSServiceRoleForAmazonMacie",
    policy: "AmazonMacieServiceRolePolicy",
  },
  "memorydb.amazonaws.com": {
    role: "AWSServiceRoleForMemoryDB",
    policy: "MemoryDBServiceRolePolicy",
  },
  "mq.amazonaws.com": { role: "AWSServiceRoleForAmazonMQ", policy: "AmazonMQServiceRolePolicy" },
  "mrk.kms.amazonaws.com": {
    role: "AWSServiceRoleForKeyManagementServiceMultiRegionKeys",
    policy: "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
  },
  "notifications.amazonaws.com": {
    role: "AWSServiceRoleForAwsUserNotifications",
    policy: "AWSUserNotificationsServiceLinkedRolePolicy",
  },
  "observability.aoss.amazonaws.com": {
    role: "AWSServiceRoleForAmazonOpenSearchServerless",
    policy: "AmazonOpenSearchServerlessServiceRolePolicy",
  },
  "opensearchservice.amazonaws.com": {
    role: "AWSServiceRoleForAmazonOpenSearchService",
    policy: "AmazonOpenSearchServiceRolePolicy",
  },
  "ops.apigateway.amazonaws.com": {
    role: "AWSServiceRoleForAPIGateway",
    policy: "APIGatewayServiceRolePolicy",
  },
  "opsdatasync.ssm.amazonaws.com": {
    role: "AWSServiceRoleForSystemsManagerOpsDataSync",
    policy: "AWSSystemsManagerOpsDataSyncServiceRolePolicy",
  },
  "opsinsights.ssm.amazonaws.com": {
    role: "AWSServiceRoleForAmazonSSM_OpsInsights",
    policy: "AWSSSMOpsInsightsServiceRolePolicy",
  },
  "organizations.amazonaws.com": {
    role: "AWSServiceRoleForOrganizations",
    policy: "AWSOrganizationsServiceTrustPolicy",
  },
  "pullthroughcache.ecr.amazonaws.com": {
    role: "AWSServiceRoleForECRPullThroughCache",
    policy: "AWSECRPullThroughCache_ServiceRolePolicy",
  },
  "ram.amazonaws.com": {
    role: "AWSServiceRoleForResourceAccessManager",
    policy: "AWSResourceAccessManagerServiceRolePolicy",
  },
  "rds.amazonaws.com": {
    role: "AWSServiceRoleForRDS",
    policy: "AmazonRDSServiceRolePolicy",
    description: "Allows Amazon RDS to manage AWS resources on your behalf",
  },
  "redshift.amazonaws.com": {
    role: "AWSServiceRoleForRedshift",
    policy: "AmazonRedshiftServiceLinkedRolePolicy",
  },
  "replication.cassandra.amazonaws.com": {
    role: "AWSServiceRoleForKeyspacesReplication",
    policy: "KeyspacesReplicationServiceRolePolicy",
  },
  "repository.sync.codeconnections.amazonaws.com": {
    role: "AWSServiceRoleForGitSync",
    policy: "AWSGitSyncServiceRolePolicy",
  },
  "resource-explorer-2.amazonaws.com": {
    role: "AWSServiceRoleForResourceExplorer",
    policy: "AWSResourceExplorerServiceRolePolicy",
  },
  "s3-outposts.amazonaws.com": {
    role: "AWSServiceRoleForS3OnOutposts",
    policy: "AWSS3OnOutpostsServiceRolePolicy",
  },
  "securityhub.amazonaws.com": {
    role: "AWSServiceRoleForSecurityHub",
    policy: "AWSSecurityHubServiceRolePolicy",
  },
  "ses.amazonaws.com": { role: "AWSServiceRoleForAmazonSES", policy: "AmazonSESServiceRolePolicy" },
  "shield.amazonaws.com": {
    role: "AWSServiceRoleForAWSShield",
    policy: "AWSShieldServiceRolePolicy",
  },
  "spot.amazonaws.com": { role: "AWSServiceRoleForEC2Spot", policy: "AWSEC2SpotServiceRolePolicy" },
  "spotfleet.amazonaws.com": {
    role: "AWSServiceRoleForEC2SpotFleet",
    policy: "AWSEC2SpotFleetServiceRolePolicy",
  },
  "ssm.amazonaws.com": { role: "AWSServiceRoleForAmazonSSM", policy: "AmazonSSMServiceRolePolicy" },
  "sso.amazonaws.com": {
    role: "AWSServiceRoleForSSO",
    policy: "AWSSSOServiceRolePolicy",
    description:
      "Service-linked role used by AWS SSO to manage AWS resources, " +
      "including IAM roles, policies and SAML IdP on your behalf.",
  },
  "transitgateway.amazonaws.com": {
    role: "AWSServiceRoleForVPCTransitGateway",
    policy: "AWSVPCTransitGatewayServiceRolePolicy",
  },
  "trustedadvisor.amazonaws.com": {
    role: "AWSServiceRoleForTrustedAdvisor",
    policy: "AWSTrustedAdvisorServiceRolePolicy",
  },
  "wafv2.amazonaws.com": {
    role: "AWSServiceRoleForWAFV2Logging",
    policy: "WAFV2LoggingServiceRolePolicy",
  },
};

/** They take no suffix behind the name of their role. */
export const WITHOUT_SUFFIX: ReadonlySet<string> = new Set([
  "accountdiscovery.ssm.amazonaws.com",
  "acm.amazonaws.com",
  "appmesh.amazonaws.com",
  "autoscaling-plans.amazonaws.com",
  "backup.amazonaws.com",
  "batch.amazonaws.com",
  "cassandra.application-autoscaling.amazonaws.com",
  "cks.kms.amazonaws.com",
  "cloudtrail.amazonaws.com",
  "codestar-notifications.amazonaws.com",
  "config.amazonaws.com",
  "dms-fleet-advisor.amazonaws.com",
  "dms.amazonaws.com",
  "docdb-elastic.amazonaws.com",
  "ec2-instance-connect.amazonaws.com",
  "ec2.application-autoscaling.amazonaws.com",
  "ecr.amazonaws.com",
  "ecs.amazonaws.com",
  "eks-connector.amazonaws.com",
  "eks-fargate.amazonaws.com",
  "eks-nodegroup.amazonaws.com",
  "eks.amazonaws.com",
  "elasticache.amazonaws.com",
  "elasticbeanstalk.amazonaws.com",
  "elasticfilesystem.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "email.cognito-idp.amazonaws.com",
  "emr-containers.amazonaws.com",
  "emrwal.amazonaws.com",
  "fis.amazonaws.com",
  "grafana.amazonaws.com",
  "imagebuilder.amazonaws.com",
  "iotmanagedintegrations.amazonaws.com",
  "kafka.amazonaws.com",
  "kafkaconnect.amazonaws.com",
  "lakeformation.amazonaws.com",
  "lex.amazonaws.com",
  "lightsail.amazonaws.com",
  "m2.amazonaws.com",
  "memorydb.amazonaws.com",
  "mq.amazonaws.com",
  "mrk.kms.amazonaws.com",
  "notifications.amazonaws.com",
  "observability.aoss.amazonaws.com",
  "opensearchservice.amazonaws.com",
  "ops.apigateway.amazonaws.com",
  "ops.emr-serverless.amazonaws.com",
  "opsdatasync.ssm.amazonaws.com",
  "opsinsights.ssm.amazonaws.com",
  "pullthroughcache.ecr.amazonaws.com",
  "ram.amazonaws.com",
  "rds.amazonaws.com",
  "redshift.amazonaws.com",
  "replication.cassandra.amazonaws.com",
  "replication.ecr.amazonaws.com",
  "repository.sync.codeconnections.amazonaws.com",
  "resource-explorer-2.amazonaws.com",
  "rolesanywhere.amazonaws.com",
  "s3-outposts.amazonaws.com",
  "ses.amazonaws.com",
  "shield.amazonaws.com",
  "ssm-incidents.amazonaws.com",
  "ssm-quicksetup.amazonaws.com",
  "ssm.amazonaws.com",
  "sso.amazonaws.com",
  "vpcorigin.cloudfront.amazonaws.com",
  "waf.amazonaws.com",
  "wafv2.amazonaws.com",
]);

/** Every operation of IAM that is there. */
export {
  CreateAccessKey,
  ListAccessKeys,
  UpdateAccessKey,
  DeleteAccessKey,
  GetAccessKeyLastUsed,
} from "./access-key.ts";
export { CreateAccountAlias, ListAccountAliases, DeleteAccountAlias } from "./account-alias.ts";
export { GetAccountSummary, GetAccountAuthorizationDetails } from "./account.ts";
export {
  AttachUserPolicy,
  AttachGroupPolicy,
  AttachRolePolicy,
  DetachUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  ListAttachedUserPolicies,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListEntitiesForPolicy,
} from "./attached-policy.ts";
export {
  PutUserPermissionsBoundary,
  PutRolePermissionsBoundary,
  DeleteUserPermissionsBoundary,
  DeleteRolePermissionsBoundary,
} from "./boundary.ts";
export {
  CreateGroup,
  GetGroup,
  ListGroups,
  UpdateGroup,
  DeleteGroup,
  AddUserToGroup,
  RemoveUserFromGroup,
  ListGroupsForUser,
} from "./group.ts";
export {
  PutUserPolicy,
  PutGroupPolicy,
  PutRolePolicy,
  GetUserPolicy,
  GetGroupPolicy,
  GetRolePolicy,
  ListUserPolicies,
  ListGroupPolicies,
  ListRolePolicies,
  DeleteUserPolicy,
  DeleteGroupPolicy,
  DeleteRolePolicy,
} from "./inline-policy.ts";
export {
  CreateInstanceProfile,
  GetInstanceProfile,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  AddRoleToInstanceProfile,
  RemoveRoleFromInstanceProfile,
  DeleteInstanceProfile,
} from "./instance-profile.ts";
export {
  CreateLoginProfile,
  GetLoginProfile,
  UpdateLoginProfile,
  DeleteLoginProfile,
  ChangePassword,
} from "./login-profile.ts";
export { CreatePolicy, GetPolicy, ListPolicies, DeletePolicy } from "./managed-policy.ts";
export {
  UpdateAccountPasswordPolicy,
  GetAccountPasswordPolicy,
  DeleteAccountPasswordPolicy,
} from "./password-policy.ts";
export {
  CreatePolicyVersion,
  GetPolicyVersion,
  ListPolicyVersions,
  SetDefaultPolicyVersion,
  DeletePolicyVersion,
} from "./policy-version.ts";
export {
  CreateRole,
  GetRole,
  ListRoles,
  UpdateRole,
  UpdateRoleDescription,
  UpdateAssumeRolePolicy,
  DeleteRole,
} from "./role.ts";
export {
  CreateServiceLinkedRole,
  DeleteServiceLinkedRole,
  GetServiceLinkedRoleDeletionStatus,
} from "./service-linked-role.ts";
export {
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
} from "./simulation.ts";
export {
  TagUser,
  UntagUser,
  ListUserTags,
  TagRole,
  UntagRole,
  ListRoleTags,
  TagPolicy,
  UntagPolicy,
  ListPolicyTags,
  TagInstanceProfile,
  UntagInstanceProfile,
  ListInstanceProfileTags,
  TagServerCertificate,
  UntagServerCertificate,
  ListServerCertificateTags,
  TagMFADevice,
  UntagMFADevice,
  ListMFADeviceTags,
  TagOpenIDConnectProvider,
  UntagOpenIDConnectProvider,
  ListOpenIDConnectProviderTags,
  TagSAMLProvider,
  UntagSAMLProvider,
  ListSAMLProviderTags,
} from "./tagging.ts";
export { SetSecurityTokenServicePreferences } from "./token-version.ts";
export { CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser } from "./user.ts";
export { GenerateCredentialReport, GetCredentialReport } from "./credential-report.ts";
export {
  UploadSSHPublicKey,
  GetSSHPublicKey,
  ListSSHPublicKeys,
  UpdateSSHPublicKey,
  DeleteSSHPublicKey,
} from "./ssh-public-key.ts";
export {
  UploadSigningCertificate,
  ListSigningCertificates,
  UpdateSigningCertificate,
  DeleteSigningCertificate,
} from "./signing-certificate.ts";
export {
  UploadServerCertificate,
  GetServerCertificate,
  ListServerCertificates,
  UpdateServerCertificate,
  DeleteServerCertificate,
} from "./server-certificate.ts";
export {
  CreateVirtualMFADevice,
  EnableMFADevice,
  ResyncMFADevice,
  DeactivateMFADevice,
  DeleteVirtualMFADevice,
  GetMFADevice,
  ListMFADevices,
  ListVirtualMFADevices,
} from "./mfa-device.ts";
export {
  CreateOpenIDConnectProvider,
  GetOpenIDConnectProvider,
  ListOpenIDConnectProviders,
  AddClientIDToOpenIDConnectProvider,
  RemoveClientIDFromOpenIDConnectProvider,
  UpdateOpenIDConnectProviderThumbprint,
  DeleteOpenIDConnectProvider,
} from "./oidc-provider.ts";
export {
  CreateSAMLProvider,
  GetSAMLProvider,
  ListSAMLProviders,
  UpdateSAMLProvider,
  DeleteSAMLProvider,
} from "./saml-provider.ts";
export {
  CreateServiceSpecificCredential,
  ListServiceSpecificCredentials,
  ResetServiceSpecificCredential,
  UpdateServiceSpecificCredential,
  DeleteServiceSpecificCredential,
} from "./service-credential.ts";

/** The default quotas of an account, as published. */
export const QUOTAS = {
  users: 5000,
  groups: 300,
  roles: 1000,
  policies: 1500,
  instanceProfiles: 1000,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  attachedPolicies: 10,
  versionsPerPolicy: 5,
  managedPolicySize: 6144,
  inlineSize: { user: 2048, group: 5120, role: 10_240 },
  trustPolicySize: 2048,
  tags: 50,
} as const;

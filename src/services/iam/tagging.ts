/** Tags of all that has tags: the same three operations on each. */
import type { Iam, Operation } from "./api.ts";
import { findProfile } from "./instance-profile.ts";
import { findOwnPolicy, findPolicy } from "./managed-policy.ts";
import { findMfaDevice } from "./mfa-device.ts";
import { findRole, findUser } from "./named.ts";
import { findOidcProvider } from "./oidc-provider.ts";
import { pageOf, type PageInput } from "./page.ts";
import { findSamlProvider } from "./saml-provider.ts";
import { findServerCertificate } from "./server-certificate.ts";
import type { Tags } from "./state.ts";
import { toTagList, withoutTags, withTags } from "./tag.ts";

interface Tagged {
  readonly tags: Tags;
}

/** How a thing is found by the member that names it, and given other tags. */
function tagging<Input, Row extends Tagged>(
  find: (input: Input, iam: Iam) => Row,
  change: (row: Row, tags: Tags, iam: Iam) => void,
) {
  return {
    tag: (input: Input & { readonly Tags: Parameters<typeof withTags>[1] }, iam: Iam) => {
      const row = find(input, iam);
      change(row, withTags(row.tags, input.Tags), iam);
      return {};
    },
    untag: (input: Input & { readonly TagKeys: readonly string[] }, iam: Iam) => {
      const row = find(input, iam);
      change(row, withoutTags(row.tags, input.TagKeys), iam);
      return {};
    },
    list: (input: Input & PageInput, iam: Iam) => tagPage(find(input, iam).tags, input),
  };
}

function tagPage(tags: Tags, input: PageInput) {
  const { items, rest } = pageOf(toTagList(tags), input, ({ Key }) => Key);
  return { Tags: [...items], ...rest };
}

const users = tagging(
  (input: { readonly UserName: string }, iam) => findUser(iam, input.UserName),
  (row, tags, iam) => iam.users.update(row, { tags }),
);
export const TagUser: Operation<"TagUser"> = users.tag;
export const UntagUser: Operation<"UntagUser"> = users.untag;
export const ListUserTags: Operation<"ListUserTags"> = users.list;

const roles = tagging(
  (input: { readonly RoleName: string }, iam) => findRole(iam, input.RoleName),
  (row, tags, iam) => iam.roles.update(row, { tags }),
);
export const TagRole: Operation<"TagRole"> = roles.tag;
export const UntagRole: Operation<"UntagRole"> = roles.untag;
export const ListRoleTags: Operation<"ListRoleTags"> = roles.list;

const profiles = tagging(
  (input: { readonly InstanceProfileName: string }, iam) =>
    findProfile(iam, input.InstanceProfileName),
  (row, tags, iam) => iam.profiles.update(row, { tags }),
);
export const TagInstanceProfile: Operation<"TagInstanceProfile"> = profiles.tag;
export const UntagInstanceProfile: Operation<"UntagInstanceProfile"> = profiles.untag;
export const ListInstanceProfileTags: Operation<"ListInstanceProfileTags"> = profiles.list;

const certificates = tagging(
  (input: { readonly ServerCertificateName: string }, iam) =>
    findServerCertificate(iam, input.ServerCertificateName),
  (row, tags, iam) => iam.serverCertificates.update(row, { tags }),
);
export const TagServerCertificate: Operation<"TagServerCertificate"> = certificates.tag;
export const UntagServerCertificate: Operation<"UntagServerCertificate"> = certificates.untag;
export const ListServerCertificateTags: Operation<"ListServerCertificateTags"> = certificates.list;

const devices = tagging(
  (input: { readonly SerialNumber: string }, iam) => findMfaDevice(iam, input.SerialNumber),
  (row, tags, iam) => iam.mfaDevices.update(row, { tags }),
);
export const TagMFADevice: Operation<"TagMFADevice"> = devices.tag;
export const UntagMFADevice: Operation<"UntagMFADevice"> = devices.untag;
export const ListMFADeviceTags: Operation<"ListMFADeviceTags"> = devices.list;

const oidc = tagging(
  (input: { readonly OpenIDConnectProviderArn: string }, iam) =>
    findOidcProvider(iam, input.OpenIDConnectProviderArn),
  (row, tags, iam) => iam.oidcProviders.update(row, { tags }),
);
export const TagOpenIDConnectProvider: Operation<"TagOpenIDConnectProvider"> = oidc.tag;
export const UntagOpenIDConnectProvider: Operation<"UntagOpenIDConnectProvider"> = oidc.untag;
export const ListOpenIDConnectProviderTags: Operation<"ListOpenIDConnectProviderTags"> = oidc.list;

const saml = tagging(
  (input: { readonly SAMLProviderArn: string }, iam) =>
    findSamlProvider(iam, input.SAMLProviderArn),
  (row, tags, iam) => iam.samlProviders.update(row, { tags }),
);
export const TagSAMLProvider: Operation<"TagSAMLProvider"> = saml.tag;
export const UntagSAMLProvider: Operation<"UntagSAMLProvider"> = saml.untag;
export const ListSAMLProviderTags: Operation<"ListSAMLProviderTags"> = saml.list;

/** Of AWS's own policies the tags may be listed, and not changed. */
const policies = (operation: string) =>
  tagging(
    (input: { readonly PolicyArn: string }, iam) => findOwnPolicy(iam, input.PolicyArn, operation),
    (row, tags, iam) => iam.policies.update(row, { tags }),
  );
export const TagPolicy: Operation<"TagPolicy"> = policies("TagPolicy").tag;
export const UntagPolicy: Operation<"UntagPolicy"> = policies("UntagPolicy").untag;
export const ListPolicyTags: Operation<"ListPolicyTags"> = (input, iam) =>
  tagPage(findPolicy(iam, input.PolicyArn).tags, input);

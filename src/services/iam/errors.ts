import { defineErrors } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

export const {
  NoSuchEntityException,
  EntityAlreadyExistsException,
  DeleteConflictException,
  LimitExceededException,
  InvalidInputException,
  MalformedPolicyDocumentException,
  UnmodifiableEntityException,
  PasswordPolicyViolationException,
  InvalidUserTypeException,
  PolicyNotAttachableException,
  InvalidPublicKeyException,
  DuplicateSSHPublicKeyException,
  UnrecognizedPublicKeyEncodingException,
  MalformedCertificateException,
  DuplicateCertificateException,
  KeyPairMismatchException,
  InvalidAuthenticationCodeException,
  CredentialReportNotPresentException,
  CredentialReportExpiredException,
  ValidationError,
  AccessDenied,
  InvalidClientTokenId,
} = defineErrors<Sdk>()(
  {
    NoSuchEntityException: (sentence: string) => sentence,
    EntityAlreadyExistsException: (sentence: string) => sentence,
    DeleteConflictException: (sentence: string) => sentence,
    LimitExceededException: (sentence: string) => sentence,
    InvalidInputException: (sentence: string) => sentence,
    MalformedPolicyDocumentException: (sentence: string) => sentence,
    UnmodifiableEntityException: (sentence: string) => sentence,
    PasswordPolicyViolationException: (sentence: string) => sentence,
    InvalidUserTypeException: (sentence: string) => sentence,
    InvalidPublicKeyException: "Invalid public key uploaded.",
    DuplicateSSHPublicKeyException: "The SSH public key is already associated with the user.",
    UnrecognizedPublicKeyEncodingException: "Invalid public key uploaded.",
    MalformedCertificateException: (sentence: string) => sentence,
    DuplicateCertificateException: (sentence: string) => sentence,
    KeyPairMismatchException: "Private key doesn't match the certificate.",
    InvalidAuthenticationCodeException: "Authentication code for device is not valid.",
    // AWS: there is no sentence in either.
    CredentialReportNotPresentException: "",
    CredentialReportExpiredException: "",
    PolicyNotAttachableException: (arn: string) => `Cannot attach ${arn} to an entity.`,
  },
  {
    ValidationError: { status: 400, wording: (sentence: string) => sentence },
    AccessDenied: { status: 403, wording: (sentence: string) => sentence },
    InvalidClientTokenId: { status: 403, wording: (sentence: string) => sentence },
  },
);

/** "The user with name bob cannot be found." */
export const notFound = (kind: string, name: string, by = "name") =>
  NoSuchEntityException(`The ${kind} with ${by} ${name} cannot be found.`);

/** "User with name bob already exists." */
export const alreadyThere = (kind: string, name: string) =>
  EntityAlreadyExistsException(`${kind} with name ${name} already exists.`);

export const policyNotFound = (arn: string) =>
  NoSuchEntityException(`Policy ${arn} was not found.`);

export const policyNotAttachable = (arn: string) =>
  NoSuchEntityException(`Policy ${arn} does not exist or is not attachable.`);

/** AWS: so it calls a permissions boundary. */
export const scopeNotAttachable = (arn: string) =>
  NoSuchEntityException(`Scope ARN: ${arn} does not exist or is not attachable.`);

export const quotaExceeded = (quota: string, limit: number) =>
  LimitExceededException(`Cannot exceed quota for ${quota}: ${limit}`);

/** What must go before an entity can be deleted. */
export const stillInUse = (demand: string) =>
  DeleteConflictException(`Cannot delete entity, must ${demand} first.`);

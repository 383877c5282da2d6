/** What IAM says in words of its own: of names and paths, alone and before all else. */
import type { Dialect, FirstLook } from "./dialects.ts";
import { lowerFirst } from "./display.ts";

const NAMES = [
  "UserName",
  "NewUserName",
  "GroupName",
  "NewGroupName",
  "RoleName",
  "PolicyName",
  "InstanceProfileName",
  "ServerCertificateName",
  "NewServerCertificateName",
  "VirtualMFADeviceName",
];
const PATHS = ["Path", "NewPath"];

const NAME = /^[\w+=,.@-]+$/;
const PATH = /^\/([\u0021-\u007e]+\/)?$/;

const namesAndPaths: FirstLook = (input) => {
  const wrong = (form: RegExp) => (member: string) => {
    const value = input[member];
    return typeof value === "string" && !form.test(value);
  };
  const name = NAMES.find(wrong(NAME));
  if (name !== undefined) {
    return (
      `The specified value for ${lowerFirst(name)} is invalid. ` +
      "It must contain only alphanumeric characters and/or the following: +=,.@_-"
    );
  }
  const path = PATHS.find(wrong(PATH));
  if (path === undefined) return undefined;
  return (
    `The specified value for ${lowerFirst(path)} is invalid. ` +
    "It must begin and end with / and contain only alphanumeric characters and/or / characters."
  );
};

export const IAM: Dialect = { firstOfAll: namesAndPaths, hidesValues: true, hidesEnums: true };

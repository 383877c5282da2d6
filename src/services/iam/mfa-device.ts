/** Virtual MFA devices: made with a seed that is told once, and then bound to a user. */
import type { Iam, Operation } from "./api.ts";
import {
  DeleteConflictException,
  EntityAlreadyExistsException,
  InvalidAuthenticationCodeException,
  NoSuchEntityException,
  quotaExceeded,
  ValidationError,
} from "./errors.ts";
import { findUser, iamArn, toSeconds } from "./named.ts";
import { base32, stepAt, stepOfCode, stepOfCodes } from "./one-time-code.ts";
import { pageOf } from "./page.ts";
import { qrCodePng } from "./qr-code.ts";
import { QUOTAS } from "./quotas.ts";
import type { MfaDevice, User } from "./state.ts";
import { tagsMember, toTags } from "./tag.ts";
import { toUser, userOrCaller, userOrRoot } from "./user.ts";

const SEED_BYTES = 40;
const NAME_CHARACTERS_MAX = 226;

export const CreateVirtualMFADevice: Operation<"CreateVirtualMFADevice"> = (input, iam) => {
  const name = input.VirtualMFADeviceName;
  // The model names no limit; the quotas of IAM do.
  if (name.length > NAME_CHARACTERS_MAX) {
    throw ValidationError(
      "1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy " +
        `constraint: Member must have length less than or equal to ${NAME_CHARACTERS_MAX}`,
    );
  }
  const serial = iamArn(iam, "mfa", { path: input.Path ?? "/", name });
  if (iam.mfaDevices.has(serial)) {
    throw EntityAlreadyExistsException(
      "MFADevice entity at the same path and name already exists.",
    );
  }
  const device = iam.mfaDevices.insert({
    serial,
    createdAt: iam.now,
    seed: iam.ids.bytes(SEED_BYTES),
    tags: toTags(input.Tags),
    driftSteps: 0,
    usedStep: 0,
  });
  const seed = base32(device.seed);
  return {
    VirtualMFADevice: {
      SerialNumber: serial,
      Base32StringSeed: Buffer.from(seed),
      QRCodePNG: qrCodePng(addressOf(iam, name, seed)),
      ...tagsMember(device.tags),
    },
  };
};

/** What programs for one-time codes read, with the account as people call it. */
function addressOf(iam: Iam, name: string, seed: string): string {
  const issuer = "Amazon%20Web%20Services";
  const account = iam.aliases.range("byAccount", [iam.accountId])[0]?.alias ?? iam.accountId;
  const label = `${issuer}:${encodeURIComponent(name)}@${account}`;
  return `otpauth://totp/${label}?secret=${seed}&issuer=${issuer}`;
}

export const EnableMFADevice: Operation<"EnableMFADevice"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  const device = findMfaDevice(iam, input.SerialNumber);
  if (device.userId !== undefined) {
    throw EntityAlreadyExistsException("MFA device is already in use.");
  }
  const most = QUOTAS.mfaDevicesPerUser;
  if (devicesOf(iam, user.id).length >= most) throw quotaExceeded("MFADevicesPerUser", most);
  const synchronised = synchronise(iam, device, input);
  iam.mfaDevices.update(synchronised, { userId: user.id, enabledAt: iam.now });
  return {};
};

export const ResyncMFADevice: Operation<"ResyncMFADevice"> = (input, iam) => {
  const user = findUser(iam, input.UserName);
  synchronise(iam, findDeviceOf(iam, user, input.SerialNumber), input);
  return {};
};

export const DeactivateMFADevice: Operation<"DeactivateMFADevice"> = (input, iam) => {
  const user = userOrCaller(input.UserName, iam);
  const device = findDeviceOf(iam, user, input.SerialNumber);
  iam.mfaDevices.update(device, { userId: undefined, enabledAt: undefined });
  return {};
};

export const DeleteVirtualMFADevice: Operation<"DeleteVirtualMFADevice"> = (input, iam) => {
  const device = findMfaDevice(iam, input.SerialNumber);
  if (device.userId !== undefined) {
    throw DeleteConflictException("MFA VirtualDevice in use. Must deactivate first.");
  }
  iam.mfaDevices.remove(device);
  return {};
};

export const GetMFADevice: Operation<"GetMFADevice"> = (input, iam) => {
  const user = userOrRoot(input.UserName, iam);
  const device = findDeviceOf(iam, user, input.SerialNumber);
  return describe(user, device);
};

export const ListMFADevices: Operation<"ListMFADevices"> = (input, iam) => {
  const user = userOrRoot(input.UserName, iam);
  const { items, rest } = pageOf(devicesOf(iam, user.id), input, ({ serial }) => serial);
  return { MFADevices: items.map((device) => describe(user, device)), ...rest };
};

export const ListVirtualMFADevices: Operation<"ListVirtualMFADevices"> = (input, iam) => {
  const asked = input.AssignmentStatus ?? "Any";
  const devices = iam.mfaDevices
    .list()
    .filter(({ userId }) => asked === "Any" || (userId !== undefined) === (asked === "Assigned"));
  const { items, rest } = pageOf(devices, input, ({ serial }) => serial);
  const VirtualMFADevices = items.map(({ serial, userId, enabledAt }) => {
    const user = userId === undefined ? undefined : iam.users.get(userId);
    return {
      SerialNumber: serial,
      ...(user !== undefined && { User: toUser(iam, user) }),
      ...(enabledAt !== undefined && { EnableDate: toSeconds(enabledAt) }),
    };
  });
  return { VirtualMFADevices, ...rest };
};

/** Whether the code is what the user's device shows now. A code is good once: `use` notes it. */
export function checkMfaCode(
  iam: Iam,
  { userId, serial, code, use }: { userId: string; serial: string; code: string; use: boolean },
): "right" | "wrong" | "no such device" {
  const device = iam.mfaDevices.get(serial);
  if (device === undefined || device.userId !== userId) return "no such device";
  const step = stepOfCode(device, code, iam.now);
  if (step === undefined) return "wrong";
  if (use) noteUse(iam, device, step);
  return "right";
}

interface Codes {
  readonly AuthenticationCode1: string;
  readonly AuthenticationCode2: string;
}

/** Two codes in a row tell how far the device's clock is from ours. */
function synchronise(iam: Iam, device: MfaDevice, codes: Codes): MfaDevice {
  const both = [codes.AuthenticationCode1, codes.AuthenticationCode2] as const;
  const step = stepOfCodes(device, both, iam.now);
  if (step === undefined) throw InvalidAuthenticationCodeException();
  return noteUse(iam, device, step);
}

/** The second of two codes is the next one as often as the present one: that is no drift. */
function noteUse(iam: Iam, device: MfaDevice, step: number): MfaDevice {
  const ahead = step - stepAt(iam.now);
  const driftSteps = Math.abs(ahead) <= 1 ? 0 : ahead;
  return iam.mfaDevices.update(device, { usedStep: step, driftSteps });
}

export function findMfaDevice(iam: Iam, serial: string): MfaDevice {
  const device = iam.mfaDevices.get(serial);
  if (device === undefined) {
    throw NoSuchEntityException(`VirtualMFADevice with serial number ${serial} doesn't exist.`);
  }
  return device;
}

function findDeviceOf(iam: Iam, user: Pick<User, "id">, serial: string): MfaDevice {
  const device = findMfaDevice(iam, serial);
  if (device.userId !== user.id) throw NoSuchEntityException("MFA Device invalid for user.");
  return device;
}

const devicesOf = (iam: Iam, userId: string): MfaDevice[] =>
  iam.mfaDevices.range("byUser", [userId]);

const describe = (user: Pick<User, "name">, { serial, enabledAt = 0 }: MfaDevice) => ({
  UserName: user.name,
  SerialNumber: serial,
  EnableDate: toSeconds(enabledAt),
});

/** One-time codes of virtual MFA devices: RFC 6238 with SHA-1, thirty seconds and six digits. */
import { createHmac } from "node:crypto";
import type { MfaDevice } from "./state.ts";

const STEP_MS = 30_000;
const DIGITS = 6;
const SEED_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const stepAt = (at: number): number => Math.floor(at / STEP_MS);

export function oneTimeCode(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", seed).update(counter).digest();
  const from = (digest.at(-1) ?? 0) & 15;
  const number = digest.readUInt32BE(from) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** How far a device's clock may be off when a code is used, and when it is set anew. */
const STEPS_OFF = 1;
const STEPS_OFF_ANEW = 20;

/** The step of a code that is good now and was not used; undefined when the code is not good. */
export function stepOfCode(device: MfaDevice, code: string, now: number): number | undefined {
  const middle = stepAt(now) + device.driftSteps;
  return stepsAround(middle, STEPS_OFF).find(
    (step) => step > device.usedStep && oneTimeCode(device.seed, step) === code,
  );
}

/** The step of the second of two codes that follow one another. */
export function stepOfCodes(
  device: MfaDevice,
  [first, second]: readonly [string, string],
  now: number,
): number | undefined {
  const before = stepsAround(stepAt(now), STEPS_OFF_ANEW).find(
    (step) =>
      step > device.usedStep &&
      oneTimeCode(device.seed, step) === first &&
      oneTimeCode(device.seed, step + 1) === second,
  );
  return before === undefined ? undefined : before + 1;
}

/** The nearest first. */
function stepsAround(middle: number, off: number): number[] {
  const steps = [middle];
  for (let distance = 1; distance <= off; distance++) {
    steps.push(middle - distance, middle + distance);
  }
  return steps;
}

/** RFC 4648, for seeds whose length needs no filling up. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += SEED_ALPHABET.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return text;
}

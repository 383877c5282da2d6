/**
 * Keeps a process on this machine. Loaded before every test file, and into servers that the tests start: whoever connects,
 * sends or looks a name up beyond the loopback gets an error, and the attempt is told, even when the error is swallowed.
 */
import { Socket as DatagramSocket } from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isIP, Socket } from "node:net";

/** Where a process that is not a test writes its attempts: a file, one a line. */
const TOLD = process.env["OUTWARD_ATTEMPTS"];

interface Shared {
  outwardAttempts?: string[];
}

const shared = globalThis as Shared;

/** What was tried since it was last asked. */
export const takeAttempts = (): string[] => shared.outwardAttempts?.splice(0) ?? [];

export const isHere = (host: string): boolean => {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (name.startsWith("::ffff:")) return isHere(name.slice(7));
  if (isIP(name) === 4) return name.startsWith("127.") || name === "0.0.0.0";
  if (isIP(name) === 6) return name === "::1" || name === "::";
  return name === "" || name === "localhost" || name.endsWith(".localhost");
};

if (shared.outwardAttempts === undefined) {
  shared.outwardAttempts = [];
  guardSockets();
  guardDatagrams();
  guardNames();
  syncBuiltinESMExports();
}

function refused(what: string): Error {
  shared.outwardAttempts?.push(what);
  if (TOLD !== undefined) appendFileSync(TOLD, `${what}\n`);
  return Object.assign(new Error(`Tests stay on this machine: ${what}`), { code: "ENETUNREACH" });
}

type Anything = (...given: unknown[]) => unknown;

function guardSockets(): void {
  const prototype = Socket.prototype as unknown as { connect: Anything };
  const original = prototype.connect;
  prototype.connect = function (this: Socket, ...given: unknown[]) {
    const host = hostOf(given);
    if (host === undefined || isHere(host)) return original.apply(this, given);
    const error = refused(`connect ${host}`);
    // As a connection that fails: later, when whoever asked is listening.
    Object.assign(this, { connecting: true });
    setImmediate(() => this.destroy(error));
    return this;
  };
}

/** Of the forms that `connect` takes; undefined for a socket in the file system. */
function hostOf(given: readonly unknown[]): string | undefined {
  // Node hands its own normalised form on, an array of the options and the listener.
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (typeof first === "object" && first !== null) {
    const { host, path } = first as { readonly host?: string; readonly path?: string };
    return typeof path === "string" ? undefined : (host ?? "localhost");
  }
  if (Number.isNaN(Number(first))) return undefined;
  return typeof second === "string" ? second : "localhost";
}

function guardDatagrams(): void {
  const { prototype } = DatagramSocket as unknown as { prototype: Record<string, Anything> };
  for (const name of ["send", "connect"]) {
    const original = prototype[name];
    if (original === undefined) throw new Error(`datagram sockets have no ${name}`);
    prototype[name] = function (this: unknown, ...given: unknown[]) {
      const host = given.slice(1).find((one) => typeof one === "string") ?? "localhost";
      if (!isHere(host)) throw refused(`${name} to ${host}`);
      return original.apply(this, given);
    };
  }
}

function guardNames(): void {
  const byCallback = dns as unknown as Record<string, Anything>;
  const byPromise = dns.promises as unknown as Record<string, Anything>;
  for (const functions of [byCallback, byPromise]) {
    for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
      const original = functions[name];
      if (original === undefined) throw new Error(`there is no dns.${name}`);
      functions[name] = function (this: unknown, host: unknown, ...rest: unknown[]) {
        if (isHere(String(host)) || isIP(String(host)) !== 0) {
          return original.call(this, host, ...rest);
        }
        const error = refused(`look up ${String(host)}`);
        const callback = rest.at(-1);
        if (typeof callback !== "function") return Promise.reject(error);
        process.nextTick(callback, error);
        return undefined;
      };
    }
  }
}

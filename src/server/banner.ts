/** The first thing that a person sees: where the cloud is, what is on, and how to reach it. */
import type { Settings } from "./configuration/settings.ts";

export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly directory: string;
  readonly settings: Settings;
  /**
   * Virtual time as ISO text when the clock stands still or is elsewhere; undefined when it is the
   * machine's.
   */
  readonly clock: string | undefined;
  readonly exposed: boolean;
  /** How this command is called from a shell. */
  readonly command: string;
}

export function banner(facts: BannerFacts, colour: boolean): string {
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
  const { settings } = facts;
  const rows: [string, string][] = [
    ["address", `${facts.url}  (HTTP, HTTPS and HTTP/2 on this one port)`],
    ["account", `${settings.accountId}, region ${settings.region}, keys test / test`],
    ["policies", IAM_WORDS[settings.iam]],
    ["unknown keys", settings.strict ? "refused (strict)" : "the default account's root"],
    ["state", stateWords(facts)],
    ["clock", facts.clock ?? "the machine's"],
  ];
  if (settings.signatures !== true) rows.push(["signatures", signatureWords(settings)]);
  if (facts.exposed) {
    rows.push([
      "warning",
      `listens on ${settings.host}: other machines can reach it, keys and all`,
    ]);
  }
  const table = rows.map(([name, value]) => `  ${name.padEnd(13)}${value}`).join("\n");
  return (
    `${bold(`Snowglobe ${facts.version}`)}\n${table}\n\n` +
    "  Point the AWS CLI, SDKs and Terraform here:\n" +
    `    eval "$(${facts.command} env)"\n` +
    `    ${facts.command} run -- <command>\n\n`
  );
}

const IAM_WORDS: Readonly<Record<Settings["iam"], string>> = {
  enforce: "enforced, in every service",
  soft: "not enforced; denials are recorded in the trail",
  off: "off: every caller may do everything",
};

const signatureWords = ({ signatures }: Settings) =>
  signatures === false ? "not checked" : "not checked in S3";

function stateWords({ settings, directory }: BannerFacts): string {
  if (settings.store !== undefined) return "PostgreSQL";
  return settings.ephemeral ? "in memory, gone at the end" : `kept in ${directory}`;
}

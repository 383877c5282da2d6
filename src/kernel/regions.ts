/** The regions of the `aws` partition, and their availability zones. There is no other partition here. */

export interface Region {
  readonly name: string;
  /** Opted into by everybody: the regions from before 2019. */
  readonly byDefault: boolean;
  /**
   * The letters of its zones, in the order of the zones' ids. AWS shuffles them by account; here
   * they do not differ.
   */
  readonly zoneLetters: string;
}

/** Name, letters of the zones, "opt-in" where the account has to ask for it. */
const TABLE: readonly (readonly [name: string, zoneLetters: string, optIn?: "opt-in"])[] = [
  ["af-south-1", "abc", "opt-in"],
  ["ap-east-1", "abc", "opt-in"],
  ["ap-east-2", "abc", "opt-in"],
  ["ap-northeast-1", "acd"],
  ["ap-northeast-2", "abcd"],
  ["ap-northeast-3", "abc"],
  ["ap-south-1", "abc"],
  ["ap-south-2", "abc", "opt-in"],
  ["ap-southeast-1", "abc"],
  ["ap-southeast-2", "abc"],
  ["ap-southeast-3", "abc", "opt-in"],
  ["ap-southeast-4", "abc", "opt-in"],
  ["ap-southeast-5", "abc", "opt-in"],
  ["ap-southeast-6", "abc", "opt-in"],
  ["ap-southeast-7", "abc", "opt-in"],
  ["ca-central-1", "abd"],
  ["ca-west-1", "abc", "opt-in"],
  ["eu-central-1", "abc"],
  ["eu-central-2", "abc", "opt-in"],
  ["eu-north-1", "abc"],
  ["eu-south-1", "abc", "opt-in"],
  ["eu-south-2", "abc", "opt-in"],
  ["eu-west-1", "abc"],
  ["eu-west-2", "abc"],
  ["eu-west-3", "abc"],
  ["il-central-1", "abc", "opt-in"],
  ["me-central-1", "abc", "opt-in"],
  ["me-south-1", "abc", "opt-in"],
  ["mx-central-1", "abc", "opt-in"],
  ["sa-east-1", "abc"],
  ["us-east-1", "abcdef"],
  ["us-east-2", "abc"],
  ["us-west-1", "ac"],
  ["us-west-2", "abcd"],
];

export const REGIONS: ReadonlyMap<string, Region> = new Map(
  TABLE.map(([name, zoneLetters, optIn]) => [
    name,
    { name, zoneLetters, byDefault: optIn === undefined },
  ]),
);

export const isRegion = (name: string): boolean => REGIONS.has(name);

/**
 * The beginnings that botocore's partitions.json gives for the regions of the partitions that are not
 * here: China, GovCloud, the isolated ones, the European sovereign cloud.
 */
const OTHER_PARTITIONS = /^(?:cn|us-gov|us-iso[a-z]?|eu-isoe|eusc)-/;

/** What is wrong with a name that is no region here. */
export function whyNoRegion(name: string): string {
  return OTHER_PARTITIONS.test(name)
    ? `'${name}' is in another partition; Snowglobe has the partition 'aws' only`
    : `'${name}' is none`;
}

/** Names, paths and ARNs, and the way from a name to its row. */
import type { Table } from "../../kernel/table.ts";
import type { Iam } from "./api.ts";
import { notFound } from "./errors.ts";
import { boundsOf, page, type Page, type PageInput } from "./page.ts";
import { uniqueId, type IdPrefix } from "./unique-id.ts";
import type { Group, InstanceProfile, Named, Role, ServerCertificate, User } from "./state.ts";

/** IAM has no region: its ARNs leave it empty. */
export function iamArn(iam: Iam, type: string, of: Pick<Named, "path" | "name">): string {
  return iam.arn("iam", `${type}${of.path}${of.name}`, { region: "" });
}

export const toNameKey = (name: string): string => name.toLowerCase();

/** What every new thing with a name begins with. */
export const newNamed = (
  iam: Iam,
  prefix: IdPrefix,
  name: string,
  path: string | undefined,
): Named => ({
  id: uniqueId(prefix, iam.accountId, iam.ids),
  name,
  nameKey: toNameKey(name),
  path: path ?? "/",
  createdAt: iam.now,
});

/** Another name or path for what there is. A name that differs by case alone is its own. */
export function moved(
  row: Named,
  { name = row.name, path = row.path }: { name?: string | undefined; path?: string | undefined },
  refuseTakenName: (name: string) => void,
): Pick<Named, "name" | "nameKey" | "path"> {
  const nameKey = toNameKey(name);
  if (nameKey !== row.nameKey) refuseTakenName(name);
  return { name, nameKey, path };
}

function byName<Row extends Named>(rows: Table<Row>, name: string): Row | undefined {
  return rows.range("byName", [toNameKey(name)], { limit: 1 })[0];
}

export const getUser = (iam: Iam, name: string): User | undefined => byName(iam.users, name);
export const getGroup = (iam: Iam, name: string): Group | undefined => byName(iam.groups, name);
export const getRole = (iam: Iam, name: string): Role | undefined => byName(iam.roles, name);
export const getProfile = (iam: Iam, name: string): InstanceProfile | undefined =>
  byName(iam.profiles, name);
export const getServerCertificate = (iam: Iam, name: string): ServerCertificate | undefined =>
  byName(iam.serverCertificates, name);

export function findUser(iam: Iam, name: string): User {
  const user = getUser(iam, name);
  if (user === undefined) throw notFound("user", name);
  return user;
}

export function findGroup(iam: Iam, name: string): Group {
  const group = getGroup(iam, name);
  if (group === undefined) throw notFound("group", name);
  return group;
}

export function findRole(iam: Iam, name: string): Role {
  const role = getRole(iam, name);
  if (role === undefined) throw notFound("role", name);
  return role;
}

/** A page of rows in the order of their names, of those under a path. */
export function pageByName<Row extends Named>(
  rows: Table<Row>,
  input: PageInput & { readonly PathPrefix?: string | undefined },
): Page<Row> {
  return page(under(rows, input), input, (row) => row.nameKey);
}

function* under<Row extends Named>(
  rows: Table<Row>,
  input: PageInput & { readonly PathPrefix?: string | undefined },
): Iterable<Row> {
  for (const row of rows.scanIndex("byName", [], boundsOf(input))) {
    if (input.PathPrefix === undefined || row.path.startsWith(input.PathPrefix)) yield row;
  }
}

/** As AWS writes documents into its answers: RFC 3986, to the letter. */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** AWS: IAM tells time in whole seconds. */
export const toSeconds = (at: number): Date => new Date(Math.floor(at / 1000) * 1000);

/** Account and name in "arn:aws:iam::111111111111:role/path/name". */
export function namedBy(
  iam: Iam,
  arn: string,
  type: string,
): { there: Iam | undefined; name: string } {
  const [, , service, , accountId = "", resource = ""] = arn.split(":");
  const fits = service === "iam" && accountId !== "" && resource.startsWith(`${type}/`);
  const there = fits ? iam.at({ accountId }) : undefined;
  return { there, name: resource.slice(resource.lastIndexOf("/") + 1) };
}

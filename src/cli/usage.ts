/** `snowglobe usage`: what was used, as AWS would bill it. */
import type { UsageLine } from "../kernel/usage-line.ts";
import { tell, type Command, type Given } from "./command.ts";
import { ask, requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

/** By what lines can be summed. */
const FIELDS = {
  account: "accountId",
  region: "region",
  service: "service",
  "usage-type": "usageType",
  operation: "operation",
  resource: "resource",
} as const satisfies Readonly<Record<string, keyof UsageLine>>;

export const usage: Command = {
  usage: ["usage [--by FIELD] [--from INSTANT] [--to INSTANT]"],
  says:
    "Requests, request units and bytes, by the hour of the cloud's clock; what is free is not here.\n" +
    "Hours of running, stored gigabytes and prices are not metered yet.",
  options: {
    by: {
      type: "string",
      value: "FIELD",
      says: `sum over all else: ${Object.keys(FIELDS).join(", ")}`,
    },
    from: { type: "string", value: "INSTANT", says: "hours that begin then or later" },
    to: { type: "string", value: "INSTANT", says: "hours that begin before" },
  },
  words: 0,
  async run(given, io) {
    const field = fieldOf(given);
    const server = await requireServer(io);
    const answer = await ask(server, "GET", `/_snowglobe/usage?${queryOf(given)}`);
    const { lines } = answer as { readonly lines: readonly UsageLine[] };
    if (field === undefined) tell(io, answer, linesText(lines));
    else {
      const sums = sumsBy(FIELDS[field], lines);
      tell(io, { by: field, sums }, sumsText(sums));
    }
    return EXIT.ok;
  },
};

type Field = keyof typeof FIELDS;

function fieldOf(given: Given): Field | undefined {
  const text = given.text("by");
  if (text === undefined || isField(text)) return text;
  const all = Object.keys(FIELDS).join(", ");
  throw new CommandFailure(`--by takes one of: ${all}.`, EXIT.usage);
}

const isField = (text: string): text is Field => Object.hasOwn(FIELDS, text);

function queryOf(given: Given): string {
  const query = new URLSearchParams();
  for (const name of ["from", "to"]) {
    const text = given.text(name);
    if (text !== undefined) query.set(name, text);
  }
  return query.toString();
}

interface Sum {
  readonly name: string;
  readonly unit: string;
  readonly quantity: number;
}

/** Requests and bytes do not add up: each unit has a sum of its own. */
function sumsBy(field: (typeof FIELDS)[Field], lines: readonly UsageLine[]): readonly Sum[] {
  const sums = new Map<string, Sum>();
  for (const { [field]: name, unit, quantity } of lines) {
    const id = `${name}\n${unit}`;
    sums.set(id, { name, unit, quantity: (sums.get(id)?.quantity ?? 0) + quantity });
  }
  return [...sums.entries()]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, sum]) => sum);
}

const NOTHING = "Nothing was used that AWS would bill.";

function linesText(lines: readonly UsageLine[]): string {
  if (lines.length === 0) return NOTHING;
  return table(
    lines.map((line) => [
      `${new Date(line.hourAt).toISOString().slice(0, 13)}h`,
      line.accountId,
      line.region,
      line.service,
      line.usageType,
      line.operation,
      amount(line),
      line.resource,
    ]),
  );
}

const sumsText = (sums: readonly Sum[]): string =>
  sums.length === 0 ? NOTHING : table(sums.map((sum) => [sum.name || "(none)", amount(sum)]));

const amount = ({ quantity, unit }: Pick<Sum, "quantity" | "unit">) => `${quantity} ${unit}`;

function table(rows: readonly (readonly string[])[]): string {
  const [first = []] = rows;
  const widths = first.map((_cell, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

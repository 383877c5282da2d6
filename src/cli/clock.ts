/** `snowglobe clock`: time that can be wound. */
import { tell, type Command, type Given } from "./command.ts";
import { ask, requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const clock: Command = {
  usage: [
    "clock show",
    "clock freeze [--at INSTANT]",
    "clock advance SPAN | --to INSTANT",
    "clock resume [--rate N]",
  ],
  says: "A span is written 90s, 1h30m or 7d; an instant 2030-01-01T00:00:00Z.",
  options: {
    at: { type: "string", value: "INSTANT", says: "freeze: at this instant, instead of now" },
    to: { type: "string", value: "INSTANT", says: "advance: to this instant" },
    rate: { type: "string", value: "N", says: "resume: virtual seconds per real second (1)" },
  },
  words: 2,
  async run(given, io) {
    const body = bodyOf(given);
    const server = await requireServer(io);
    const path = "/_snowglobe/clock";
    const shown = body === undefined ? ask(server, "GET", path) : ask(server, "POST", path, body);
    const state = (await shown) as ClockState;
    const manner = state.frozen ? "standing still" : `flowing at rate ${state.rate}`;
    tell(io, state, `${state.now}, ${manner}`);
    return EXIT.ok;
  },
};

interface ClockState {
  readonly now: string;
  readonly frozen: boolean;
  readonly rate: number;
}

/** What belongs to which action; anything else would be overlooked. */
const OPTION_OF: Readonly<Record<string, string>> = { at: "freeze", to: "advance", rate: "resume" };

/** What to ask for; undefined to look only. */
function bodyOf(given: Given): object | undefined {
  const [action = "show", span] = given.words;
  const to = given.text("to");
  const at = given.text("at");
  const rate = given.text("rate");
  refuseStray(given, action);
  switch (action) {
    case "show":
      return undefined;
    case "freeze":
      return at === undefined ? { action } : { action, at };
    case "resume":
      return rate === undefined ? { action } : { action, rate: toRate(rate) };
    case "advance":
      if ((span === undefined) === (to === undefined)) {
        throw new CommandFailure(
          "How far? snowglobe clock advance 1h, or --to <instant>",
          EXIT.usage,
        );
      }
      return to === undefined ? { action, by: span } : { action, to };
    default:
      throw new CommandFailure(`"${action}" is not show, freeze, advance or resume.`, EXIT.usage);
  }
}

function refuseStray({ words, text }: Given, action: string): void {
  const [, span] = words;
  if (span !== undefined && action !== "advance") {
    const hint = action === "freeze" ? " At an instant: snowglobe clock freeze --at INSTANT" : "";
    throw new CommandFailure(`"${span}" is one word too many.${hint}`, EXIT.usage);
  }
  for (const [option, owner] of Object.entries(OPTION_OF)) {
    if (text(option) !== undefined && action !== owner) {
      throw new CommandFailure(`--${option} belongs to clock ${owner}.`, EXIT.usage);
    }
  }
}

function toRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== "" && Number.isFinite(rate) && rate > 0) return rate;
  throw new CommandFailure("--rate takes a number above 0.", EXIT.usage);
}

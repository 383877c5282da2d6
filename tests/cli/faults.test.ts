import { expect, test } from "vitest";
import { servedCommand } from "./served-command.ts";

const served = servedCommand("faults");
const faults = (...words: readonly string[]) => served.run(...words);

const words = (...lines: readonly string[]) => lines.flatMap((line) => line.split(" "));

test("a rule is added with every option, shown, and removed", async () => {
  expect(
    await faults(
      ...words(
        "add --id flaky --service sqs --operation SendMessage,ReceiveMessage",
        "--account 111122223333 --region eu-west-1",
        "--probability 0.5 --seed 7 --skip 1 --count 3",
        "--error InternalFailure --message Again! --status 500 --fault server --latency 1m500ms",
      ),
    ),
  ).toEqual([
    0,
    "Added flaky       sqs SendMessage,ReceiveMessage 111122223333 eu-west-1  " +
      "latency 60500 ms, error InternalFailure, probability 0.5, after 1, 3 to come\n",
  ]);
  const rule = {
    id: "flaky",
    service: "sqs",
    operation: ["SendMessage", "ReceiveMessage"],
    accountId: "111122223333",
    region: "eu-west-1",
    probability: 0.5,
    seed: 7,
    skip: 1,
    count: 3,
    latencyMs: 60_500,
    error: { code: "InternalFailure", message: "Again!", status: 500, fault: "server" },
    matched: 0,
    injected: 0,
  };
  const [code, listed] = await faults("list", "--json");
  expect([code, JSON.parse(listed)]).toEqual([0, { faults: [rule] }]);
  expect(await faults("remove", "flaky")).toEqual([0, "Removed flaky.\n"]);
  expect(await faults()).toEqual([0, "There are no fault rules.\n"]);
});

test("the list says in a line each what a rule does and has done", async () => {
  await faults("add", "--throttle");
  await faults("add", "--unavailable", "--region", "eu-*");
  await faults("add", "--drop", "--service", "s3", "--json");
  expect(await faults("list")).toEqual([
    0,
    "fault-1     * *  throttle  0 injected\n" +
      "fault-2     * * eu-*  unavailable  0 injected\n" +
      "fault-3     s3 *  drop  0 injected\n",
  ]);
  expect(await faults("clear")).toEqual([0, "Removed 3 rules.\n"]);
});

test.for<[readonly string[], readonly [number, string]]>([
  [["break"], [2, '"break" is not list, add, remove or clear.\n']],
  [["remove"], [2, "Which? snowglobe faults remove <id>\n"]],
  [
    ["clear", "all"],
    [2, '"all" is one word too many.\n'],
  ],
  [
    ["add", "--drop", "--status", "500"],
    [2, "--message, --status and --fault go with --error.\n"],
  ],
  [
    ["add", "--drop", "--count", "few"],
    [2, "--count takes a number.\n"],
  ],
  [
    ["add", "--latency", "soon"],
    [2, "--latency takes 300ms, 2s or 1m.\n"],
  ],
  [["add"], [2, "What is to happen? Give error, throttle, unavailable, drop or latencyMs.\n"]],
  [
    ["add", "--drop", "--service", "sqz"],
    [2, 'There is no service "sqz"; services are named as by boto3.\n'],
  ],
  [
    ["remove", "nothing"],
    [1, 'There is no fault rule "nothing". See: snowglobe faults list.\n'],
  ],
])("%o is refused with its reason", async ([given, said]) => {
  expect(await faults(...given)).toEqual(said);
});

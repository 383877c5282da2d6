import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { VARIABLES } from "../../src/server/configuration/variables.ts";

test("docs/cli.md lists every variable of ours, in the words of the help", async () => {
  const text = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const listed = [...text.matchAll(/^\| `(SNOWGLOBE_\w+)` \| (.+) \|$/gm)];
  expect(listed.map(([, name, says]) => [name, says])).toEqual(
    VARIABLES.filter(({ name }) => name.startsWith("SNOWGLOBE_")).map(({ name, says }) => [
      name,
      says,
    ]),
  );
});

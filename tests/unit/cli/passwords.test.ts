import { Writable } from "node:stream";
import { expect, it } from "vitest";

import { runProgram } from "../../../src/cli/program.ts";
import { emptyFolder } from "../deliver/setting.ts";

/** Runs a command line in this process, in an empty folder; gives everything it writes. */
async function saidBy(...words: readonly string[]): Promise<string> {
  let said = "";
  const stream = new Writable({
    write: (chunk, _, done) => {
      said += String(chunk);
      done();
    },
  });
  const folder = emptyFolder();
  const world = {
    argv: ["node", "onetopic", ...words],
    env: {},
    stdin: {},
    stdout: stream,
    stderr: stream,
    cwd: () => folder,
  };
  await runProgram(world as unknown as NodeJS.Process, new AbortController().signal);
  return said;
}

it.each([
  [["smtp://u:hunter22@h"], "too-many"],
  [["smtp://u:hunter22@h", "--json"], "too-many, as JSON"],
  [["--to", "x", "--limit", "smtps://u:hunter22@h:465"], "behind another option"],
  [["--limit=smtp://u:hunter22@h"], "in one word with the option"],
  [["--limit", "smtp://u:/hunter22#1@h"], "with marks that end an address"],
  [["-C", "smtp://u:hunter22@h"], "as a folder"],
])("never repeats a password of the command line: %j (%s)", async (words) => {
  const said = await saidBy("send", ...words);
  expect(said).not.toBe("");
  expect(said).not.toContain("hunter22");
});

it("names a variable all the same", async () => {
  expect(await saidBy("send", "--limit", "smtp://u:${SECRET}@h")).toContain("${SECRET}");
});

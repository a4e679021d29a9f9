import { spawnSync } from "node:child_process";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { completion, shells, type Shell } from "../../../src/cli/commands/completion.ts";
import { declareCommands } from "../../../src/cli/commands.ts";
import type { Context } from "../../../src/cli/context.ts";

const program = new Command("onetopic")
  .option("--json", "one document")
  .option("-C, --toolkit <dir>", "the folder");
declareCommands(program, () => {});

async function scriptFor(shell: Shell): Promise<string> {
  const printed: string[] = [];
  const out = { print: (line = "") => void printed.push(line), document: () => {} };
  expect(await completion({ out } as unknown as Context, program, shell)).toBe(0);
  return printed.join("\n");
}

/** What a shell offers behind these words, the last of which is begun. */
function offered(script: string, ...words: string[]): string[] {
  const line = ["onetopic", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _onetopic; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", ask], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((word) => word !== "");
}

const has = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

describe("completion", () => {
  it.runIf(has("bash"))("completes commands, options and their values in bash", async () => {
    const script = await scriptFor("bash");
    const commands = program.commands.map((command) => command.name());
    expect(
      offered(script, "")
        .filter((word) => !word.startsWith("-"))
        .toSorted(),
    ).toEqual([...commands, "help"].toSorted());
    expect(offered(script, "su")).toEqual(["suppress"]);
    expect(offered(script, "suppress", "").filter((word) => !word.startsWith("-"))).toEqual([
      "add",
      "remove",
      "list",
      "import",
      "help",
    ]);
    expect(offered(script, "suppress", "add", "--re")).toEqual(["--reason"]);
    expect(offered(script, "--json", "send", "2026-12", "--var")).toEqual(["--variant"]);
    expect(offered(script, "send", "--variant", "")).toEqual(["email", "newsletter"]);
    expect(offered(script, "send", "--variant", "n")).toEqual(["newsletter"]);
    expect(offered(script, "completion", "p")).toEqual(["powershell"]);
    // Behind an option that takes anything the shell offers files.
    expect(offered(script, "send", "--to", "")).toEqual([]);
    expect(offered(script, "export", "--toolkit", "")).toEqual([]);
    expect(offered(script, "topics", "--tool")).toEqual(["--toolkit"]);
  });

  it.each(shells)("names every command and option in %s, and the shell can read it", async (shell) => {
    const script = await scriptFor(shell);
    for (const name of ["serve", "suppress add", "--retry-unknown", "newsletter", "powershell"])
      for (const word of name.split(" "))
        expect(script).toContain(shell === "fish" ? word.replace(/^--/, "") : word);
    if (shell === "powershell" || !has(shell)) return;
    const { status, stderr } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

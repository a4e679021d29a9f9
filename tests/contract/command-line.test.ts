import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  eventsOf,
  expectCode,
  runCli,
  snapshot,
  tempToolkit,
  type TestToolkit,
} from "../support/cli.ts";

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

/** The start of every colour and of every trick with the screen. */
const escapeCode = "\u001b";

describe.concurrent("global options", () => {
  const library = tempToolkit("library");
  const outside = emptyFolder();

  it.for([
    "-C DIR --json topics lost-cards",
    "topics --json lost-cards -C DIR",
    "topics lost-cards --toolkit=DIR --quiet --verbose --no-color --json",
    "--quiet topics --toolkit DIR lost-cards --json",
  ])("may stand anywhere: %s", async (line) => {
    const args = line.split(" ").map((word) => word.replace("DIR", library.root));
    const run = expectCode(await runCli(args, { cwd: outside }), 0);
    expect(documentOf<{ topic: { slug: string } }>(run).topic.slug).toBe("lost-cards");
  });

  it("also behind a command of two words", async () => {
    const run = expectCode(
      await runCli(["suppress", "list", "--json", "-C", library.root], { cwd: outside }),
      0,
    );
    expect(documentOf(run)).toEqual({ suppressions: [] });
  });

  it("find the toolkit by walking up", async () => {
    const run = await runCli(["topics", "--json"], { cwd: library.path("content", "topics") });
    expect(documentOf<{ topics: unknown[] }>(expectCode(run, 0)).topics).toHaveLength(6);
  });

  it("say what to do when there is no toolkit", async () => {
    const run = expectCode(await runCli(["topics", "--json"], { cwd: outside }), 2);
    const { error } = documentOf<Failure>(run);
    expect(error.message).toContain("onetopic.yaml");
    expect(error.hint).toMatch(/-C.*onetopic init/);
  });

  it("--version and --help are results", async () => {
    const version = expectCode(await runCli(["--version"]), 0);
    expect(version).toMatchObject({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
    const help = expectCode(await runCli(["--help"]), 0);
    for (const command of [
      "demo",
      "init",
      "new",
      "topics",
      "plan",
      "pick",
      "check",
      "render",
      "export",
      "send",
    ])
      expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    for (const command of ["resume", "status", "suppress", "approve"])
      expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    const send = expectCode(await runCli(["send", "--help"]), 0);
    for (const flag of [
      "--to",
      "--variant",
      "--transport",
      "--exclude",
      "--test",
      "--limit",
      "--confirm",
      "--yes",
    ])
      expect(send.stdout).toContain(flag);
  });
});

describe.concurrent("a command line that is wrong", () => {
  const library = tempToolkit("library");
  const picked = tempToolkit("library");
  picked.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: quiet-hours\n---\n");

  it.for([
    ["topics --jsn", /--jsn/, /--json/],
    ["send --to readers --confrim 4", /--confrim/, /--confirm/],
    ["tpics", /tpics/, /topics/],
    ["suppress ad a@b.example", /\bad\b/, /add/],
    ["render --variant postr", /postr/, /poster/],
    ["topics quiet-hour", /quiet-hour/, /quiet-hours/],
    ["render quiet-hours --audience school", /school/, /schools/],
  ] as const)("is refused with what was meant: %s", async ([line, named, meant]) => {
    const run = expectCode(await library.run(...line.split(" "), "--json"), 2);
    const { error } = documentOf<Failure>(run);
    expect(error.message).toMatch(named);
    expect(error.hint).toMatch(meant);
  });

  it.for([
    "topics one two",
    "plan --cycles 0",
    "plan --from 2026-13",
    "plan --from december",
    "pick quiet-hours --auto --cycle 2026-12",
    "pick quiet-hours --cycle 2026-99",
    "check no-such-file.md",
    "check /",
    "render no-such-topic",
    "render quiet-hours --all",
    "render quiet-hours --variant poster --format html",
    "export --as pdf",
    "send --to no-such-list",
    "send --to readers --transport pigeon:post",
    "suppress add nobody",
    "new Topic --review 2026-02-30",
    "new Topic --action nobody=Do-this",
  ])("is refused with a sentence, a next step and exit 2: %s", async (line) => {
    const run = expectCode(await picked.run(...line.split(" "), "--json"), 2);
    const { error } = (eventsOf(run).at(-1) ?? {}) as unknown as Failure;
    expect(error.message).toMatch(/\S/);
    expect(error.hint).toMatch(/\S/);
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  it("cannot lead out of content/topics", async () => {
    const own = tempToolkit("tiny");
    const before = [...snapshot(own.root).keys()];
    for (const slug of ["../../outside", "folder/topic", "..\\outside"])
      expectCode(await own.run("new", "Topic", "--slug", slug), 2);
    expect([...snapshot(own.root).keys()]).toEqual(before);
  });

  it("gives a topic no name that the archive has in out/", async () => {
    const own = tempToolkit("tiny");
    expect(expectCode(await own.run("new", "Topic", "--slug", "site"), 2).stderr).toContain(
      "--slug the-site",
    );
    expectCode(await own.run("new", "Site"), 0);
    expect(own.list("content/topics")).toEqual(["good.md", "the-site.md"]);
  });

  it("is told once", async () => {
    const { stdout, stderr } = expectCode(await library.run("topics", "--jsn"), 2);
    expect(stdout).toBe("");
    expect(stderr.match(/--jsn/g)).toHaveLength(1);
  });

  it("without a command shows what there is", async () => {
    const { stdout, stderr } = await library.run();
    expect(`${stdout}${stderr}`).toMatch(/Usage: onetopic/);
  });
});

describe.concurrent("a missing answer, without a terminal", () => {
  const library = tempToolkit("library");
  library.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: quiet-hours\n---\n");

  it.for([
    ["new", "TITLE"],
    ["pick --cycle 2026-12", "--auto"],
    ["export", "--as"],
    ["send", "--to"],
    ["approve --as schools", "--by"],
    ["approve --by Ann", "--as"],
    ["suppress add", "address"],
  ] as const)("%s: names %s, and does not wait for input", async ([line, flag]) => {
    const run = await library.runWith({ env: { CI: "true" }, input: "x\n".repeat(20) }, ...line.split(" "));
    expect(expectCode(run, 2).stderr).toContain(flag);
    expect(run.stdout).toBe("");
  });
});

describe.concurrent("output", () => {
  const library = tempToolkit("library");

  it("goes to stdout when it is a result, and to stderr when it is not", { timeout: 120_000 }, async () => {
    const results: [args: string[], result: RegExp, remark: RegExp][] = [
      [["topics"], /quiet-hours/, /6 topics, 4 ready/],
      [["plan"], /2026-12/, /Next: onetopic pick/],
      [["pick", "--auto"], /^2026-11: Quiet hours/, /Next: onetopic render/],
      [["check"], /^No findings/, /^$/],
      [["render", "--variant", "email"], /email\.html/, /Next: onetopic send/],
      [["status"], /Next: onetopic send/, /^$/],
      [["send", "--to", "readers"], /nothing was sent/, /--confirm 4/],
    ];
    for (const [args, result, remark] of results) {
      const { stdout, stderr } = expectCode(await library.run(...args), 0);
      expect(stdout).toMatch(result);
      expect(stderr).toMatch(remark);
      expect(stdout).not.toMatch(/Next: onetopic (pick|render)|--confirm/);
    }
    for (const args of [["plan"], ["send", "--to", "readers"]]) {
      const loud = await library.run(...args);
      const quiet = expectCode(await library.run(...args, "--quiet"), 0);
      expect(quiet).toMatchObject({ stdout: loud.stdout, stderr: "" });
    }
  });

  it.for([
    ["--no-color", {}],
    ["NO_COLOR", { NO_COLOR: "1", FORCE_COLOR: "3" }],
  ] as const)("has no colours with %s", async ([flag, env]) => {
    const args = flag.startsWith("--") ? ["topics", flag] : ["topics"];
    const { stdout, stderr } = expectCode(await library.runWith({ env }, ...args), 0);
    expect(`${stdout}${stderr}`).not.toContain(escapeCode);
  });

  it("cannot be painted over by what stands in a file", async () => {
    const own = tempToolkit("tiny");
    own.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    own.write("people.csv", "email,name\nbad\u001b[2J address,x\na@tiny.example,x\n");
    const runs = [await own.run("send", "--to", "people.csv")];
    own.edit("content/topics/good.md", "title: Good", 'title: "Good\\e[2J\\e[31m"');
    for (const args of [["topics"], ["check", "--quick"]]) runs.push(await own.run(...args));
    for (const { stdout, stderr } of runs) {
      expect(stdout + stderr).toMatch(/\S/);
      expect(stdout + stderr).not.toContain(escapeCode);
    }
  });
});

describe.concurrent("exit codes", () => {
  it("1 for a fault in the toolkit's own files, whatever the command", { timeout: 120_000 }, async () => {
    const faulty = (change: (toolkit: TestToolkit) => void, ...commands: string[][]) => {
      const toolkit = tempToolkit("tiny");
      toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
      toolkit.write("people.csv", "email\na@x.example\n");
      change(toolkit);
      return Promise.all(
        commands.map(async (args) => {
          const run = await toolkit.run(...args, "--json");
          expect(run.code, `${args.join(" ")}: ${run.stdout}${run.stderr}`).toBe(1);
          expect(run.stderr).not.toMatch(/\n\s+at /);
        }),
      );
    };
    const everything = [["topics"], ["plan"], ["check"], ["render"], ["status"], ["export", "--as", "html"]];
    const sending = ["send", "--to", "people.csv"];
    await faulty((kit) => kit.write("onetopic.yaml", "toolkit: [\n"), ...everything, ["pick", "good"]);
    await faulty((kit) => kit.edit("content/topics/good.md", "title: Good\n", ""), ...everything);
    await faulty(
      (kit) => kit.edit("content/editions/2026-11.md", "topic: good", "topic: god"),
      ["render"],
      ["status"],
      sending,
    );
    await faulty(
      (kit) => kit.edit("content/topics/good.md", "status: ready", "status: ready\nreview: 2026-11-01"),
      ["export", "--as", "html"],
      sending,
    );
  });

  it("one JSON document, in the failure's shape, when findings stop a command", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    toolkit.edit("content/topics/good.md", "status: ready", "status: ready\nreview: 2026-11-01");
    for (const args of [["render"], ["export", "--as", "eml"]]) {
      const run = expectCode(await toolkit.run(...args, "--json"), 1);
      expect(documentOf<Failure>(run)).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
      });
    }
    const broken = tempToolkit("tiny");
    broken.edit("content/topics/good.md", "status: ready", "status: redy");
    const run = expectCode(await broken.run("render", "good", "--json"), 1);
    expect(documentOf(run)).toMatchObject({ error: { path: "content/topics/good.md", line: 4, column: 1 } });
    // A warning above the error is not what stopped the command.
    broken.edit("content/topics/good.md", "title:", "tittle:");
    const untitled = await broken.run("render", "good", "--json");
    expect(documentOf(untitled)).toMatchObject({ error: { code: "schema/missing" } });
  });
});

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { emptyFolder, tempToolkit } from "../support/cli.ts";
import { commitAll, git, repositoryIn } from "../support/git.ts";

const read = (file: string) => readFileSync(file, "utf8");
const trace = new NoOperationTraceWriter();
const faultsOf = (result: ReturnType<typeof parseWorkflow>) =>
  result.context.errors.getErrors().map(({ message }) => message);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Hook {
  readonly id: string;
  readonly name: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly pass_filenames: boolean;
}

const action = parse(read("action.yml")) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
};
const page = read("docs/continuous-integration.md");
const blocks = [...page.matchAll(/```(ya?ml|sh)\n([^]*?)```/g)].map(([, , text = ""]) => text);
const workflowOfPage = blocks.find((text) => text.includes("runs-on")) ?? "";

describe("what GitHub reads", () => {
  it("is sound by GitHub's own reader", () => {
    expect(faultsOf(parseAction({ name: "action.yml", content: read("action.yml") }, trace))).toEqual([]);
    const workflows = [read("docs/ci/pictures.yml"), workflowOfPage, read(".github/workflows/ci.yml")];
    for (const content of workflows)
      expect(faultsOf(parseWorkflow({ name: "x.yml", content }, trace))).toEqual([]);
    const broken = read("docs/ci/pictures.yml").replace("runs-on:", "runs-at:");
    expect(faultsOf(parseWorkflow({ name: "x.yml", content: broken }, trace))).not.toEqual([]);
  });

  it("takes no value into a script, and no action of strangers", () => {
    const workflow = parse(read("docs/ci/pictures.yml")) as { jobs: { pictures: { steps: Step[] } } };
    const steps = [...action.runs.steps, ...workflow.jobs.pictures.steps];
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.filter((one) => !/^actions\/(checkout|setup-node|upload-artifact)@v\d+$/.test(one))).toEqual(
      [],
    );
    expect(action.runs.steps.flatMap(({ uses }) => uses ?? [])).toEqual(["actions/setup-node@v5"]);
  });

  it("is explained: every input stands on the page", () => {
    const told = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  });
});

describe("other services", () => {
  it("GitLab gets a job with a report", () => {
    const { onetopic, ...others } = parse(read("docs/ci/gitlab.yml")) as {
      onetopic: {
        script: string[];
        rules: { if: string }[];
        image: string;
        variables: object;
        artifacts: { when: string; reports: { junit: string } };
      };
    };
    expect(others).toEqual({});
    expect(onetopic).toMatchObject({
      image: "node:24",
      variables: { GIT_DEPTH: "0" },
      artifacts: { when: "always" },
    });
    expect(onetopic.rules.every((rule) => typeof rule.if === "string")).toBe(true);
  });

  it.skipIf(process.platform === "win32")("GitLab gets a report when there is one, and the exit code", () => {
    const { onetopic } = parse(read("docs/ci/gitlab.yml")) as {
      onetopic: { script: string[]; artifacts: { reports: { junit: string } } };
    };
    const { junit } = onetopic.artifacts.reports;
    const run = (name: string, program: string) => {
      const cwd = emptyFolder();
      const npx = path.join(emptyFolder(), "npx");
      writeFileSync(npx, `#!/bin/sh\n${program}\n`, { mode: 0o755 });
      const env = { PATH: `${path.dirname(npx)}:${process.env["PATH"]}` };
      const script = onetopic.script.slice(1).join("\n");
      const { status, stderr } = spawnSync("bash", ["--norc", "-eo", "pipefail", "-c", script], {
        cwd,
        env,
        encoding: "utf8",
      });
      const left = readdirSync(cwd);
      return {
        name,
        status,
        stderr,
        left,
        report: left.includes(junit) ? readFileSync(path.join(cwd, junit), "utf8") : "",
      };
    };
    const told = 'echo "<xml $*/>"';
    const report = "<xml onetopic check --format junit/>\n";
    expect(run("fine", told)).toMatchObject({ status: 0, stderr: "", left: [junit], report });
    expect(run("findings", `${told}; exit 1`)).toMatchObject({ status: 1, left: [junit], report });
    expect(run("could not begin", "exit 2")).toMatchObject({ status: 2, left: [] });
  });

  it.skipIf(process.platform === "win32")("the pictures are those of the toolkit in its folder", () => {
    const { jobs } = parse(read("docs/ci/pictures.yml")) as {
      jobs: { pictures: { env: { TOOLKIT: string }; steps: (Step & { with?: { path?: string } })[] } };
    };
    const { env: set, steps } = jobs.pictures;
    expect(set).toEqual({ TOOLKIT: "." });
    expect(steps.at(-1)?.with?.path).toBe("${{ env.TOOLKIT }}/out/**/*.png");
    const npx = path.join(emptyFolder(), "npx");
    writeFileSync(
      npx,
      `#!/bin/sh\necho "$@" >> "$RUNNER_TEMP/said"\ncase "$*" in *check*) echo '{"changed":{"topics":["a"]}}'; exit 1;; esac\n`,
      { mode: 0o755 },
    );
    const temp = emptyFolder();
    const env = {
      PATH: `${path.dirname(npx)}:${process.env["PATH"]}`,
      RUNNER_TEMP: temp,
      TOOLKIT: "my comms",
      BASE: "origin/main",
    };
    for (const { run } of steps.filter((one) => one.run?.includes("npx"))) {
      const { status, stderr } = spawnSync("bash", ["--norc", "-e", "-c", run ?? ""], {
        cwd: temp,
        env,
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
    }
    expect(readFileSync(path.join(temp, "said"), "utf8")).toBe(
      "onetopic -C my comms check --quick --changed origin/main --json\n" +
        "onetopic -C my comms render --variant poster,screen,social --format png -- a\n",
    );
  });

  it("pre-commit gets hooks whose options there are", () => {
    const hooks = parse(read(".pre-commit-hooks.yaml")) as Hook[];
    expect(hooks.map(({ id }) => id)).toEqual(["onetopic-check", "onetopic-fix"]);
    const known = checkOptions();
    for (const hook of hooks) {
      expect(hook).toMatchObject({
        language: "node",
        pass_filenames: false,
        name: expect.any(String) as string,
      });
      const [program, command, ...words] = hook.entry.split(" ");
      expect([program, command]).toEqual(["onetopic", "check"]);
      expect(words.filter((word) => word.startsWith("--") && !known.includes(word))).toEqual([]);
      const files = new RegExp(hook.files);
      expect(
        ["content/topics/a.md", "kit/content/topics/a.md", "README.md"].map((one) => files.test(one)),
      ).toEqual([true, true, false]);
    }
    expect(page).toContain(`id: ${hooks[0]?.id}`);
  });
});

function checkOptions(): string[] {
  const { stdout } = spawnSync(process.execPath, ["bin/onetopic.js", "help", "check"], { encoding: "utf8" });
  return [...stdout.matchAll(/--[a-z-]+/g)].map(([option]) => option);
}

describe.skipIf(process.platform === "win32")("the script of the action", () => {
  const step = action.runs.steps.at(-1);
  const inputOf = /^\$\{\{ inputs\.([\w-]+) \}\}$/;

  function runAction(cwd: string, inputs: Readonly<Record<string, string>>) {
    const values = Object.entries(step?.env ?? {}).map(([name, value]) => {
      const input = inputOf.exec(value)?.[1];
      return [
        name,
        input === undefined ? path.resolve() : (inputs[input] ?? action.inputs[input]?.default ?? ""),
      ];
    });
    const { PATH, HOME } = process.env;
    const env = {
      PATH,
      HOME,
      ONETOPIC_NOW: "2026-11-22T10:00:00Z",
      RUNNER_TEMP: emptyFolder(),
      ...(Object.fromEntries(values) as object),
    };
    return spawnSync("bash", ["-c", step?.run ?? ""], { cwd, env, encoding: "utf8" });
  }

  it("checks a toolkit in a folder of a repository, and only what changed", () => {
    const toolkit = tempToolkit("tiny", "faults/heading-jump");
    const top = path.dirname(toolkit.root);
    repositoryIn(top);
    git(top, "switch", "--quiet", "--create", "work");
    toolkit.write(
      "content/topics/good.md",
      toolkit.read("content/topics/good.md").replace("All is well.", "[Here](x.md)."),
    );
    commitAll(top, "Work");
    const inputs = { toolkit: "tiny", depth: "quick", format: "json", changed: "main" };
    const run = runAction(top, inputs);
    expect(run.status, run.stderr).toBe(1);
    const { findings, changed } = JSON.parse(run.stdout) as { findings: { path: string }[]; changed: object };
    expect(changed).toMatchObject({ everything: false, topics: ["good"] });
    expect([...new Set(findings.map((one) => one.path))]).toEqual(["content/topics/good.md"]);
  });

  it("takes the onetopic that the toolkit has installed, and passes every input as one word", () => {
    const toolkit = tempToolkit("tiny");
    const installed = toolkit.path("node_modules", "onetopic", "bin");
    mkdirSync(installed, { recursive: true });
    toolkit.write(
      "node_modules/onetopic/bin/onetopic.js",
      "console.log(JSON.stringify(process.argv.slice(2)));",
    );
    const run = runAction(toolkit.root, {
      strict: "true",
      depth: "full",
      changed: "$(touch pwned); `touch pwned`",
      baseline: "a b.json",
      args: "content/topics/a b.md\n--verbose\n\n*",
      format: "github; touch pwned",
    });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(JSON.parse(run.stdout)).toEqual([
      "--toolkit=.",
      "check",
      "--format=github; touch pwned",
      "--strict",
      "--full",
      "--changed=$(touch pwned); `touch pwned`",
      "--baseline=a b.json",
      "content/topics/a b.md",
      "--verbose",
      "*",
    ]);
    expect(toolkit.has("pwned")).toBe(false);
  });

  it("says which input is wrong", () => {
    const { root } = tempToolkit("tiny");
    const wrong = (inputs: Readonly<Record<string, string>>) => {
      const { status, stdout } = runAction(root, inputs);
      return [status, stdout.trim()];
    };
    expect(wrong({ toolkit: "nowhere" })).toEqual([2, "::error::The input toolkit names no folder."]);
    expect(wrong({ strict: "yes" })).toEqual([2, "::error::The input strict is neither true nor false."]);
    expect(wrong({ depth: "deep" })).toEqual([
      2,
      "::error::The input depth is none of quick, normal and full.",
    ]);
  });
});

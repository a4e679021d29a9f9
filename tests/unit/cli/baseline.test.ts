import { describe, expect, it } from "vitest";
import { readBaseline } from "../../../src/check/baseline.ts";
import { tempToolkit, type TestToolkit } from "../../support/cli.ts";
import { checkInside } from "../../support/inside.ts";

const name = "onetopic-baseline.json";

interface Report {
  readonly findings: readonly { readonly path: string; readonly line: number; readonly rule: string }[];
  readonly baseline?: { readonly file: string; readonly known: number; readonly gone: number };
}

async function report(
  toolkit: TestToolkit,
  options: Parameters<typeof checkInside>[1] = {},
  paths: string[] = [],
) {
  const { code, stdout } = await checkInside(toolkit.root, { format: "json", ...options }, paths);
  return { code, ...(JSON.parse(stdout) as Report) };
}

/** A toolkit with findings, all of them known. */
async function known(...faults: readonly string[]): Promise<TestToolkit> {
  const toolkit = tempToolkit("tiny", ...faults.map((one) => `faults/${one}`));
  await checkInside(toolkit.root, { updateBaseline: true });
  return toolkit;
}

describe("a baseline", () => {
  it("lists each finding on a line of its own, always in the same order", async () => {
    const toolkit = await known("link-broken", "heading-jump", "topic-no-sources");
    const text = toolkit.read(name);
    const lines = text.split("\n").filter((line) => line.includes('"rule"'));
    expect(lines.map((line) => (JSON.parse(line.replace(/,$/, "")) as { path: string }).path)).toEqual(
      ["heading-jump", "link-broken", "topic-no-sources"].map((one) => `content/topics/${one}.md`),
    );
    await checkInside(toolkit.root, { updateBaseline: true });
    expect(toolkit.read(name)).toBe(text);
  });

  it("keeps known findings quiet, and --no-baseline tells them", async () => {
    const toolkit = await known("link-broken", "heading-jump");
    const { code, stdout } = await checkInside(toolkit.root, { strict: true });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`2 known findings are in the baseline ${name}.`),
    ]);
    expect(stdout).not.toContain("heading/jump");
    const all = await report(toolkit, { baseline: false });
    expect([all.code, all.findings.length, all.baseline]).toEqual([1, 2, undefined]);
  });

  it("knows a finding again when its line has moved, and tells one more that is like it", async () => {
    const toolkit = await known("link-broken");
    const file = "content/topics/link-broken.md";
    const fault = /^.*\]\(.*$/m.exec(toolkit.read(file))?.[0] ?? "";
    toolkit.edit(file, "\n---\n\n", "\n---\n\nA new first paragraph.\n\n");
    expect(await report(toolkit)).toMatchObject({ code: 0, findings: [], baseline: { known: 1, gone: 0 } });
    toolkit.write(file, `${toolkit.read(file)}\nAnd again:\n\n${fault}\n`);
    const again = await report(toolkit);
    expect(again).toMatchObject({
      code: 1,
      findings: [{ path: file, rule: "link/broken" }],
      baseline: { known: 1 },
    });
    expect(again.findings[0]?.line).toBe(toolkit.read(file).split("\n").lastIndexOf(fault) + 1);
  });

  it("tells a finding of another kind on the same line", async () => {
    const toolkit = await known("schema-missing");
    const file = "content/topics/schema-missing.md";
    toolkit.edit(file, /^summary: .*$/m, "title: Now it is the summary that is not there");
    expect(await report(toolkit)).toMatchObject({
      code: 1,
      findings: [{ rule: "schema/missing" }],
      baseline: { gone: 1 },
    });
  });

  it("says what can be taken out, but not of what was not looked at", async () => {
    const toolkit = await known("link-broken", "heading-jump");
    const mended = toolkit.read("content/topics/good.md").replace("title: Good", "title: Better");
    toolkit.write("content/topics/heading-jump.md", mended);
    const { stdout } = await checkInside(toolkit.root, {});
    expect(stdout).toContain('1 of the baseline can be taken out: run "onetopic check --update-baseline".');
    expect((await report(toolkit, {}, ["content/topics/good.md"])).baseline).toMatchObject({
      known: 0,
      gone: 0,
    });
    await checkInside(toolkit.root, { updateBaseline: true });
    expect(await report(toolkit)).toMatchObject({ code: 0, baseline: { known: 1, gone: 0 } });
    toolkit.write(name, toolkit.read(name).replace('"quick"', '"normal"').replace("link-broken", "poster"));
    expect((await report(toolkit)).baseline).toMatchObject({ gone: 0 });
  });

  it("never holds what the web answered", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-broken");
    toolkit.edit("content/topics/good.md", "All is well.", "All is [well](https://localhost/).");
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}checks: { link/unreachable: { allow: ["https://t", "https://e", "http://"] } }\n`,
    );
    const update = await checkInside(toolkit.root, { online: true, updateBaseline: true });
    expect(update.stdout).toContain(`${name} is written: it holds 1 finding.`);
    expect(update.stdout).toContain("link/unreachable");
    expect(toolkit.read(name)).not.toContain("unreachable");
    const { findings, baseline } = await report(toolkit, { online: true });
    expect(findings.map(({ rule }) => rule)).toEqual(["link/unreachable"]);
    expect(baseline).toMatchObject({ known: 1, gone: 0 });
  });

  it("may have another name, counted from the current folder", async () => {
    const toolkit = tempToolkit("tiny", "faults/link-broken");
    await checkInside(toolkit.path("content"), { updateBaseline: true, baseline: "known.json" });
    expect([toolkit.has("content/known.json"), toolkit.has(name)]).toEqual([true, false]);
    expect((await report(toolkit)).code).toBe(1);
    expect((await report(toolkit, { baseline: "content/known.json" })).code).toBe(0);
  });

  it("that cannot be used is refused in words", async () => {
    const toolkit = await known("link-broken");
    const refused = async (
      code: string,
      said: RegExp,
      options: Parameters<typeof checkInside>[1] = {},
      paths: string[] = [],
    ) =>
      expect(checkInside(toolkit.root, options, paths)).rejects.toEqual(
        expect.objectContaining({ code, exit: 2, message: expect.stringMatching(said) as string }),
      );
    await refused("cannot-read", /nowhere\.json cannot be read: there is no such file/, {
      baseline: "nowhere.json",
    });
    await refused("narrow-baseline", /everything/, { updateBaseline: true }, ["content/topics/good.md"]);
    await refused("no-baseline", /no baseline to update/, { updateBaseline: true, baseline: false });
    toolkit.edit(name, '"quick"', '"full"');
    await refused("shallow-baseline", /with more: --full/, { updateBaseline: true });
    const good = toolkit.read(name);
    for (const [text, said] of [
      ["{", /is not JSON/],
      ["<<<<<<< HEAD\n{}", /marks of a merge/],
      ["[]", /no list of findings/],
      [good.replace('"version": 1', '"version": 2'), /another version/],
      [good.replace(/"count":\d+/, '"count":-1'), /finding 1 lacks/],
      [good.replace('"full"', '"deep"'), /"depth" is none/],
    ] as const) {
      toolkit.write(name, text);
      await refused("bad-baseline", said);
    }
    expect((await checkInside(toolkit.root, { updateBaseline: true })).code).toBe(0);
    expect((await report(toolkit)).code).toBe(0);
  });

  it("takes lines that a merge has kept twice for one", () => {
    const line = '{"path":"a","rule":"b","words":"c","count":1}';
    const text = `{"version":1,"depth":"quick","findings":[${line},${line.replace("1}", "2}")},${line}]}`;
    expect(readBaseline(text)).toEqual({
      depth: "quick",
      findings: [{ path: "a", rule: "b", words: "c", count: 2 }],
    });
  });
});

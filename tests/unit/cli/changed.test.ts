import { renameSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Findings } from "../../../src/check/check.ts";
import { examine } from "../../../src/cli/check/examine.ts";
import { problemLine } from "../../../src/check/report.ts";
import { narrow, openScope, topicsIn, type Scope } from "../../../src/cli/check/scope.ts";
import { openToolkit } from "../../../src/cli/context.ts";
import { openWorkshop } from "../../../src/cli/workshop.ts";
import { planArtefacts, type ArtefactRequest } from "../../../src/render/artefacts.ts";
import { renderArtefacts } from "../../../src/render/render.ts";
import { emptyFolder, toolkitIn, type TestToolkit } from "../../support/cli.ts";
import { commitAll, git, repositoryIn } from "../../support/git.ts";
import { contextIn } from "../../support/inside.ts";
import { stripes } from "../../support/pictures.ts";

/** Numbers that come in the same order every time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const slugs = ["one", "two", "three", "four", "five", "six"];

function topic(slug: string, body: string, more = ""): string {
  const sources = `sources:\n  - { title: Plan, url: https://tiny.example/${slug}, checked: 2026-10-01 }\n`;
  const asks = "actions:\n  staff: [Do this.]\n  managers: [Do that.]\n";
  const link = `link: { label: Read the plan, url: https://tiny.example/${slug} }\n`;
  return `---\ntitle: Topic ${slug}\nsummary: All about ${slug}.\nstatus: ready\n${more}${asks}${link}${sources}---\n\n${body}\n`;
}

/** Topics that link to each other, show pictures, and are listed in each other's newsletters. */
function library(folder = emptyFolder()): TestToolkit {
  const root = path.join(folder, "toolkits", "ours");
  const toolkit = toolkitIn(root);
  toolkit.write(
    "onetopic.yaml",
    "toolkit: Ours\nbrand: plain\naudiences:\n  staff: { title: Staff }\n  managers: { title: Managers }\n" +
      "cycle: { every: month, starts: 2026-01-06 }\n",
  );
  toolkit.write(
    "content/brands/plain.yaml",
    'name: Ours\ncolours: { primary: "#1f4e5f" }\nlogo: { file: ../logo.png, alt: Ours }\n',
  );
  for (const name of ["logo", "topics/lamp", "posts/desk"])
    toolkit.write(`content/${name}.png`, stripes(8, 8));
  for (const [at, slug] of slugs.entries()) {
    const next = slugs[(at + 1) % slugs.length];
    toolkit.write(
      `content/topics/${slug}.md`,
      topic(
        slug,
        `All is well. See [the other topic](${next}.md).${at === 2 ? "\n\n![A lamp](lamp%2Epng)" : ""}`,
      ),
    );
  }
  for (const [at, slug] of ["one", "two", "three"].entries()) {
    const cycle = `2026-0${at + 5}`;
    toolkit.write(`content/editions/${cycle}.md`, `---\ncycle: ${cycle}\ntopic: ${slug}\n---\nA note.\n`);
    toolkit.write(
      `content/posts/2026-0${at + 2}-news.md`,
      `---\ntitle: News ${at}\ndate: 2026-0${at + 2}-01\n---\n\nSee [a topic](../topics/${slug}.md). ![A desk](desk.png)\n`,
    );
  }
  return toolkit;
}

type Edit = (toolkit: TestToolkit, roll: (below: number) => number) => void;

const anyTopic = (roll: (below: number) => number) => `content/topics/${slugs[roll(slugs.length)]}.md`;
const inTopic =
  (from: string | RegExp, to: string): Edit =>
  (toolkit, roll) => {
    const file = anyTopic(roll);
    if (toolkit.has(file))
      toolkit.write(
        file,
        toolkit.read(file).replace(from, () => to),
      );
  };
const remove = (toolkit: TestToolkit, file: string) => rmSync(toolkit.path(file), { force: true });

const edits: readonly Edit[] = [
  inTopic(/^title: .*$/m, `title: A long title ${"that goes on ".repeat(4)}`),
  inTopic(/^summary: .*$/m, "summary: TODO say it in words."),
  inTopic("status: ready", "status: ready\nreview: 2026-01-01"),
  inTopic("status: ready", "status: retired"),
  inTopic("status: ready", "status: ready\npriority: 1"),
  inTopic("status: ready", "status: ready\npin: 2026-08"),
  inTopic("status: ready", "status: ready\nseason: { from: 07-01, to: 08-31 }"),
  inTopic("Do this.", "Do [this](http://tiny.example/this)."),
  inTopic("All is well.", "See [here](nothing.md) and ![](../posts/desk.png)."),
  inTopic("All is well.", "Read [our news](../posts/2026-02-news.md).\n\n#### Deep"),
  inTopic("All is well.", "Word after word. ".repeat(7000)),
  inTopic("title:", "title: ["),
  inTopic(/link: .*\n/, "link: { label: Another plan, url: https://elsewhere.example/page }\n"),
  (toolkit, roll) => remove(toolkit, anyTopic(roll)),
  (toolkit, roll) => {
    const file = anyTopic(roll);
    if (toolkit.has(file))
      renameSync(toolkit.path(file), toolkit.path(`content/topics/renamed-${roll(100)}.md`));
  },
  (toolkit, roll) =>
    toolkit.write(`content/topics/new-${roll(9)}.md`, topic("new", "New words.", "priority: 1\n")),
  (toolkit, roll) => remove(toolkit, `content/editions/2026-0${5 + roll(4)}.md`),
  (toolkit, roll) => {
    const cycle = `2026-0${5 + roll(5)}`;
    const chosen = slugs[roll(slugs.length)];
    toolkit.write(
      `content/editions/${cycle}.md`,
      `---\ncycle: ${cycle}\ntopic: ${chosen}\n---\nA [note](gone.md).\n`,
    );
  },
  (toolkit, roll) => remove(toolkit, `content/posts/2026-0${2 + roll(3)}-news.md`),
  (toolkit, roll) =>
    toolkit.write(
      `content/posts/2026-0${2 + roll(4)}-news.md`,
      "---\ntitle: Other news\ndate: 2026-03-03\n---\n\n[More](x.md)\n",
    ),
  (toolkit) => remove(toolkit, "content/topics/lamp.png"),
  (toolkit) => toolkit.write("content/posts/desk.png", "no picture"),
];
/** After these, everything is looked at. */
const decisive: readonly Edit[] = [
  (toolkit) => remove(toolkit, "content/logo.png"),
  (toolkit) => toolkit.write("content/brands/plain.yaml", 'name: Ours\ncolours: { primary: "#eeeeee" }\n'),
  (toolkit) =>
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}checks: { link/weak-text: error }\n`),
  (toolkit) => toolkit.write("templates/partials/more.txt.hbs", "{{recipient.name}}\n"),
];

interface Looked {
  readonly lines: ReadonlySet<string>;
  readonly found: Findings;
  readonly scope: Scope;
  /** Slug to everything that is written of the topic. */
  readonly written: ReadonlyMap<string, string>;
}

const newsletters = {
  variants: ["newsletter"],
  sizes: ["A4"],
  formats: ["html", "txt"],
} satisfies Partial<ArtefactRequest>;

async function look(root: string, since?: string, rendering = false): Promise<Looked> {
  const context = contextIn(root);
  const workshop = await openWorkshop(context, await openToolkit(context));
  const { toolkit, studio, checkInput } = workshop;
  const scope = await openScope(context, toolkit, [], since, []);
  const { found: all } = await examine(context, {
    root: toolkit.root,
    depth: "quick",
    lists: [],
    useCache: false,
    choose: (read) => topicsIn(scope, read),
    onTopic: () => {},
  });
  const found = narrow(scope, toolkit, { ...all, lists: [] });
  const written = new Map<string, string>();
  for (const one of rendering ? toolkit.topics : []) {
    const specs = planArtefacts({ ...newsletters, brands: ["plain"] }, [], "plain");
    const parts = renderArtefacts(studio, toolkit.settings, specs, (spec) => checkInput.inputOf(one, spec));
    for await (const { content } of parts)
      written.set(one.slug, `${written.get(one.slug) ?? ""}${content?.().toString() ?? ""}`);
  }
  await studio.close();
  return { found, scope, written, lines: new Set(found.problems.map(problemLine)) };
}

/** One to four edits, of which some are committed, some staged, and some neither. */
function change(toolkit: TestToolkit, roll: (below: number) => number): string {
  const done: string[] = [];
  for (let more = roll(4); more >= 0; more -= 1) {
    const [name, choice] = roll(12) === 0 ? (["decisive", decisive] as const) : (["edit", edits] as const);
    const at = roll(choice.length);
    choice[at]?.(toolkit, roll);
    done.push(`${name} ${at}`);
    if (roll(4) === 0) git(toolkit.root, "add", "--all");
    if (roll(4) === 0) commitAll(toolkit.root, "A part of it");
  }
  return done.join(", ");
}

describe("--changed", () => {
  it.each([1])("tells whatever is new because of a change (%i)", { timeout: 120_000 }, async (seed) => {
    const roll = dice(seed);
    const toolkit = library();
    const { root } = toolkit;
    repositoryIn(path.dirname(root));
    const start = git(root, "rev-parse", "HEAD");
    const clean = await look(root, undefined, true);
    expect([...clean.lines]).toEqual([]);
    let [before, narrowed, fresh] = [clean, 0, 0];
    for (let step = 0; step < 9; step += 1) {
      if (step % 3 === 0) {
        git(root, "reset", "--quiet", "--hard", start);
        git(root, "clean", "--quiet", "-d", "--force");
        before = clean;
      }
      const base = git(root, "rev-parse", "HEAD");
      const done = change(toolkit, roll);
      const [after, changed] = [await look(root, undefined, true), await look(root, base)];
      const news = [...after.lines].filter((line) => !before.lines.has(line));
      expect(
        news.filter((line) => !changed.lines.has(line)),
        done,
      ).toEqual([]);
      expect(
        [...changed.lines].filter((line) => !after.lines.has(line)),
        done,
      ).toEqual([]);
      const { affected } = changed.scope;
      if (affected && !affected.everything) {
        const others = [...after.written].filter(([slug]) => !affected.topics.has(slug));
        // What is not looked at is written as before, letter by letter.
        for (const [slug, written] of others)
          expect(written === before.written.get(slug), `${done}: ${slug}`).toBe(true);
        narrowed += others.length;
      }
      fresh += news.length;
      commitAll(root, "The rest");
      before = after;
    }
    expect(narrowed).toBeGreaterThan(5);
    expect(fresh).toBeGreaterThan(5);
  });
});

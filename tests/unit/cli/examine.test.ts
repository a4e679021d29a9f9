import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tidy } from "../../../src/check/check.ts";
import { problemLine } from "../../../src/check/report.ts";
import { examine } from "../../../src/cli/check/examine.ts";
import { digestOf } from "../../../src/cli/check/store.ts";
import { fixtures, now, tempToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";
import { gif } from "../../support/pictures.ts";

let temp = "";
const before = process.env["TMPDIR"];

beforeAll(() => {
  temp = mkdtempSync(path.join(tmpdir(), "onetopic-store-"));
  process.env["TMPDIR"] = temp;
});

afterAll(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  rmSync(temp, { recursive: true });
});

/** What a check finds in a folder, as lines, and how many topics it had to judge. */
async function look(root: string, useCache: boolean, day = now): Promise<string[]> {
  const context = contextIn(root, { day });
  const { toolkit, found } = await examine(context, {
    root,
    depth: "quick",
    lists: [],
    useCache,
    choose: ({ topics }) => topics,
    onTopic: () => {},
  });
  return [...tidy(found.problems, toolkit).map(problemLine), `${found.topics} ${found.artefacts}`];
}

const topic = (title: string, ...body: string[]) =>
  `---\ntitle: ${title}\nsummary: What it is about.\nstatus: ready\nreview: 2026-12-10\nactions:\n  staff: [Do this.]\n  managers: [Do that.]\nlink: { label: The whole plan, url: "https://tiny.example/${title}" }\n---\n\n${body.join("\n")}\n`;

type Toolkit = ReturnType<typeof tempToolkit>;

/** Changes that show in what is found, and some that do not. */
const edits: readonly (readonly [string, (toolkit: Toolkit) => unknown])[] = [
  [
    "a topic's words",
    (kit) => kit.write("content/topics/one.md", topic("One", "Now TODO.", "[Two](two.md)")),
  ],
  [
    "a sign that nobody sees",
    (kit) => kit.write("content/topics/three.md", topic("Three", "A zero\u200bwidth space.")),
  ],
  [
    "a misspelt word in a post",
    (kit) =>
      kit.write(
        "content/posts/2026-10-old.md",
        "---\ntitle: Old\ndate: 2026-10-01\n---\n\nThe clinc is open.\n",
      ),
  ],
  ["the topic that another links to", (kit) => kit.write("content/topics/two.md", topic("Second", "Well."))],
  ["that topic taken away", (kit) => rmSync(kit.path("content/topics/two.md"))],
  ["that topic brought back, broken", (kit) => kit.write("content/topics/two.md", "---\ntitle: [\n---\n")],
  ["a picture taken away", (kit) => rmSync(kit.path("content/topics/shape.gif"))],
  ["a picture that is none", (kit) => kit.write("content/topics/shape.gif", "no picture")],
  [
    "words that all topics share, with a picture and a link",
    (kit) => {
      kit.write("content/topics/two.md", topic("Two", "Well."));
      kit.write(
        "onetopic.yaml",
        `${kit.read("onetopic.yaml")}variants: { email: { text: "![A](shared.gif) [Two](two.md)" } }\n`,
      );
    },
  ],
  ["the picture in them", (kit) => writeFileSync(kit.path("content/topics/shared.gif"), gif(400))],
  ["that picture spoiled", (kit) => kit.write("content/topics/shared.gif", "no picture")],
  ["the topic that they link to", (kit) => rmSync(kit.path("content/topics/two.md"))],
  ["a post", (kit) => kit.write("content/posts/2026-11-new.md", "---\ntitle: New\ndate: 2026-11-01\n---\n")],
  ["the settings", (kit) => kit.edit("onetopic.yaml", "toolkit: Tiny", "toolkit: Tiniest")],
  ["an audience that is gone", (kit) => kit.edit("onetopic.yaml", "  managers: { title: Managers }\n", "")],
  [
    "a level",
    (kit) => kit.write("onetopic.yaml", `${kit.read("onetopic.yaml")}checks: { topic/no-sources: error }\n`),
  ],
  [
    "a template that cannot be filled",
    (kit) =>
      kit.write(
        "templates/email.txt.hbs",
        "{{#each topic.asks}}{{@root.recipient.ward}}{{/each}}{{topic.nothing}}",
      ),
  ],
  ["a template that is well again", (kit) => kit.write("templates/email.txt.hbs", "{{topic.title}}")],
  ["settings that cannot be read", (kit) => kit.edit("onetopic.yaml", "toolkit: Tiniest", "toolkit: [")],
];

describe("what is known from earlier checks", () => {
  it("never differs from what is found anew, whatever was changed", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/topics/one.md", topic("One", "[Two](two.md) ![A shape](shape.gif)"));
    toolkit.write("content/topics/two.md", topic("Two", "[One](one.md)"));
    writeFileSync(toolkit.path("content/topics/shape.gif"), gif(400));
    const seen = new Set<string>();
    for (const [what, change] of [["nothing", () => {}] as const, ...edits]) {
      change(toolkit);
      const anew = await look(toolkit.root, false);
      expect(await look(toolkit.root, true), what).toEqual(anew);
      seen.add(anew.join("\n"));
    }
    // Most changes are of those that show, or nothing would be proved.
    expect(seen.size).toBeGreaterThanOrEqual(8);
  });

  it("follows the calendar", async () => {
    const toolkit = tempToolkit("tiny");
    toolkit.write("content/topics/one.md", topic("One", "Words."));
    for (const day of [now, "2026-12-10T10:00:00Z", "2026-12-11T10:00:00Z", now])
      expect(await look(toolkit.root, true, day), day).toEqual(await look(toolkit.root, false, day));
  });

  it("is used: what was kept is what is told", async () => {
    const toolkit = tempToolkit("tiny");
    const anew = await look(toolkit.root, true);
    for (const file of stored()) {
      forge(file);
    }
    expect(await look(toolkit.root, true)).not.toEqual(anew);
  });

  it("is left alone when it is damaged, or when others could have written it", async () => {
    const toolkit = tempToolkit("tiny");
    const anew = await look(toolkit.root, true);
    for (const file of stored()) writeFileSync(file, readFileSync(file, "utf8").slice(0, -20));
    expect(await look(toolkit.root, true)).toEqual(anew);
    for (const file of stored())
      writeFileSync(file, readFileSync(file, "utf8").replace('"problems":[]', '"problems":77'));
    expect(await look(toolkit.root, true)).toEqual(anew);
    for (const file of stored()) {
      forge(file);
      if (process.platform !== "win32") chmodSync(path.dirname(file), 0o777);
    }
    if (process.platform !== "win32") expect(await look(toolkit.root, true)).toEqual(anew);
    for (const file of stored()) chmodSync(path.dirname(file), 0o700);
  });
});

/** Other findings than the true ones, with a digest that fits. */
function forge(file: string): void {
  const [, json = ""] = readFileSync(file, "utf8").split("\n");
  const other = json.replaceAll(/"artefacts":\d+/g, '"artefacts":77');
  writeFileSync(file, `${digestOf(other)}\n${other}`);
}

function stored(): string[] {
  return readdirSync(temp, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => path.join(temp, name));
}

describe("a crowd of topics", () => {
  it("is shared out among processes where there are more than two processors, and found to be the same", async () => {
    const toolkit = tempToolkit("tiny");
    mkdirSync(toolkit.path("content/topics"), { recursive: true });
    const weak = path.join(fixtures, "faults/link-weak-text/content/topics/link-weak-text.md");
    for (let at = 0; at < 320; at += 1) cpSync(weak, toolkit.path(`content/topics/topic-${at}.md`));
    toolkit.write(
      "onetopic.yaml",
      `${toolkit.read("onetopic.yaml")}checks: { topic/duplicate-title: "off" }\n`,
    );
    // A helper is a program: it must be the built one.
    const built = pathToFileURL(path.resolve("dist/cli/check/examine.js")).href;
    const { examine: examineBuilt } = (await import(built)) as { examine: typeof examine };
    const wanted = {
      root: toolkit.root,
      depth: "quick",
      lists: [],
      useCache: false,
      onTopic: () => {},
    } as const;
    const looks = [2, 4].map(async (processors) => {
      const { found } = await examineBuilt(contextIn(toolkit.root), {
        ...wanted,
        processors,
        choose: ({ topics }) => topics,
      });
      return found;
    });
    const [alone, together] = await Promise.all(looks);
    expect(together).toEqual(alone);
    expect(together).toMatchObject({ topics: 321, artefacts: 321 * 9 });
    expect(together?.problems).toHaveLength(640);
  });
});

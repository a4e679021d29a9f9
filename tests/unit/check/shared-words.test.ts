import { describe, expect, it } from "vitest";
import { tidy } from "../../../src/check/check.ts";
import { webLinks } from "../../../src/check/links.ts";
import { referencesOf } from "../../../src/check/references.ts";
import { problemLine } from "../../../src/check/report.ts";
import { examine } from "../../../src/cli/check/examine.ts";
import { tempToolkit } from "../../support/cli.ts";
import { contextIn } from "../../support/inside.ts";

const topic = (title: string) =>
  `---\ntitle: ${title}\nsummary: What it is about.\nstatus: ready\nreview: 2027-02-10\nactions:\n  staff: [Do this.]\n  managers: [Do that.]\nlink: { label: The whole plan, url: "https://tiny.example/${title}" }\nsources: [{ title: Plan, url: "https://tiny.example/plan", checked: "2026-11-01" }]\n---\n\nWords.\n`;

async function look(settings: string) {
  const toolkit = tempToolkit("tiny");
  toolkit.write("content/topics/one.md", topic("One"));
  toolkit.write("content/topics/two.md", topic("Two"));
  toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}${settings}`);
  const examined = await examine(contextIn(toolkit.root), {
    root: toolkit.root,
    depth: "quick",
    lists: [],
    useCache: false,
    choose: ({ topics }) => topics,
    onTopic: () => {},
  });
  const found = tidy(examined.found.problems, examined.toolkit).map((one) =>
    problemLine(one).split("  ").slice(0, 3).join(" "),
  );
  return { found, toolkit: examined.toolkit };
}

describe("words of the settings that all topics share", () => {
  it("are checked where they stand", async () => {
    const { found } = await look(
      [
        "variants:",
        "  email:",
        "    headline: TODO",
        "    text: |",
        "      See [here](javascript:x) and [there](missing.md).",
        "      Not [the other topic](two.md), which is there.",
        "    messages:",
        "      - TBC by <b>us</b>.",
        "      - You must utilise ![A shape](shape.gif) at the clinc.",
        "    actions:",
        "      staff: ['[click here](https://tiny.example/a)']",
        "",
      ].join("\n"),
    );
    expect(found).toEqual([
      "onetopic.yaml:10:5 error topic/placeholder",
      "onetopic.yaml:11:5 error link/broken",
      "onetopic.yaml:11:5 error link/unsafe",
      "onetopic.yaml:11:5 warn link/weak-text",
      "onetopic.yaml:15:9 warn markdown/html",
      "onetopic.yaml:15:9 error topic/placeholder",
      "onetopic.yaml:16:9 error schema/invalid",
      "onetopic.yaml:16:9 warn text/jargon",
      "onetopic.yaml:16:9 warn text/spelling",
      "onetopic.yaml:18:15 warn link/weak-text",
    ]);
  });

  it("are told once, not once for each topic", async () => {
    const long = "A subject that goes on and on, until no inbox shows the end of it to anybody any more";
    const { found } = await look(
      [
        "variants:",
        `  email: { subject: "${long}", preheader: "${long}" }`,
        `  screen: { headline: "${long} whatever they do about it" }`,
        "",
      ].join("\n"),
    );
    expect(found.filter((one) => /subject|preheader|headline/.test(one))).toEqual([
      "onetopic.yaml:9:12 warn text/subject-long",
      "onetopic.yaml:9:110 warn text/preheader-repeats",
      "onetopic.yaml:10:13 warn screen/headline-long",
    ]);
  });

  it("are among what a topic's findings depend on, from where the topic stands", async () => {
    const { toolkit } = await look(
      'variants: { email: { text: "![A](shared.gif) [Two](two.md)", messages: ["[One](one.md)"] } }\n',
    );
    const [first] = toolkit.topics;
    const references = first ? referencesOf(first, undefined, toolkit.settings) : [];
    expect(references.map(({ kind, file, href }) => `${kind} ${file} ${href}`).toSorted()).toEqual([
      `image ${first?.source.path} shared.gif`,
      `link ${first?.source.path} one.md`,
      `link ${first?.source.path} two.md`,
    ]);
  });

  it("have their links asked for", async () => {
    const { toolkit } = await look(
      'variants: { email: { text: "See [the plan](https://tiny.example/shared)." } }\n',
    );
    expect(webLinks(toolkit, []).map(({ address, path }) => `${path} ${address}`)).toContain(
      "onetopic.yaml https://tiny.example/shared",
    );
  });
});

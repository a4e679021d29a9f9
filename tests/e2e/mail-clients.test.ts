import { describe, expect, it } from "vitest";
import { exceptions } from "../../src/check/output/exceptions.ts";
import { readPage } from "../../src/check/output/page-tree.ts";
import { readFeatures } from "../../src/check/output/programs-data.ts";
import { usesIn } from "../../src/check/output/uses.ts";
import { expectCode, tempToolkit } from "../support/cli.ts";

const asOld = "As old as HTML mail itself: the data does not ask.";
/** What the data says nothing about. */
const unlisted: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["a", "br", "em", "head", "html", "meta", "sup", "title"].map((name) => `element ${name}`),
      ...["alt", "border", "class", "href", "scope", "src", "start", "style"].map(
        (name) => `attribute ${name}`,
      ),
      "property color",
      "scheme https",
      "meta charset",
    ].map((use) => [use, asOld]),
  ),
  "attribute aria-roledescription":
    "Screen readers that know it say that this is an email; others say article.",
  "media max-width": "The data judges @media as a whole.",
  "meta format-detection": "Keeps iOS from making links of numbers and dates; others do not ask.",
  "meta viewport": "Lets phones show the page in their own width; others do not ask.",
  "meta x-apple-disable-message-reformatting": "Keeps older iOS from scaling the page; others do not ask.",
  "property -webkit-text-size-adjust": "Keeps iOS from enlarging single lines; others do not ask.",
  "property mso-padding-alt": "The room around the button's words in classic Outlook; others do not ask.",
};

describe("what newsletters and emails are made of", async () => {
  const sampler = tempToolkit("sampler");
  const run = await sampler.run("render", "2026-11", "--variant", "newsletter,email", "--format", "html");
  const pages = sampler.list("out/everything").filter((name) => name.endsWith(".html"));
  const read = pages.map((name) => sampler.read(`out/everything/${name}`));
  const uses = new Set(read.flatMap((page) => usesIn(page, readPage(page)).map(({ name }) => name)));
  const featuresOf = await readFeatures();
  const needed = new Map(
    [...uses].flatMap((use) => featuresOf(use).map((feature) => [feature.slug, feature] as const)),
  );

  it("holds everything that Markdown and the templates can write", () => {
    expectCode(run, 0);
    expect(pages).toEqual(["email.html", "email.makers.html", "email.readers.html", "newsletter.html"]);
    for (const element of [
      "table",
      "ul",
      "ol",
      "blockquote",
      "code",
      "del",
      "sup",
      "img",
      "hr",
      "h6",
      "span",
    ])
      expect(uses).toContain(`element ${element}`);
  });

  it("is supported by every mail program, or an addition that may be missing", () => {
    const lacking = [...needed.values()].map(({ slug, lacking: names }) => [slug, [...names]] as const);
    const found = Object.fromEntries(lacking.filter(([, names]) => names.length > 0));
    const known = Object.fromEntries(Object.entries(exceptions).map(([slug, { lack }]) => [slug, [...lack]]));
    expect(found).toEqual(known);
  });

  it("is known to the data, but for what is listed here", () => {
    const unknown = [...uses].filter((use) => !/^property .*:/.test(use) && featuresOf(use).length === 0);
    expect(unknown.toSorted()).toEqual(Object.keys(unlisted).toSorted());
  });

  it("has a reason for each exception", () => {
    const reasons = [...Object.values(exceptions).map(({ why }) => why), ...Object.values(unlisted)];
    for (const why of reasons) expect(why).toMatch(/^[A-Z[].{20,}\.$/s);
  });
});

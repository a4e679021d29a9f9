import { describe, expect, it } from "vitest";
import { expectCode, tempToolkit } from "../support/cli.ts";

describe("the text part of mails", async () => {
  const sampler = tempToolkit("sampler");
  const run = await sampler.run(
    "render",
    "2026-11",
    "--all-brands",
    "--variant",
    "newsletter,email",
    "--format",
    "txt",
  );
  const names = sampler.list("out/everything").filter((name) => name.endsWith(".txt"));
  const text = (name: string) => sampler.read(`out/everything/${name}`);

  it("is there for every brand and audience", () => {
    expectCode(run, 0);
    expect(names).toHaveLength(4 * 4);
  });

  it.for(names)("%s has lines of at most 72 characters, but for a single long word and for code", (name) => {
    const long = text(name)
      .split("\n")
      .filter(
        (line) =>
          line.length > 72 && !line.startsWith("    ") && /\S\s+\S/.test(line.replace(/^(\[\d+\]|-) /, "")),
      );
    expect(long).toEqual([]);
  });

  it("numbers the links of an article and lists their addresses, each once", () => {
    const [article = "", list = ""] = text("newsletter.txt").split("\nLinks\n-----\n");
    const marks = new Set(article.slice(article.indexOf("\nWords\n")).match(/\[\d+\]/g));
    const listed = list.slice(1, list.indexOf("\n\n", 1)).split("\n");
    expect(listed.map((line) => line.split(" ")[0])).toEqual([...marks]);
    for (const line of listed) expect(line).toMatch(/^\[\d+\] https:\/\/\S+$/);
  });

  it("reads well: the note's link below it, tables as entries, pictures and boxes as words", () => {
    const newsletter = text("newsletter.txt");
    for (const part of [
      "with a link of its own [1] and a line\nthat breaks where it is told to.\n\n[1] https://sampler.example/note\n",
      "code and a link\n  <https://sampler.example/message>.",
      "- Organisation: Southmoor\n  Responsible professional: Pharmacists\n  Communication channel: Correspondence\n  Working hours: 24 hours\n\n",
      "\nNorth    1  2    3\nSouth   10  20   30\n",
      "\n[Picture: A wide picture: three hills under a sun]\n",
      "- [x] Done\n- [ ] Not done yet",
      "It has a footnote (note 1)",
      "\n2. A longer note.\n\n   It has a second paragraph.\n",
      "\n1. First\n2. Second\n   - with a point\n\n   1. and a number\n3. Third\n",
      "\n> It said so in the letter.\n>\n> - and in a list\n",
    ])
      expect(newsletter).toContain(part);
    expect(newsletter).not.toMatch(/&\w+;|<\/(?!b>|script>)|\*\*|\]\(/);
  });

  it("keeps a brand's handles and addresses as they are, whatever words it replaces", () => {
    const email = text("email.yellow.txt");
    expect(email).toContain("A specimen of everything that a mail can hold");
    expect(email).toContain(
      "\nFollow us:\n- Bluesky: @sampler.example\n- Mastodon: https://social.sampler.example/@sampler\n",
    );
  });
});

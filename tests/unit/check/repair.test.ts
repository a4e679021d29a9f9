import { describe, expect, it } from "vitest";
import { secureHosts } from "../../../src/check/repair/hosts.ts";
import { repairText, type RepairFacts } from "../../../src/check/repair/repair.ts";
import { toHtml } from "../../../src/render/markdown/html.ts";
import { parseMarkdown } from "../../../src/render/markdown/parse.ts";
import { readYaml } from "../../../src/toolkit/yaml.ts";
import { parseMarkdownFile } from "../../../src/toolkit/front-matter.ts";

const facts: RepairFacts = { isOn: () => true, hosts: secureHosts(["https://www.ours.example/x"]), readYaml };
const file = (front: string, body: string) => `---\n${front}\n---\n${body}`;
const repaired = (text: string) => repairText(text, facts).text;
/** The body after repair. */
const body = (text: string) => repaired(file("title: T", text)).slice("---\ntitle: T\n---\n".length);
const front = (text: string) => /^---\n([^]*)\n---\n/.exec(repaired(file(text, "")))?.[1];

describe("repairs of a body", () => {
  it.each([
    ["a space at the end \nof a line\t\n", "a space at the end\nof a line\n"],
    ["a break  \nstays\n", "a break  \nstays\n"],
    ["no break  \n\nat the end  \n", "no break\n\nat the end\n"],
    ["the last line", "the last line\n"],
    ["```\ncode  \n\u200b \n```\nand \n", "```\ncode  \n\u200b \n```\nand\n"],
    ["Text\n\n    indented code  \n\nand \n", "Text\n\n    indented code  \n\nand\n"],
    ["a zero\u200b width\ufeff\n", "a zero width\n"],
    [
      "10\u00a0mg stay together,\u00a0 others\u00a0\u00a0do not\u00a0\n",
      "10\u00a0mg stay together,  others  do not\n",
    ],
    ["👩‍⚕️ and من‌ای stay\n", "👩‍⚕️ and من‌ای stay\n"],
    ["[a](https://x.example “Title”)\n", '[a](https://x.example "Title")\n'],
    ["[a](“https://x.example”)\n", "[a](https://x.example)\n"],
    [
      "![A lamp](lamp.png „On the wall“), [a](“b.md#c”)\n",
      '![A lamp](lamp.png "On the wall"), [a](b.md#c)\n',
    ],
    ["[https://x.example](https://x.example “T”)\n", '[https://x.example](https://x.example "T")\n'],
    ["- [`a` b](/c “T”)\n\n      [x](a.md “t”)\n", '- [`a` b](/c "T")\n\n      [x](a.md “t”)\n'],
    ["`[a](x “y”)` and `http://www.gov.uk`\n", "`[a](x “y”)` and `http://www.gov.uk`\n"],
    [
      "[a](http://www.GOV.uk/x?y#z), <http://nhs.uk>, http://ours.example.\n",
      "[a](https://www.GOV.uk/x?y#z), <https://nhs.uk>, https://ours.example.\n",
    ],
    [
      "http://gov.uk.evil.example http://a.nhs.uk http://gov.uk:80/ http://gov.uk@x.example\n",
      "http://gov.uk.evil.example http://a.nhs.uk http://gov.uk:80/ http://gov.uk@x.example\n",
    ],
    [
      "[old](https://web.archive.org/web/2020/http://www.gov.uk/x), [r](https://x.example/?u=http://nhs.uk/)\n",
      "[old](https://web.archive.org/web/2020/http://www.gov.uk/x), [r](https://x.example/?u=http://nhs.uk/)\n",
    ],
    ["<https://x.example/(http://nhs.uk/)>\n", "<https://x.example/(http://nhs.uk/)>\n"],
    [
      "[see http://nhs.uk](http://nhs.uk) and [http://gov.uk](http://gov.uk)\n",
      "[see http://nhs.uk](https://nhs.uk) and [http://gov.uk](https://gov.uk)\n",
    ],
    [
      "[http://gov.uk](http://gov.uk), [a]\n\n[a]: http://gov.uk\n",
      "[https://gov.uk](https://gov.uk), [a]\n\n[a]: https://gov.uk\n",
    ],
    ['<a href="http://nhs.uk">\n', '<a href="http://nhs.uk">\n'],
    ["| a | b |\n|---|---|\n| 1 | 2 | \n", "| a | b |\n|---|---|\n| 1 | 2 |\n"],
  ])("%j", (before, after) => {
    expect(body(before)).toBe(after);
  });
});

describe("a body that stays as it is", () => {
  it.each([
    "Text\n\n    [x](a.md “t”)\n\nend\n",
    "Text `a\n[x](a.md “t”) b` end\n",
    "Text ``a ` [x](a.md “t”) ` b`` end\n",
    "Text \\[x](a.md “t”) \\[x](“a.md”) and <p title=“[x](a.md “t”)”>\n",
    "She said “no” (“never”).\n",
    "The body [NICE](“Institute”) says so, [he](“and/or”) [she](“10:30”) [they](“e.g.”).\n",
    "A[^1](“see”), B[^1](“see.md”)\n\n[^1]: A note.\n",
    "Store it at\n-\u00a05 °C or below.\n",
    "From\n\n1.\u00a0January 2027 on.\n",
    "Ring\n+\u00a044 20 7946 0000 at any time.\n",
    "Word*\n\n*\u00a0Not for children.\n",
    "#\u00a01 priority this month.\n",
  ])("%j", (text) => {
    expect(repairText(file("title: T", text), facts).repairs).toEqual([]);
  });
});

describe("repairs of front matter", () => {
  it.each([
    ["title: T ", "title: T"],
    ["title: “A title: with a colon”", 'title: "A title: with a colon"'],
    ["title: “A title in quotes”", "title: “A title in quotes”"],
    ["title: T\nreview: “2026-01-01”", 'title: T\nreview: "2026-01-01"'],
    ["title: T\nlink:\n\tlabel: L\n\turl: x", "title: T\nlink:\n  label: L\n  url: x"],
    ["title: T\nscenario: |\n  kept  \n  as it is", "title: T\nscenario: |\n  kept  \n  as it is"],
    [
      "title: T # see http://gov.uk\nurl: http://gov.uk/x#y",
      "title: T # see http://gov.uk\nurl: https://gov.uk/x#y",
    ],
    ["title: T\u200b\nsummary: 10\u00a0mg", "title: T\nsummary: 10\u00a0mg"],
    ["title: [", "title: ["],
    [
      "title: http://nhs.uk\nsummary: See http://nhs.uk\nmessages:\n  - See http://nhs.uk, [http://nhs.uk is old](http://nhs.uk)",
      "title: http://nhs.uk\nsummary: See http://nhs.uk\nmessages:\n  - See http://nhs.uk, [http://nhs.uk is old](https://nhs.uk)",
    ],
    [
      "messages:\n  - See http://nhs.uk\nlink: { url: http://www.nhs.uk/#a, label: http://nhs.uk }",
      "messages:\n  - See https://nhs.uk\nlink: { url: http://www.nhs.uk/#a, label: http://nhs.uk }",
    ],
    [
      "title: T\nsources:\n  - url: http://www.nhs.uk/#a\n    title: http://nhs.uk",
      "title: T\nsources:\n  - url: https://www.nhs.uk/#a\n    title: http://nhs.uk",
    ],
    [
      "title: “Fit notes: what changes”\nmessages:\n  - “I was heard”\n  - “I waited: so: nobody came”\nscenario: “Said”",
      'title: "Fit notes: what changes"\nmessages:\n  - “I was heard”\n  - "I waited: so: nobody came"\nscenario: “Said”',
    ],
    [
      "title: “A: b”\nlink:\n\turl: x\nscenario: |\n  date: “to: day”\n  \tas it is",
      'title: "A: b"\nlink:\n  url: x\nscenario: |\n  date: “to: day”\n  \tas it is',
    ],
    [
      "title: T\nscenario: |\n  A letter\n  date: “today”\n  url: “x”\nreview: “2026-01-01”",
      'title: T\nscenario: |\n  A letter\n  date: “today”\n  url: “x”\nreview: "2026-01-01"',
    ],
  ])("%j", (before, after) => {
    expect(front(before)).toBe(after);
  });

  it("sets the dashes of a word processor straight, but only around front matter", () => {
    expect(repaired("—\ntitle: T\n—\nText\n")).toBe("---\ntitle: T\n---\nText\n");
    expect(repaired("---\ntitle: T\n–-\nText\n")).toBe("---\ntitle: T\n---\nText\n");
    expect(repaired("—\ntitle: T\n—\n\nText\n\n—\nnote\n")).toBe("---\ntitle: T\n---\n\nText\n\n—\nnote\n");
    for (const close of ["---", "—"]) {
      const text = `${close}\ntitle: T\n–\nsummary: S\n${close}\nBody\n`;
      expect(repairText(text, facts)).toEqual({ text, repairs: [] });
    }
    expect(repaired("—\nA poem\n—\nText \n")).toBe("—\nA poem\n—\nText \n");
  });
});

describe("what is not repaired", () => {
  it("stays byte for byte: marks, line ends, comments, the order of keys", () => {
    const text =
      "\uFEFF---\r\n# A comment  with  spaces\r\ntitle:   'T'\r\nzebra: 1\r\n---\r\n\r\nOne.\r\nTwo.\n";
    expect(repairText(text, facts)).toEqual({ text, repairs: [] });
    expect(repaired(text.replace("One.", "One. "))).toBe(text);
    expect(repaired("---\r\ntitle: T\r\n---\r\nOne.")).toBe("---\r\ntitle: T\r\n---\r\nOne.\r\n");
  });

  it("is what rules that are off would change", () => {
    const text = file("title: T ", "http://gov.uk \u200b \n[a](“b.md”)");
    const off = (...rules: string[]) => repairText(text, { ...facts, isOn: (rule) => !rules.includes(rule) });
    expect(off("link/insecure").text).toBe(file("title: T", "http://gov.uk\n[a](b.md)\n"));
    expect(off("file/spaces", "file/unseen", "link/insecure", "link/quotes")).toEqual({ text, repairs: [] });
    expect(repairText(text, facts).repairs).toEqual(
      [
        { line: 2, column: 9, rule: "file/spaces" },
        { line: 4, column: 1 + "http".length, rule: "link/insecure" },
        { line: 4, column: 15, rule: "file/unseen" },
        { line: 5, column: 5, rule: "link/quotes" },
        { line: 5, column: 7, rule: "file/spaces" },
      ].map((one) => expect.objectContaining({ line: one.line, rule: one.rule }) as unknown),
    );
  });
});

describe("a line that resists", () => {
  it("does not keep the others from being repaired, however many they are", () => {
    const lines = Array.from({ length: 400 }, (_, at) => `Line ${at}`);
    const resisting = "A `code of two\t\nlines`, and in a list:\n\n-     indented \n";
    const text = file("title: T", `${lines.join(" \n")}\n${resisting}\n`);
    const { text: after, repairs } = repairText(text, facts);
    expect(repairs).toHaveLength(lines.length - 1);
    expect(after).toBe(text.replaceAll(/(Line \d+) \n/g, "$1\n"));
  });

  it("costs no more than reading the text a few times, though all resist", () => {
    const code = Array.from({ length: 3000 }, (_, at) => `    code ${at} \u200b `).join("\n");
    const text = file("title: T", `Words \n\n${code}\n`);
    const started = performance.now();
    expect(repairText(text, facts).repairs).toEqual([{ line: 4, column: 6, rule: "file/spaces" }]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** The same numbers on each run. */
function dice(state: number): (below: number) => number {
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("any hostile body", () => {
  // What a repair makes of a piece, if it may; its words are the same in both.
  const slips: readonly (readonly [typed: string, words: string])[] = [
    ["[a](a.md “t”)", "a"],
    ["[b](“c.md”)", "b"],
    ["[i](j.md “k”)", "i"],
    ["[x](a.md “t”)", "x"],
    ["[d](e.png „f“)", "d"],
    ["[g](http://www.gov.uk/g “h”)", "g"],
    ["[g](http://www.gov.uk/g)", "g"],
  ];
  const pieces = [
    slips.map(([typed]) => typed),
    ["!", "![d](e.png „f“)"],
    ["[NICE](“Institute”)", "\\[i](j.md “k”)", "[l](“and/or”)", "[^1](“see.md”)", "[m][m](“n.md”)"],
    ["http://nhs.uk/o", "https://x.example/http://nhs.uk/", "[see http://nhs.uk](http://nhs.uk)"],
    ["`", "``", "``a ` [x](a.md “t”) ` b``", "```\n", "~~~\n", "\n    ", "\n\n    ", "\n\n\t", "\n\n"],
    [
      "-\u00a05 °C",
      "1.\u00a0May",
      "+\u00a044",
      "*\u00a0Not",
      "#\u00a01",
      "- ",
      "> ",
      "1. ",
      "\n",
      "\n",
      "  \n",
    ],
    ["\u00a0", "\u200b", " ", "  ", "*", "**", "~~", "<p title=“", "”>", "word", "“said”", "| ", "---\n"],
    ["\n[^1]: note\n", "\n[m]: /m “n”\n", "\\", "&ldquo;"],
  ].flat();
  /** What readers see: the words in their blocks, without the marks of links that were none; and code, letter by letter. */
  const seen = (text: string) => {
    const codes: string[] = [];
    const walk = (node: unknown): string => {
      if (Array.isArray(node)) return node.map(walk).join("");
      if (typeof node !== "object" || node === null) return "";
      const { kind = "", text: words = "", alt = "", ...rest } = node as Record<string, string>;
      if (kind === "code") codes.push(words);
      if (kind === "code") return "<code>";
      const inside = words + alt + walk(Object.values(rest));
      return /^(?:text|link|image)$/.test(kind) ? inside : `<${kind}>${inside}</${kind}>`;
    };
    const { blocks, notes } = parseMarkdown(text.slice(text.indexOf("\n---\n") + 5));
    const secure = (one: string) => one.replaceAll("http:", "https:");
    const words = slips.reduce(
      (sofar, [typed, shown]) => sofar.replaceAll(secure(typed), shown),
      secure(walk([blocks, notes])),
    );
    return { words: words.replace(/[\s\u200b!]+/g, ""), codes };
  };

  it("reads the same after repair, code letter by letter, and a second repair changes nothing", () => {
    const roll = dice(11);
    const rules = new Map<string, number>();
    for (let round = 0; round < 400; round += 1) {
      const text = Array.from({ length: 2 + roll(20) }, () => pieces[roll(pieces.length)]).join("");
      const before = file("title: T", text);
      const { text: after, repairs } = repairText(before, facts);
      expect(seen(after), JSON.stringify([before, after])).toEqual(seen(before));
      expect(repaired(after), JSON.stringify(before)).toBe(after);
      for (const { rule } of repairs) rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
    for (const rule of ["link/quotes", "link/insecure", "file/unseen", "file/spaces"])
      expect(rules.get(rule), rule).toBeGreaterThan(30);
  });
});

describe("any file", () => {
  const pieces = [
    "word",
    "“said”",
    " ",
    "  ",
    "\n",
    "\n\n",
    "  \n",
    "\t",
    "\u00a0",
    "\u200b",
    "`",
    "```\n",
    "~~~\n",
    "    ",
    "- ",
    "1. ",
    "> ",
    "# ",
    "[a](http://www.gov.uk/x “T”)",
    "[b](“c.md”)",
    "http://nhs.uk",
    "*em*",
    "**",
    "|",
    "---\n",
    "[^1]",
    "[^1]: note  \n",
    "<b>",
    "\\",
    "&#32;",
    "\r\n",
  ];
  it("reads the same after repair, but for what was repaired, and a second repair changes nothing", () => {
    const roll = dice(7);
    const quiet: RepairFacts = { ...facts, isOn: (rule) => rule !== "link/quotes" };
    let changed = 0;
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: 2 + roll(25) }, () => pieces[roll(pieces.length)]).join("");
      const before = file("title: T \nsummary: |\n  x  ", text);
      const { text: after } = repairText(before, quiet);
      const shown = (one: string) => {
        const { value, body: words } = parseMarkdownFile(one.replace(/\r\n?/g, "\n"), "x.md");
        return `${JSON.stringify(value)}${toHtml(parseMarkdown(words), { styles: {} })}`
          .replace(/\u200b|%E2%80%8B/g, "")
          .replaceAll("%C2%A0", "%20")
          .replaceAll("http:", "https:")
          .replace(/\s+/g, " ")
          .replace(/ (?=<\/|<br)|(?<=>) /g, "");
      };
      expect(shown(after), JSON.stringify(before)).toBe(shown(before));
      expect(repairText(after, quiet).text, JSON.stringify(before)).toBe(after);
      const all = repaired(before);
      expect(repaired(all), JSON.stringify(before)).toBe(all);
      changed += after === before ? 0 : 1;
    }
    expect(changed).toBeGreaterThan(200);
  });
});

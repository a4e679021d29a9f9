import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Brand } from "../../../src/domain/brand.ts";
import type { Approval, Edition, EditionContext } from "../../../src/domain/edition.ts";
import { imageKey, type ImageStore } from "../../../src/domain/image.ts";
import type { Settings } from "../../../src/domain/settings.ts";
import type { Topic } from "../../../src/domain/topic.ts";
import { reviewPack, type ReviewInput } from "../../../src/render/review/review.ts";
import { openWord, textOf, zipTimes, type WordFile } from "../../support/word.ts";

const home = "content/topics/lamps.md";
const source = (path: string) => ({ path, places: new Map(), bodyLine: 1 });
const digest = "0123456789abcdef0123456789abcdef";
const lamp = readFileSync(
  new URL("../../fixtures/toolkits/library/content/pictures/lamp.png", import.meta.url),
);
const mark = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96"/></svg>',
);

interface Changes {
  readonly topic?: Partial<Topic>;
  readonly settings?: Partial<Settings>;
  readonly brand?: Partial<Brand>;
  readonly note?: string;
  readonly approvals?: readonly Approval[];
  readonly places?: ReviewInput["places"];
  readonly date?: string | undefined;
  readonly since?: string;
  readonly changedSince?: ReviewInput["changedSince"];
}

function reviewOf(changes: Changes = {}): ReviewInput {
  const topic: Topic = {
    slug: "lamps",
    title: "Turn the lamps off",
    summary: "A lamp that is off costs nothing.",
    status: "ready",
    messages: ["Lamps **cost** money."],
    actions: { staff: ["Turn it off."], managers: ["Buy [timers](https://timers.example/)."] },
    sources: [],
    tags: [],
    priority: 3,
    approvers: [],
    variants: {},
    body: "",
    source: source(home),
    ...changes.topic,
  };
  const settings = {
    toolkit: "Good habits",
    organisation: "Lamp House",
    language: "en-GB",
    audiences: [
      { id: "staff", title: "All staff" },
      { id: "managers", title: "Managers" },
    ],
    variants: {},
    ...changes.settings,
  } as Settings;
  const brand: Brand = {
    id: "plain",
    name: "Lamp House",
    logo: { file: "mark.svg", alt: "The mark of Lamp House" },
    colours: { primary: "#1f4e5f" },
    words: {},
    social: {},
    source: source("content/brands/plain.yaml"),
    ...changes.brand,
  };
  const edition: Edition = {
    cycle: "2026-12",
    topic: "lamps",
    picked: { on: "2026-11-20", by: "Sam Officer", why: "It is dark." },
    approvals: changes.approvals ?? [],
    note: changes.note ?? "",
    source: source("content/editions/2026-12.md"),
  };
  const context: EditionContext = {
    cycle: "2026-12",
    label: "December 2026",
    date: "date" in changes ? changes.date : "2026-12-03T09:30:00+01:00",
    note: edition.note,
    posts: [],
    next: [],
  };
  const held = new Map([
    [imageKey(brand.source.path, "mark.svg"), mark],
    [imageKey(home, "lamp.png"), lamp],
  ]);
  const images: ImageStore = {
    get: (file, href) => {
      const content = held.get(imageKey(file, href));
      return content ? { kind: "image", content } : { kind: "missing" };
    },
  };
  const about = { title: "Good habits", summary: "", body: "", source: source("content/toolkit.md") };
  return {
    toolkit: { settings, about, topics: [topic] },
    images,
    edition,
    inputOf: (variant, audience) => ({ topic, variant, audience, brand, edition: context }),
    places: changes.places ?? [],
    digest,
    since: changes.since ?? "",
    changedSince: changes.changedSince ?? (() => ""),
  };
}

async function packOf(changes: Changes = {}): Promise<WordFile> {
  return openWord(await reviewPack(reviewOf(changes)));
}

/** The words of all paragraphs of a style. */
function styled({ paragraphs }: WordFile, style: string): string[] {
  return paragraphs.filter((one) => one.style === style).map(({ text }) => text);
}

function headingsOf({ paragraphs }: WordFile): string[] {
  return paragraphs.flatMap(({ style, text }) => {
    const level = /^Heading(\d)$/.exec(style)?.[1];
    return level ? [`${level} ${text}`] : [];
  });
}

/** Each table as rows of cells. */
function tablesOf({ document }: WordFile): string[][][] {
  return [...document.matchAll(/<w:tbl>.*?<\/w:tbl>/gs)].map(([table]) =>
    [...table.matchAll(/<w:tr>.*?<\/w:tr>/gs)].map(([row]) =>
      [...row.matchAll(/<w:tc>.*?<\/w:tc>/gs)].map(([cell]) =>
        [...cell.matchAll(/<w:p>.*?<\/w:p>/gs)].map(([one]) => textOf(one)).join("\n"),
      ),
    ),
  );
}

function rowsOf(word: WordFile, name: string): string[] {
  return tablesOf(word)
    .flat()
    .filter(([first]) => first === name)
    .map(([, second]) => second ?? "");
}

const whole: Changes = {
  note: "Dear all,\n\n*do* read this.",
  topic: {
    scenario: "It was *dark*.",
    body: "Why[^1] not.\n\n## How\n\nSo.\n\n### When\n\nNow.\n\n[^1]: Because.",
    link: { label: "Read on", url: "https://lamps.example/off/" },
    contact: { name: "Ann", email: "ann@lamps.example", phone: "1234" },
    review: "2027-10-31",
    sources: [
      { title: "Bills", url: "https://bills.example/", published: "2026-05", checked: "2026-11-01" },
      { title: "Talk", url: "https://talk.example/" },
    ],
  },
};

describe("the review pack", () => {
  it("holds everything in reading order under Word's own headings", async () => {
    const word = await packOf(whole);
    expect(styled(word, "Title")).toEqual(["Turn the lamps off"]);
    expect(styled(word, "Subtitle")).toEqual(["Review pack for December 2026"]);
    expect(headingsOf(word)).toEqual([
      "1 What we ask of you",
      "1 In the inbox",
      "1 Newsletter",
      "2 Note for this edition",
      "2 Opening scene",
      "2 Key messages",
      "2 What each audience is asked",
      "3 All staff",
      "3 Managers",
      "2 Article",
      "3 How",
      "4 When",
      "4 Notes",
      "2 Where to read more",
      "2 Sources",
      "2 Contact and small print",
      "1 Other forms",
      "1 Approvals",
      "2 Approver",
      "1 What is approved",
    ]);
    const [title] = tablesOf(word);
    expect(title).toEqual([
      ["Cycle", "December 2026 (2026-12)"],
      ["Goes out", "3 December 2026 at 09:30"],
      ["Toolkit", "Good habits"],
      ["Organisation", "Lamp House"],
      ["Picked by", "Sam Officer, on 20 November 2026"],
      ["Why", "It is dark."],
    ]);
    expect(rowsOf(word, "Questions to")).toEqual(["Ann\nann@lamps.example\n1234"]);
    expect(rowsOf(word, "Facts to be checked again")).toEqual(["31 October 2027"]);
    expect(rowsOf(word, "On posters")).toEqual(["lamps.example/off"]);
    expect(tablesOf(word).find(([head]) => head?.[0] === "Source")).toEqual([
      ["Source", "Published", "Checked"],
      ["Bills (https://bills.example/)", "May 2026", "1 November 2026"],
      ["Talk (https://talk.example/)", "", ""],
    ]);
    expect(styled(word, "HTMLPreformatted")).toEqual([
      'onetopic approve 2026-12 --by "NAME" --as ROLE',
      digest,
    ]);
  });

  it("is A4 in the toolkit's language, tracks changes, names itself, and numbers its pages", async () => {
    const word = await packOf({ settings: { language: "cy-GB" } });
    expect(word.document).toContain('<w:pgSz w:w="11906" w:h="16838"');
    expect(word.parts.get("word/styles.xml")).toContain('<w:lang w:val="cy-GB"/>');
    expect(word.parts.get("word/settings.xml")).toContain("<w:trackRevisions/>");
    const properties = word.parts.get("docProps/core.xml");
    expect(properties).toContain("<dc:title>Turn the lamps off: review pack, December 2026</dc:title>");
    expect(properties).toContain("<dc:creator>Lamp House</dc:creator><dc:language>cy-GB</dc:language>");
    const footer = word.parts.get("word/footer1.xml") ?? "";
    expect(textOf(footer)).toBe("December 2026 (2026-12), 01234567\tPage  of ");
    expect([...footer.matchAll(/<w:instrText[^>]*>(\w+)</g)].map(([, field]) => field)).toEqual([
      "PAGE",
      "NUMPAGES",
    ]);
  });

  it("defines every style that it uses", async () => {
    const word = await packOf({
      note: "> a\n\n- b\n  - c\n    - d\n      - e\n\n        f\n\n1. g\n\n`h`\n\n    i",
    });
    const styles = word.parts.get("word/styles.xml") ?? "";
    const used = [...word.document.matchAll(/<w:[pr]Style w:val="([^"]*)"/g)].map(([, style]) => style);
    expect(used).toEqual(expect.arrayContaining(["Quote", "ListBullet3", "ListContinue3", "ListNumber"]));
    expect(/<w:pBdr><w:top.*?<\/w:pBdr>/s.exec(styles)?.[0].match(/<w:(\w+) /g)).toEqual([
      "<w:top ",
      "<w:left ",
      "<w:bottom ",
      "<w:right ",
    ]);
    expect(styles).not.toContain("<w:pStyle");
    for (const style of new Set(used)) expect(styles).toContain(`w:styleId="${style}"`);
    for (const level of [1, 2, 3])
      expect(styles).toMatch(
        new RegExp(`w:styleId="Heading${level}">(?:(?!</w:style>).)*<w:outlineLvl w:val="${level - 1}"/>`),
      );
  });

  it.for([
    ["#1f4e5f", "1f4e5f"],
    ["#048", "004488"],
    ["#ffcc00", "1C1C1C"],
  ])("writes headings in the brand's colour where it can be read: %s", async ([primary = "", shown]) => {
    const styles = (await packOf({ brand: { colours: { primary } } })).parts.get("word/styles.xml");
    expect(/w:styleId="Heading1".*?<w:color w:val="([^"]*)"/s.exec(styles ?? "")?.[1]).toBe(shown);
  });

  it("holds what every audience is asked, also where a variant for everyone leaves some out", async () => {
    const word = await packOf({ settings: { variants: { newsletter: { audiences: ["staff"] } } } });
    expect(styled(word, "Heading3")).toEqual(["All staff", "Managers"]);
  });

  it("takes the words of each variant and of the brand, and says where there are none", async () => {
    const word = await packOf({
      settings: { variants: { screen: { headline: "Off, please" } } },
      brand: { words: { lamp: "light", "Lamp House": "Light House" } },
      topic: {
        summary: "A lamp costs.",
        variants: {
          newsletter: { subject: "Lamps, again", preheader: "Any lamp." },
          email: { subject: "Your lamp", text: "See the [lamp](https://lamps.example/lamp)." },
          poster: {
            messages: ["One lamp."],
            actions: { managers: ["Buy a **lamp**."] },
            audiences: ["managers"],
          },
        },
      },
    });
    expect(tablesOf(word).find(([head]) => head?.[1] === "Subject")).toEqual([
      ["Sent as", "Subject", "Preview text"],
      ["Newsletter", "Lamps, again", "Any light."],
      ["Email", "Your light", "A light costs."],
    ]);
    const at = (heading: string) => word.paragraphs.findIndex(({ text }) => text === heading);
    const under = (heading: string, next: string) =>
      word.paragraphs.slice(at(heading) + 1, at(next)).map(({ text }) => text);
    expect(under("Email", "Poster")).toContain("See the light (https://lamps.example/lamp).");
    expect(under("Poster", "Screen").slice(1)).toEqual([
      "Key messages",
      "One light.",
      "What each audience is asked",
      "Managers",
      "Buy a light.",
    ]);
    expect(under("Screen", "Other forms")).toContain("Off, please");
    expect(under("Other forms", "Approvals")).toEqual([
      "All that these say stands under Newsletter: social posts.",
    ]);
    expect(rowsOf(word, "Organisation")).toEqual(["Light House"]);
  });
});

describe("Markdown in the review pack", () => {
  it("numbers each list from its own start, at its own depth", async () => {
    const word = await packOf({
      note: "3. c\n4. d\n   1. d1\n   2. d2\n5. e\n\nThen\n\n1. a\n\n- x\n  1. x1\n- y\n  1. y1",
    });
    const numbering = word.parts.get("word/numbering.xml") ?? "";
    const items = word.paragraphs.flatMap(({ text, xml }) => {
      const [, level, list] = /<w:ilvl w:val="(\d+)"\/><w:numId w:val="([^"]*)"/.exec(xml) ?? [];
      const num = new RegExp(`<w:num w:numId="${list}">(.*?)</w:num>`).exec(numbering)?.[1] ?? "";
      const start = /w:ilvl="(\d+)"><w:startOverride w:val="(\d+)"/.exec(num);
      return level === undefined ? [] : [{ text, level, list, start: start && `${start[1]}:${start[2]}` }];
    });
    const shown = (from: string, to: string) => {
      const texts = items.map(({ text }) => text);
      return items.slice(texts.indexOf(from), texts.indexOf(to) + 1);
    };
    const found = shown("c", "y1");
    expect(found.map(({ text, level, start }) => `${text} ${level} ${start ?? "bullet"}`)).toEqual([
      "c 0 0:3",
      "d 0 0:3",
      "d1 1 1:1",
      "d2 1 1:1",
      "e 0 0:3",
      "a 0 0:1",
      "x 0 bullet",
      "x1 1 1:1",
      "y 0 bullet",
      "y1 1 1:1",
    ]);
    const list = (text: string) => found.find((one) => one.text === text)?.list;
    expect(list("e")).toBe(list("c"));
    expect(new Set(["c", "d1", "a", "x", "x1", "y1"].map(list)).size).toBe(6);
  });

  it("marks the heading of a table, which is repeated and never torn", async () => {
    const { document } = await packOf({ topic: { body: "| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |" } });
    const table = /<w:tbl>(?:(?!<\/w:tbl>).)*>A<\/w:t>.*?<\/w:tbl>/s.exec(document)?.[0] ?? "";
    const rows = [...table.matchAll(/<w:tr>.*?<\/w:tr>/gs)].map(([row]) => row);
    expect(rows.map((row) => row.includes("<w:tblHeader/>"))).toEqual([true, false, false]);
    expect(rows.every((row) => row.includes("<w:cantSplit/>"))).toBe(true);
    expect(table).toContain('<w:tblLook w:firstRow="true"');
    expect(rows[0]).toContain('<w:pStyle w:val="TableHeading"/>');
  });

  it("makes real links with their addresses shown, each once", async () => {
    const word = await packOf({
      topic: {
        body:
          "[words](https://a.example/x?a=1&b=2) <https://b.example/> www.c.example [mail](mailto:d@e.example) " +
          "[self](lamps.md) [other](gone.md) [bad](javascript:alert(1)) [worse](https://[1) ",
        link: { label: "Read on", url: "https://lamps.example/off" },
      },
    });
    expect(Object.fromEntries(word.links)).toMatchObject({
      words: "https://a.example/x?a=1&b=2",
      "https://b.example/": "https://b.example/",
      "www.c.example": "http://www.c.example",
      mail: "mailto:d@e.example",
      self: "https://lamps.example/off",
      "Read on": "https://lamps.example/off",
    });
    expect([...word.links.keys()].filter((words) => /other|bad|worse/.test(words))).toEqual([]);
    expect(word.paragraphs.map(({ text }) => text)).toContain(
      "words (https://a.example/x?a=1&b=2) https://b.example/ www.c.example mail (d@e.example) " +
        "self (https://lamps.example/off) other bad worse ",
    );
  });

  it("leads from a footnote's mark to the note", async () => {
    const { document, paragraphs } = await packOf({
      note: "One[^a].\n\n[^a]: Of the note.",
      topic: { body: "Two[^a], [three[^b]](https://x.example/).\n\n[^a]: First.\n\n[^b]: Second." },
    });
    const anchors = [...document.matchAll(/<w:hyperlink [^>]*w:anchor="([^"]*)"/g)].map(([, name]) => name);
    const marks = [...document.matchAll(/<w:bookmarkStart w:name="([^"]*)" w:id="(\d+)"\/>/g)];
    expect(anchors).toHaveLength(2);
    expect(marks.map(([, name]) => name)).toEqual(expect.arrayContaining(anchors));
    expect(new Set(marks.map(([, , id]) => id)).size).toBe(3);
    const noteOf = (name = "") =>
      paragraphs.find(({ xml }) => xml.includes(`bookmarkStart w:name="${name}"`))?.text;
    expect(anchors.map(noteOf)).toEqual(["Of the note.", "First."]);
    expect(document).not.toMatch(/<w:hyperlink (?:(?!<\/w:hyperlink>).)*<w:hyperlink /s);
  });

  it("shows pictures with their alternative text, and the text alone where there is no picture", async () => {
    const word = await packOf({ topic: { body: 'A ![A "lamp" & more](lamp.png) and ![gone](none.png).' } });
    const pictures = [...word.document.matchAll(/<wp:docPr id="(\d+)" name="[^"]+" descr="([^"]*)"/g)];
    expect(pictures.map(([, id, alt]) => [id, alt])).toEqual([
      ["1", "The mark of Lamp House"],
      ["2", "A &quot;lamp&quot; &amp; more"],
    ]);
    expect(word.document.match(/r:embed=/g)).toHaveLength(2);
    expect(word.paragraphs.map(({ text }) => text)).toContain("A  and gone.");
  });

  it("keeps code, quotes and breaks as they are", async () => {
    const word = await packOf({ note: "```\n<a>  &\n\tb\n```\n\n> q **r**\n\ns  \nt\nu" });
    expect(styled(word, "HTMLPreformatted")).toContain("<a>  &\n\tb");
    expect(styled(word, "Quote")).toEqual(["q r"]);
    expect(word.paragraphs.map(({ text }) => text)).toContain("s\nt u");
  });
});

describe("the boxes for approvals", () => {
  const given = (by: string, role: string, of = digest): Approval => ({
    by,
    role,
    on: "2026-11-21",
    digest: of,
  });

  it("are one for each role, with its own command; what is on record is filled in", async () => {
    const [ann, bo, eve] = [given("Ann", "staff"), given("Bo", "board", "before"), given("Eve", "staff")];
    const word = await packOf({
      approvals: [ann, bo, eve],
      places: [{ role: "staff", given: ann }, { role: "board" }],
    });
    expect(headingsOf(word)).toEqual(
      expect.arrayContaining(["2 All staff (staff)", "2 board", "2 Also on record"]),
    );
    const [filled, open] = tablesOf(word).filter(([first]) => first?.[0] === "Name");
    expect(filled).toEqual([
      ["Name", "Ann"],
      ["Role", "staff"],
      ["Signature or initials", "Recorded by the communications officer"],
      ["Date", "21 November 2026"],
      ["Decision", "  Approved\n  Approved with the changes marked\n  Not approved"],
      ["Still holds", "Yes: nothing has changed since."],
    ]);
    expect(open).toEqual([
      ["Name", ""],
      ["Role", "board"],
      ["Signature or initials", ""],
      ["Date", ""],
      ["Decision", "  Approved\n  Approved with the changes marked\n  Not approved"],
      [
        "Before",
        "Bo approved as board on 21 November 2026. It no longer counts: something has changed since.",
      ],
      ["To record it", 'onetopic approve 2026-12 --by "NAME" --as board'],
    ]);
    expect(styled(word, "ListBullet")).toContain(
      "Eve approved as staff on 21 November 2026. It still holds.",
    );
    const boxes = [...word.document.matchAll(/<w14:checked w14:val="(\d)"\/>/g)].map(([, on]) => on).join("");
    expect(boxes).toBe("100000");
  });

  it("say what was changed since one that no longer counts, and since the topic came last", async () => {
    const word = await packOf({
      approvals: [given("Bo", "board", "before")],
      places: [{ role: "board" }],
      since: "Last went out in 2026-03. Nothing has changed since then.",
      changedSince: (of) => (of === "before" ? "1 message, the note" : ""),
    });
    expect(rowsOf(word, "Before")).toEqual([
      "Bo approved as board on 21 November 2026. It no longer counts. Changed since: 1 message, the note.",
    ]);
    expect(rowsOf(word, "Since last time")).toEqual([
      "Last went out in 2026-03. Nothing has changed since then.",
    ]);
  });

  it("are as many as people are asked for, and one where nobody is", async () => {
    const open = (word: WordFile) => rowsOf(word, "Signature or initials").length;
    expect(open(await packOf({ places: [{}, {}, {}] }))).toBe(3);
    const word = await packOf();
    expect(open(word)).toBe(1);
    expect(word.paragraphs.map(({ text }) => text).join(" ")).toContain("No approval is required.");
    const filled = await packOf({ approvals: [given("Bo", "head", "before"), given("Ann", "head")] });
    expect(rowsOf(filled, "Name")).toEqual(["Ann"]);
    expect(styled(filled, "ListBullet").at(-1)).toMatch(/^Bo approved .* no longer counts/);
  });

  it("stand on pages of their own, and are not torn", async () => {
    const { document, paragraphs } = await packOf({ places: [{}, {}] });
    expect(paragraphs.find(({ text }) => text === "Approvals")?.xml).toContain("<w:pageBreakBefore/>");
    const [, box = ""] = /Approver 1.*?<w:tbl>(.*?)<\/w:tbl>/s.exec(document) ?? [];
    const rows = [...box.matchAll(/<w:tr>.*?<\/w:tr>/gs)].map(([row]) => row);
    expect(rows.slice(0, -1).every((row) => row.includes("<w:keepNext/>"))).toBe(true);
  });
});

describe("any words at all", () => {
  const nasty = "a\u0000b\u0008c\ud800d\udc00e\ufffef <b>&amp;</b> \"q\" 'r' ]]> {list-0} &#0; $& 🎈";
  const shown = "abc\ufffdd\ufffdef <b>&amp;</b> \"q\" 'r' ]]> {list-0} &#0; $& 🎈";

  it("give a file that can be opened, with the words as they were", async () => {
    const word = await packOf({
      note: `${nasty.replaceAll("<b>", "")}\n\n![${nasty}](lamp.png)\n\n\`${nasty}\`\n\n1. ${nasty}`,
      topic: {
        title: nasty,
        summary: nasty,
        messages: [nasty],
        body: `| ${nasty} |\n|---|\n| ![${nasty}](lamp.png) [x](<https://x.example/"'&<>\u0001\ud800>) |`,
        link: { label: nasty, url: 'https://x.example/"><&\u0001' },
        contact: { name: nasty, email: nasty },
      },
      settings: { organisation: nasty, toolkit: nasty },
      brand: { name: nasty, footer: nasty },
      approvals: [{ by: nasty, role: nasty, on: "2026-11-21", digest }],
      places: [{ role: nasty }],
    });
    expect(styled(word, "Title")).toEqual([shown]);
    expect(word.parts.get("docProps/core.xml")).toContain("abc\ufffdd\ufffdef &lt;b&gt;&amp;amp;&lt;/b&gt;");
    expect(rowsOf(word, "Footer")).toEqual([shown]);
    expect(rowsOf(word, "To record it")[0]).toContain(shown);
    expect(word.document).not.toContain("<b>");
  });

  it("are the same bytes each time, without today's date or anything random", async () => {
    const changes: Changes = {
      ...whole,
      note: "[a](https://a.example/) ![b](lamp.png)\n\n1. c[^1]\n\n[^1]: d",
    };
    const first = await reviewPack(reviewOf(changes));
    const second = await reviewPack(reviewOf(changes));
    expect(second.equals(first)).toBe(true);
    expect(new Set(zipTimes(first))).toEqual(new Set([0x00216000]));
    const properties = openWord(first).parts.get("docProps/core.xml") ?? "";
    expect(properties.match(/\d{4}-\d\d-\d\dT[^<]*/g)).toEqual([
      "2026-12-03T08:30:00Z",
      "2026-12-03T08:30:00Z",
    ]);
    const undated = await packOf({ date: undefined });
    expect(undated.parts.get("docProps/core.xml")).not.toMatch(/created|modified/);
    expect(rowsOf(undated, "Goes out")).toEqual([]);
  });
});

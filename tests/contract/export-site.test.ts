import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { xml2js, type ElementCompact } from "xml-js";
import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  expectCode,
  snapshot,
  tempToolkit,
  toolkitIn,
  type TestToolkit,
} from "../support/cli.ts";
import { libraryWithEditions } from "../support/site.ts";

interface JsonFeed {
  readonly version: string;
  readonly title: string;
  readonly home_page_url: string;
  readonly feed_url?: string;
  readonly language: string;
  readonly authors: readonly { name: string }[];
  readonly items: readonly {
    readonly id: string;
    readonly url: string;
    readonly title: string;
    readonly content_text: string;
    readonly date_published: string;
  }[];
}

const exportSite = async (toolkit: TestToolkit, ...args: string[]) =>
  expectCode(await toolkit.run("export", ...args, "--as", "site"), 0);

const exported = (async () => {
  const library = libraryWithEditions();
  return { library, run: await library.run("export", "--as", "site", "--json") };
})();

/** A copy of a library that is exported already: for tests of what comes after. */
async function exportedLibrary(): Promise<TestToolkit> {
  const { library, run } = await exported;
  expectCode(run, 0);
  const copy = toolkitIn(path.join(emptyFolder(), "library"));
  cpSync(library.root, copy.root, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** Files below a folder, with forward slashes, sorted. */
function filesIn(toolkit: TestToolkit, folder: string): string[] {
  const root = toolkit.path(folder);
  return [...snapshot(root).keys()]
    .filter((name) => path.extname(name) !== "")
    .map((name) => name.split(path.sep).join("/"));
}

/** A feed as a strict reader of XML sees it. */
function atomOf(toolkit: TestToolkit, file = "out/site/feed.xml"): ElementCompact {
  return xml2js(toolkit.read(file), { compact: true }) as ElementCompact;
}

/** Every link of the pages that leads to a file of the site, and where it stands. */
function localLinks(toolkit: TestToolkit, folder: string): { page: string; target: string }[] {
  return filesIn(toolkit, folder)
    .filter((name) => name.endsWith("index.html"))
    .flatMap((page) =>
      [...toolkit.read(`${folder}/${page}`).matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, target = ""]) => ({
        page,
        target,
      })),
    )
    .filter(({ target }) => !/^(?:https?:|mailto:)/.test(target));
}

describe("export --as site", { timeout: 180_000 }, () => {
  it("holds the editions whose send date has come, newest first, each with its page, newsletter and poster", async () => {
    const { library, run } = await exported;
    expect(documentOf(expectCode(run, 0))).toMatchObject({ path: "out/site", editions: 3, removed: 0 });
    expect(run.stderr).toContain("still to come: 2026-12");
    const pages = ["2026-10", "2026-11", "2026-Q1"].flatMap((cycle) =>
      ["index.html", "newsletter.html", "poster.pdf"].map((name) => `${cycle}/${name}`),
    );
    const others = ["feed.json", "feed.xml", "index.html", "logo.svg", "manifest.json", "site.css"];
    expect(filesIn(library, "out/site")).toEqual([...pages, "2026-11/picture-1.png", ...others].toSorted());
    const index = library.read("out/site/index.html");
    const order = ["Quiet hours, kept by everyone", "A lost card is no lost reader", "Date stamps"];
    expect(order.map((title) => index.indexOf(title)).every((at, i, all) => at > (all[i - 1] ?? 0))).toBe(
      true,
    );
    expect(index).not.toContain("The new catalogue");
    expect(library.read("out/site/2026-11/poster.pdf").slice(0, 5)).toBe("%PDF-");
    const newsletter = library.read("out/site/2026-10/newsletter.html");
    expect(newsletter).toContain("Dear readers");
    expect(newsletter).toContain("October 2026");
  });

  it("opens with why the toolkit exists, and shows everything of an edition on its page", async () => {
    const library = libraryWithEditions();
    library.write(
      "content/toolkit.md",
      "---\ntitle: Why we do this\nsummary: In short.\n---\n\n## The long story\n\nIt began **here**.\n",
    );
    await exportSite(library);
    const index = library.read("out/site/index.html");
    for (const part of [
      "<h1>Why we do this</h1>",
      "In short.",
      "<h2>The long story</h2>",
      "<strong>here</strong>",
    ])
      expect(index).toContain(part);
    const page = library.read("out/site/2026-11/index.html").replace(/\s+/g, " ");
    for (const part of [
      "<h1>Quiet hours, kept by everyone</h1>",
      "Two quiet hours a day let people read and revise in every branch.",
      '<time datetime="2026-11-02">2 November 2026</time>',
      "Every branch has <strong>two quiet hours</strong> a day.",
      "I came to revise and a class was singing.",
      "<h3>Branch staff</h3>",
      "Bring classes outside the quiet hours.",
      "Readers asked for it.",
      "412 readers answered.",
      'href="https://www.libraries.example/quiet-hours/"',
      'href="https://libraries.example/survey-2026"',
      "Published May 2026. Checked 1 November 2026.",
      'href="mailto:readers@libraries.example"',
      "01632 960001",
      "The first month",
      "31 October 2027",
    ])
      expect(page).toContain(part);
    expect(page).not.toMatch(/<(?:script|style|iframe|base)\b| style="/i);
  });

  it("leads from page to page: every link is a file of the site, and a topic's link its latest edition", async () => {
    const library = libraryWithEditions();
    library.write("content/editions/2026-Q2.md", "---\ncycle: 2026-Q2\ntopic: lost-cards\n---\n");
    await exportSite(library);
    const links = localLinks(library, "out/site");
    expect(links.length).toBeGreaterThan(40);
    const broken = links.filter(({ page, target }) => {
      const [file = "", anchor] = target.split("#");
      const there = file === "" ? page : path.posix.join(path.posix.dirname(page), file);
      if (!library.has(`out/site/${there}`)) return true;
      return anchor !== undefined && !library.read(`out/site/${there}`).includes(` id="${anchor}"`);
    });
    expect(broken).toEqual([]);
    expect(library.read("out/site/2026-11/index.html")).toContain(
      '<a href="../2026-10/index.html">lost cards</a>',
    );
    expect(library.read("out/site/2026-10/index.html")).toContain(
      '<a href="../2026-11/index.html">quiet hours</a>',
    );
    const lamp = readFileSync("tests/fixtures/toolkits/library/content/pictures/lamp.png");
    const [, shown = ""] =
      /<img src="(picture-\d\.png)" alt="A reading lamp/.exec(library.read("out/site/2026-11/index.html")) ??
      [];
    expect(readFileSync(library.path("out/site/2026-11", shown)).equals(lamp)).toBe(true);
  });

  it("takes an edition to come when its cycle is named, and keeps the later ones when an old cycle is", async () => {
    const library = libraryWithEditions();
    await exportSite(library, "2026-12");
    expect(library.has("out/site/2026-12/index.html")).toBe(true);
    expect(library.read("out/site/2026-11/index.html")).toContain('href="../2026-12/index.html"');
    await exportSite(library, "2026-10");
    expect(library.list("out/site")).toContain("2026-11");
    expect(library.list("out/site")).not.toContain("2026-12");
  });

  it("leaves out drafts and what nobody approved, and says what to do; an approval may be of an older form", async () => {
    const library = libraryWithEditions();
    library.edit("content/topics/lost-cards.md", "status: ready", "status: draft");
    library.edit(
      "content/topics/quiet-hours.md",
      "status: ready",
      "status: ready\napprovers: [branches, schools]",
    );
    library.edit(
      "content/topics/date-stamps.md",
      "status: retired",
      "status: retired\napprovers: [branches]",
    );
    const approval = (role: string, by: string) =>
      `{ role: ${role}, by: ${by}, on: 2026-11-01, digest: abc }`;
    library.edit(
      "content/editions/2026-11.md",
      "topic:",
      `approvals: [${approval("branches", "Ann")}]\ntopic:`,
    );
    const run = await exportSite(library);
    expect(library.list("out/site").filter((name) => name.startsWith("20"))).toEqual([]);
    expect(library.read("out/site/feed.xml")).not.toContain("<entry>");
    for (const line of [
      "Left out: 2026-11. Approvals are missing: schools. When approved, record it: onetopic approve 2026-11 --by NAME --as schools\n",
      'Left out: 2026-10. The topic "lost-cards" is still a draft. Finish content/topics/lost-cards.md and set "status: ready".\n',
      "Left out: 2026-Q1. Approvals are missing: branches. When approved, name who did in content/editions/2026-Q1.md.\n",
    ])
      expect(run.stderr).toContain(line);
    library.edit(
      "content/editions/2026-11.md",
      /^approvals: .*$/m,
      `approvals: [${approval("branches", "Ann")}, ${approval("schools", "Bob")}]`,
    );
    const again = await exportSite(library);
    expect(again.stderr).not.toContain("Left out: 2026-11");
    const page = library.read("out/site/2026-11/index.html");
    expect(page).toContain('November 2026, for <time datetime="2026-11-02">2 November 2026</time>');
    expect(page).not.toMatch(/\bsent\b/);
  });

  it("refuses a cycle that is named and has no edition", async () => {
    const library = libraryWithEditions();
    const run = expectCode(await library.run("export", "2027-03", "--as", "site"), 1);
    expect(run.stderr).toContain("onetopic pick --cycle 2027-03");
    expect(library.has("out")).toBe(false);
  });

  it("stands with no edition yet, in any brand", async () => {
    const library = tempToolkit("library");
    await exportSite(library, "--brand", "cityside");
    const index = library.read("out/site/index.html");
    expect(index).toContain("The first edition is still to come.");
    expect(index).toContain("Cityside Community Library");
    const { feed } = atomOf(library);
    expect([feed.entry, feed.updated._text]).toEqual([undefined, "2026-11-03T00:00:00.000Z"]);
  });

  it("gives the same bytes elsewhere and later in the cycle, and leaves alone what did not change", async () => {
    const one = await exportedLibrary();
    const before = snapshot(one.path("out/site"));
    const again = expectCode(await one.run("export", "--as", "site", "--json"), 0);
    expect(documentOf(again)).toMatchObject({ written: 0, removed: 0, kept: [] });
    expect(snapshot(one.path("out/site"))).toEqual(before);
    const other = toolkitIn(path.join(emptyFolder(), "ein anderer Ordner", "ü"));
    cpSync(one.root, other.root, { recursive: true, filter: (from) => !from.includes(`${path.sep}out`) });
    const env = { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", ONETOPIC_NOW: "2026-11-30T23:59:59Z" };
    expectCode(await other.runWith({ env }, "export", "--as", "site"), 0);
    for (const name of filesIn(one, "out/site"))
      expect(
        readFileSync(other.path("out/site", name)).equals(readFileSync(one.path("out/site", name))),
        name,
      ).toBe(true);
  });

  it("stays when facts are past review, but not with any other error, and then writes nothing", async () => {
    const library = libraryWithEditions();
    library.edit("content/topics/quiet-hours.md", "review: 2027-10-31", "review: 2026-11-05");
    await exportSite(library);
    rmSync(library.path("out"), { recursive: true });
    library.write("content/editions/2026-09.md", "---\ncycle: 2026-09\ntopic: nowhere\n---\n");
    const run = expectCode(await library.run("export", "--as", "site"), 1);
    expect(run.stderr).toContain("content/editions/2026-09.md");
    expect(library.has("out")).toBe(false);
  });
});

describe("the feeds of the site", { timeout: 180_000 }, () => {
  it("are well-formed, dated by their editions, and name whole addresses when the settings have one", async () => {
    const library = libraryWithEditions();
    library.edit(
      "onetopic.yaml",
      "language: en-GB",
      "language: en-GB\nsite: { url: https://libraries.example/archive }",
    );
    const run = await exportSite(library);
    expect(run.stderr).not.toContain("site:");
    const { feed } = atomOf(library);
    const base = "https://libraries.example/archive/";
    expect(feed._attributes.xmlns).toBe("http://www.w3.org/2005/Atom");
    expect([feed.title._text, feed.author.name._text]).toEqual([
      "Reading matters",
      "Harbour County Libraries",
    ]);
    expect(feed.updated._text).toBe("2026-11-02T09:30:00.000Z");
    const entries = (feed.entry as ElementCompact[]).map(({ id, link, updated }) => [
      id._text,
      link._attributes.href,
      updated._text,
    ]);
    expect(entries.map(([, ...rest]) => rest)).toEqual([
      [`${base}2026-11/index.html`, "2026-11-02T09:30:00.000Z"],
      [`${base}2026-10/index.html`, "2026-10-01T08:30:00.000Z"],
      [`${base}2026-Q1/index.html`, "2026-01-01T09:30:00.000Z"],
    ]);
    const self = (feed.link as ElementCompact[]).find(({ _attributes }) => _attributes?.["rel"] === "self");
    expect(self?._attributes?.["href"]).toBe(`${base}feed.xml`);
    const json = JSON.parse(library.read("out/site/feed.json")) as JsonFeed;
    expect(json).toMatchObject({
      version: "https://jsonfeed.org/version/1.1",
      title: "Reading matters",
      home_page_url: `${base}index.html`,
      feed_url: `${base}feed.json`,
      language: "en-GB",
      authors: [{ name: "Harbour County Libraries" }],
    });
    expect(json).not.toHaveProperty("author");
    expect(json.items.map(({ id, url, date_published: date }) => [id, url, date])).toEqual(entries);
    for (const { title, content_text: text } of json.items) expect(title !== "" && text !== "").toBe(true);
  });

  it("keep their ids for ever, also when the site gets an address or moves", async () => {
    const library = await exportedLibrary();
    const ids = () => {
      const { feed } = atomOf(library);
      const { items } = JSON.parse(library.read("out/site/feed.json")) as JsonFeed;
      return [feed.id, ...(feed.entry as ElementCompact[]).map(({ id }) => id)]
        .map(({ _text }) => _text as string)
        .concat(items.map(({ id }) => id));
    };
    const first = ids();
    library.edit("onetopic.yaml", "language: en-GB", "language: en-GB\nsite: { url: https://one.example/ }");
    await exportSite(library);
    expect(library.read("out/site/feed.xml")).toContain("https://one.example/2026-11/index.html");
    expect(ids()).toEqual(first);
    library.edit("onetopic.yaml", "https://one.example/", "https://two.example/archive/");
    await exportSite(library);
    expect(ids()).toEqual(first);
  });

  it("keep ids of their own and relative links without an address, and the export says so", async () => {
    const { library, run } = await exported;
    expect(run.stderr).toMatch(/relative links[\s\S]*site: \{ url: https:\/\//);
    const { feed } = atomOf(library);
    const json = JSON.parse(library.read("out/site/feed.json")) as JsonFeed;
    const entries = feed.entry as ElementCompact[];
    expect(entries.map(({ link }) => link._attributes.href)).toEqual(json.items.map(({ url }) => url));
    expect(json.items.map(({ url }) => url)).toEqual([
      "2026-11/index.html",
      "2026-10/index.html",
      "2026-Q1/index.html",
    ]);
    const ids = [feed.id._text as string, ...entries.map(({ id }) => id._text as string)];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids)
      expect(id).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(json.items.map(({ id }) => id)).toEqual(ids.slice(1));
    expect(library.read("out/site/feed.xml") + library.read("out/site/feed.json")).not.toContain("invalid");
  });

  it("and pages take hostile words as words", async () => {
    const library = libraryWithEditions();
    const title = `<script>alert(1)</script> &amp; "q" ]]> {{x}}`;
    const control = `<b>bold</b> \u0001\ufffe]]></summary>`;
    library.edit("content/topics/quiet-hours.md", /^title: .*$/m, `title: ${JSON.stringify(title)}`);
    library.edit(
      "content/topics/quiet-hours.md",
      "## Why it matters",
      `## Why ${control}\n\n<img src=x onerror=alert(2)>`,
    );
    library.edit(
      "onetopic.yaml",
      "toolkit: Reading matters",
      `toolkit: ${JSON.stringify(`R &amp; <i> ${title}`.slice(0, 60))}`,
    );
    library.edit("content/brands/harbour.yaml", /^name: .*$/m, `name: "Harbour <u> &amp; Co"`);
    library.edit("content/topics/quiet-hours.md", "variants:", "variants:\n  poster: { headline: Short }");
    await exportSite(library);
    await expectCode(await library.run("export", "2026-11", "--as", "zip", "--out", "pack.zip"), 0);
    for (const page of ["index.html", "2026-11/index.html"]) {
      const html = library.read(`out/site/${page}`);
      expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &quot;q&quot; ]]&gt; {{x}}");
      expect(html).not.toMatch(/<(?:script|b|i|u)[\s>]|<[a-z][^>]*\son\w+=/i);
    }
    const { feed } = atomOf(library);
    const [newest] = feed.entry as ElementCompact[];
    // A title of type "html" is read as HTML: its references are resolved once more.
    expect(newest?.["title"]._cdata).toBe(
      "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &quot;q&quot; ]]&gt; {{x}}",
    );
    expect(feed.title._text).toBe(`R &amp; <i> ${title}`.slice(0, 60));
    expect(feed.author.name._text).toBe("Harbour <u> &amp; Co");
    const json = JSON.parse(library.read("out/site/feed.json")) as JsonFeed;
    expect(json.items[0]?.title).toBe(title);
  });
});

describe("the folder of the site", { timeout: 180_000 }, () => {
  it("loses the files of an edition that is gone, and nothing else", async () => {
    const library = libraryWithEditions();
    await exportSite(library, "--out", "web");
    library.write("web/CNAME", "libraries.example");
    library.write("web/2026-10/mine.txt", "mine");
    rmSync(library.path("content/editions/2026-10.md"));
    rmSync(library.path("content/editions/2026-Q1.md"));
    const run = await exportSite(library, "--out", "web");
    expect(run.stdout).toContain("6 files removed");
    expect(library.list("web/2026-10")).toEqual(["mine.txt"]);
    expect(library.has("web/2026-Q1")).toBe(false);
    expect(library.read("web/CNAME")).toBe("libraries.example");
    const { files } = JSON.parse(library.read("web/manifest.json")) as { files: { path: string }[] };
    expect(files.map((file) => file.path).toSorted()).toEqual(
      filesIn(library, "web").filter((name) => !/manifest\.json|mine\.txt/.test(name)),
    );
  });

  it("keeps a file that no longer belongs but was changed by hand, and says so", async () => {
    const library = await exportedLibrary();
    library.edit("out/site/2026-10/index.html", "</main>", "<p>Mine</p></main>");
    rmSync(library.path("content/editions/2026-10.md"));
    const run = await exportSite(library);
    expect(run.stderr).toContain(path.join("out", "site", "2026-10", "index.html"));
    expect(library.list("out/site/2026-10")).toEqual(["index.html"]);
  });

  it("is refused when it holds files that no export wrote, and they stay as they are", async () => {
    const library = libraryWithEditions();
    library.write("mine/notes.txt", "precious");
    library.write("app/manifest.json", '{ "name": "An app" }');
    library.write("render/manifest.json", '{ "toolkit": "Reading matters", "topic": "x", "artefacts": [] }');
    for (const out of ["mine", "app", "render", ".", "mine/notes.txt"]) {
      const before = snapshot(library.root);
      const run = expectCode(await library.run("export", "--as", "site", "--out", out), 1);
      expect(run.stderr).toMatch(/neither empty nor filled by an earlier export[\s\S]*--out/);
      expect(snapshot(library.root)).toEqual(before);
    }
  });

  it("never replaces a file that is not an export's, nor deletes one through a link or a forged manifest", async () => {
    const library = await exportedLibrary();
    library.write("out/site/2026-12/index.html", "mine");
    const run = expectCode(await library.run("export", "2026-12", "--as", "site"), 1);
    expect(run.stderr).toContain(path.join("2026-12", "index.html"));
    expect(library.read("out/site/2026-12/index.html")).toBe("mine");

    const elsewhere = toolkitIn(emptyFolder());
    renameSync(library.path("out/site/2026-10"), elsewhere.path("2026-10"));
    symlinkSync(elsewhere.path("2026-10"), library.path("out/site/2026-10"), "junction");
    const manifest = JSON.parse(library.read("out/site/manifest.json")) as { files: object[] };
    const { sha256 } = manifest.files.find((file) => (file as { path: string }).path === "site.css") as {
      sha256: string;
    };
    cpSync(library.path("out/site/site.css"), library.path("precious.css"));
    manifest.files.push(
      { path: "../../precious.css", bytes: 1, sha256 },
      { path: "/etc/passwd", sha256 },
      null as never,
    );
    library.write("out/site/manifest.json", JSON.stringify(manifest));
    rmSync(library.path("content/editions/2026-10.md"));
    await exportSite(library);
    expect(elsewhere.list("2026-10")).toEqual(["index.html", "newsletter.html", "poster.pdf"]);
    expect(existsSync(library.path("precious.css"))).toBe(true);
  });

  it("is made good after an export that was broken off", async () => {
    const library = libraryWithEditions();
    mkdirSync(library.path("out"));
    await exportSite(library);
    for (const name of ["index.html", "2026-11/poster.pdf"]) rmSync(library.path("out/site", name));
    await exportSite(library);
    expect(library.has("out/site/2026-11/poster.pdf")).toBe(true);
  });
});

describe("templates of the site", { timeout: 180_000 }, () => {
  it("may be the toolkit's own, strict about their names, and change no approval", async () => {
    const library = libraryWithEditions();
    library.edit("onetopic.yaml", "language: en-GB", "language: en-GB\napprovals: 1");
    expectCode(await library.run("approve", "2026-11", "--by", "Ann", "--as", "branches"), 0);
    const state = async () =>
      documentOf<{ state: string }>(expectCode(await library.run("status", "2026-11", "--json"), 0)).state;
    const before = await state();
    library.write(
      "templates/site/index.html.hbs",
      '{{#each editions}}<a href="{{url}}">{{title}}</a>{{@root.page.title}}{{/each}}',
    );
    library.write("templates/styles/site.css", "body { color: var(--primary); }\n");
    await exportSite(library);
    expect(library.read("out/site/index.html")).toMatch(/^<a href="2026-11\/index.html">Quiet hours/);
    expect(library.read("out/site/site.css")).toMatch(
      /^:root \{ --primary: #[\da-f]{6};.*\}\nbody \{ color: var\(--primary\); \}\n$/,
    );
    expect(await state()).toBe(before);
    library.write(
      "templates/site/index.html.hbs",
      "{{#if topic}}{{topic.title}}{{/if}}\n{{editions.[0].urls}}",
    );
    library.write(
      "templates/site/edition.html.hbs",
      "{{topic.title}}{{later.url}}{{toolkit.body}}{{recipient.name}}",
    );
    const check = expectCode(await library.run("check", "--quick", "--json"), 1);
    const { findings } = documentOf<{
      findings: { path: string; line: number; column: number; rule: string }[];
    }>(check);
    const seen = findings.filter(({ rule }) => rule === "template/name-unknown");
    expect(seen.map(({ path: file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      "templates/site/edition.html.hbs:1:31",
      "templates/site/index.html.hbs:1:7",
      "templates/site/index.html.hbs:1:16",
      "templates/site/index.html.hbs:2:3",
    ]);
    expect(expectCode(await library.run("export", "--as", "site"), 1).stderr).toContain(
      "template/name-unknown",
    );
  });
});

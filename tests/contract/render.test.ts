import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, readFileSync, symlinkSync, watch } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  documentOf,
  emptyFolder,
  expectCode,
  finish,
  snapshot,
  startCli,
  tempToolkit,
  toolkitIn,
  type TestToolkit,
} from "../support/cli.ts";

interface Manifest {
  readonly toolkit: string;
  readonly topic: string;
  readonly cycle?: string;
  readonly artefacts: readonly {
    readonly path: string;
    readonly variant: string;
    readonly format: string;
    readonly audience?: string;
    readonly brand: string;
    readonly size?: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

const edition = "---\ncycle: 2026-12\ntopic: quiet-hours\n---\n\nDear readers, *this month* is quiet.\n";

/** Everything rendered of a topic, by name. */
function rendered(toolkit: TestToolkit, folder = "out/quiet-hours"): Record<string, string> {
  return Object.fromEntries(
    toolkit.list(folder).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(toolkit.path(folder, name)))
        .digest("hex"),
    ]),
  );
}

function headersOf(message: string): Map<string, string> {
  const head = message.slice(0, message.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return new Map(
    head
      .split("\r\n")
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
}

describe.concurrent("render", { timeout: 120_000 }, () => {
  it("writes everything of a topic under the promised names, with a manifest that is right", async () => {
    const library = tempToolkit("library");
    const run = expectCode(await library.run("render", "quiet-hours", "--json"), 0);
    const manifest = documentOf<Manifest>(run);
    expect(JSON.parse(library.read("out/quiet-hours/manifest.json"))).toEqual(manifest);
    const { toolkit, topic, cycle, artefacts } = manifest;
    expect([toolkit, topic, cycle]).toEqual(["Reading matters", "quiet-hours", undefined]);
    const mails = ["newsletter", "email", "email.branches", "email.schools"];
    const names = [
      ...mails.flatMap((name) => ["html", "txt", "eml"].map((format) => `${name}.${format}`)),
      "poster.pdf",
      "poster.png",
      "screen.png",
      "social.png",
      "social.1080x1080.png",
      "social.txt",
    ];
    expect(artefacts.map((one) => one.path).toSorted()).toEqual(names.toSorted());
    expect(library.list("out/quiet-hours")).toEqual([...names, "manifest.json"].toSorted());
    expect(library.list("out")).toEqual(["quiet-hours"]);
    const hashes = rendered(library);
    for (const one of artefacts) {
      expect(one.sha256).toBe(hashes[one.path]);
      expect(one.bytes).toBe(readFileSync(library.path("out/quiet-hours", one.path)).length);
      expect(one.path.startsWith(`${one.variant}.`) && one.path.endsWith(`.${one.format}`)).toBe(true);
      expect([one.brand, one.audience]).toEqual(["harbour", /^email\.(.+)\./.exec(one.path)?.[1]]);
    }
    expect(artefacts.filter(({ size }) => size !== undefined).map((one) => [one.path, one.size])).toEqual([
      ["poster.pdf", "A4"],
      ["poster.png", "A4"],
      ["screen.png", "1920x1080"],
      ["social.png", "1200x630"],
      ["social.1080x1080.png", "1080x1080"],
    ]);
    for (const [name, width, height] of [
      ["screen.png", 1920, 1080],
      ["social.png", 1200, 630],
      ["social.1080x1080.png", 1080, 1080],
    ] as const) {
      const png = readFileSync(library.path("out/quiet-hours", name));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)], name).toEqual([width, height]);
    }
  });

  it("names brand, audience, size and large print, leaving out the default brand and A4", async () => {
    const library = tempToolkit("library");
    const render = async (...flags: string[]) => {
      const run = expectCode(
        await library.run("render", "lost-cards", "--json", "--out", library.path("elsewhere"), ...flags),
        0,
      );
      return documentOf<Manifest>(run).artefacts.map((one) => one.path);
    };
    const small = ["--variant", "poster", "--format", "pdf"];
    expect(
      await render("--variant", "email", "--format", "txt", "--audience", "schools", "--brand", "cityside"),
    ).toEqual(["email.schools.cityside.txt"]);
    expect(
      await render(...small, "--size", "A5", "--large-print", "--all-brands", "--audience", "branches"),
    ).toEqual(["poster.branches.cityside.A5.large-print.pdf", "poster.branches.A5.large-print.pdf"]);
    expect(await render(...small, "--size", "A3")).toEqual(["poster.A3.pdf"]);
    expect(await render(...small, "--size", "A4", "--brand", "harbour")).toEqual(["poster.pdf"]);
    expect(await render("--variant", "social,screen", "--brand", "cityside")).toEqual([
      "screen.cityside.png",
      "social.cityside.png",
      "social.cityside.1080x1080.png",
      "social.cityside.txt",
    ]);
    expect(
      await render("--variant", "email,newsletter", "--format", "txt,html", "--audience", "branches"),
    ).toHaveLength(4);
    expect(library.has("out")).toBe(false);
    expect(library.list("elsewhere")).toEqual(["lost-cards"]);
  });

  it("gives the same bytes twice, in another folder, time zone and language, and on another day", async () => {
    const one = tempToolkit("library");
    one.write("content/editions/2026-12.md", edition);
    expectCode(await one.run("render", "2026-12"), 0);
    const first = rendered(one);
    const before = snapshot(one.path("out"));
    expectCode(await one.run("render", "2026-12"), 0);
    expect(rendered(one)).toEqual(first);
    before.delete("quiet-hours/manifest.json");
    before.delete("quiet-hours");
    for (const [name, state] of before)
      expect(snapshot(one.path("out")).get(name), `${name} was written again`).toBe(state);
    const elsewhere = toolkitIn(path.join(emptyFolder(), "ein anderer Ordner", "ü"));
    cpSync(one.root, elsewhere.root, { recursive: true, filter: (from) => !from.includes(`${path.sep}out`) });
    const env = {
      TZ: "Pacific/Kiritimati",
      LANG: "tr_TR.UTF-8",
      LC_ALL: "tr_TR.UTF-8",
      ONETOPIC_NOW: "2027-01-09T23:59:59Z",
      HOME: elsewhere.root,
    };
    expectCode(await elsewhere.runWith({ env }, "render", "2026-12"), 0);
    expect(rendered(elsewhere)).toEqual(first);
  });

  it("of a cycle speaks of that cycle: its note, its date, posts up to it, what comes next", async () => {
    const library = tempToolkit("library");
    library.write("content/editions/2026-12.md", edition);
    const run = await library.run("render", "2026-12", "--variant", "newsletter", "--json");
    expect(documentOf<Manifest>(expectCode(run, 0)).cycle).toBe("2026-12");
    const text = library.read("out/quiet-hours/newsletter.txt");
    for (const part of ["December 2026", "Dear readers,", "The first month", "The new catalogue"])
      expect(text).toContain(part);
    expect(text).not.toContain("Not out yet");
    const message = library.read("out/quiet-hours/newsletter.eml");
    const headers = headersOf(message);
    expect(new Date(headers.get("date") ?? "").toISOString()).toBe("2026-12-03T09:30:00.000Z");
    expect(headers.get("subject")).toBe("Quiet hours, kept by everyone");
    expect(headers.get("from")).toBe("Harbour libraries <news@libraries.example>");
    expect(message).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
    expectCode(await library.run("render", "quiet-hours", "--variant", "newsletter", "--format", "eml"), 0);
    expect([...headersOf(library.read("out/quiet-hours/newsletter.eml")).keys()]).not.toContain("date");
  });

  it("shows the newsletter's whole article and both sides' asks, and in an email one audience's and one link", async () => {
    const library = tempToolkit("library");
    expectCode(
      await library.run("render", "quiet-hours", "--format", "html,txt", "--variant", "newsletter,email"),
      0,
    );
    const at = (name: string) => library.read(`out/quiet-hours/${name}`);
    for (const part of [
      "two quiet hours",
      "Put the times on the door",
      "Bring classes outside",
      "I came to revise",
      "412 readers",
      "14:00 to 16:00",
      "Survey of readers",
      "https://www.libraries.example/quiet-hours/",
    ]) {
      expect(at("newsletter.txt").replace(/\s+/g, " ")).toContain(part);
      expect(at("newsletter.html").replace(/\s+/g, " ")).toContain(part);
    }
    for (const form of ["html", "txt"]) {
      expect(at(`email.schools.${form}`)).toContain("Bring classes outside");
      expect(at(`email.schools.${form}`)).not.toContain("Put the times on the door");
      expect(at(`email.${form}`)).toMatch(/Put the times on the door[\s\S]*Bring classes outside/);
      expect(at(`email.${form}`)).not.toContain("412 readers");
    }
    expect(new Set(at("email.schools.html").match(/href="https?:[^"]*"/g))).toEqual(
      new Set(['href="https://www.libraries.example/quiet-hours/"', 'href="https://libraries.example"']),
    );
    // Another page of the toolkit is no address that a reader could open.
    expect(at("newsletter.html")).not.toMatch(/href="[^"]*\.md"/);
    expect(at("newsletter.html")).toMatch(/<html lang="en-GB"/);
  });

  it("writes posts to copy, each within its limit, and the words for those who cannot see the pictures", async () => {
    const library = tempToolkit("library");
    library.edit(
      "content/brands/cityside.yaml",
      "contact:",
      "words: { Every branch: Our library, quiet: silent }\ncontact:",
    );
    const flags = ["--variant", "social", "--format", "txt", "--all-brands"];
    expectCode(await library.run("render", "quiet-hours", ...flags), 0);
    const posts = library.read("out/quiet-hours/social.txt");
    for (const platform of ["X", "Bluesky", "Threads", "Instagram", "LinkedIn", "Facebook", "Mastodon"]) {
      const [, count, limit] =
        new RegExp(`^${platform}: (\\d+) of (\\d+) characters$`, "m").exec(posts) ?? [];
      expect(Number(count), platform).toBeGreaterThan(50);
      expect(Number(count), platform).toBeLessThanOrEqual(Number(limit));
    }
    // No stars of Markdown; the address that people can tap, but the short one where they cannot.
    expect(posts).toContain(
      [
        "• Every branch has two quiet hours a day.",
        "• Readers choose their branch by its quiet hours.",
        "",
        "See the times of all branches: https://www.libraries.example/quiet-hours/",
        "",
        "#ReadingRooms",
      ].join("\n"),
    );
    expect(posts).toContain("See the times of all branches: libraries.example/quiet-hours\n");
    expect(posts.trimEnd().split("\n").at(-1)).toBe(
      "Harbour County Libraries: Quiet hours, kept by everyone. Two quiet hours a day let people read and revise in every branch. libraries.example/quiet-hours",
    );
    expect(library.read("out/quiet-hours/social.cityside.txt")).toContain(
      "• Our library has two silent hours a day.",
    );
  });

  it("says where the words for a screen or a card are too many", async () => {
    const library = tempToolkit("library");
    library.edit(
      "content/topics/lost-cards.md",
      "priority: 2",
      `priority: 2\nvariants:\n  screen:\n    text: ${"Many words. ".repeat(80)}`,
    );
    const run = expectCode(await library.run("render", "lost-cards", "--variant", "screen,social"), 1);
    expect(run.stderr).toMatch(
      /content\/topics\/lost-cards\.md:21:3 {2}poster\/no-room {2}The text of screen\.png \(1920x1080\) does not fit at the smallest allowed size: it is about \d+ lines too much\. .*"variants\.screen"\./,
    );
    expect(library.has("out")).toBe(false);
  });

  it("says where a word stands that is too long for a screen or a card", async () => {
    const library = tempToolkit("library");
    const word = "Uncharacteristically_Interdepartmental_Administrative_Misunderstandings_";
    const host = `${"i".repeat(63)}.${"j".repeat(38)}.example`;
    const topic = "content/topics/lost-cards.md";
    library.edit(topic, "https://libraries.example/cards", `https://${host}/cards`);
    library.edit(
      topic,
      "priority: 2",
      `priority: 2\nvariants:\n  screen:\n    text: Ask ${word}B now.\n    messages:\n      - Bring your card.\n      - Ask **${word}A** now.`,
    );
    const run = expectCode(await library.run("render", "lost-cards", "--variant", "screen,social"), 1);
    const said = [
      ...run.stderr.matchAll(
        /lost-cards\.md:(\d+:\d+).*word-too-long {2}The word "(.*)" is .* on (\S+\.png)/g,
      ),
    ];
    expect(said.map(([, ...values]) => values.join(" ")).toSorted()).toEqual([
      // Told once, with how many more.
      `14:3 ${host} social.1080x1080.png`,
      `22:5 ${word}B screen.png`,
      `25:9 ${word}A screen.png`,
    ]);
    expect(library.has("out")).toBe(false);
  });

  it("with an error writes nothing of that topic, and everything of the others", async () => {
    const library = tempToolkit("library");
    library.edit("content/topics/lost-cards.md", "A lost card keeps", "A [lost](none.md) card keeps");
    const run = await library.run("render", "--all", "--variant", "email", "--format", "txt");
    expect(expectCode(run, 1).stderr).toMatch(
      /content\/topics\/lost-cards\.md:\d+:\d+ {2}error {2}link\/broken/,
    );
    expect(library.list("out")).toEqual(["home-delivery", "new-catalogue", "quiet-hours", "summer-reading"]);
    library.edit("content/topics/quiet-hours.md", "summary: Two quiet", "summary: Tow quiet");
    library.edit("content/topics/quiet-hours.md", "Move phone calls", "Mobilephonecalls".repeat(7));
    const before = snapshot(library.path("out"));
    expect(expectCode(await library.run("render", "quiet-hours"), 1).stderr).toContain(
      "poster/word-too-long",
    );
    expect(snapshot(library.path("out"))).toEqual(before);
  });

  it("gives the same bytes from files that Windows saved", async () => {
    const [one, other] = [tempToolkit("tiny"), tempToolkit("tiny")];
    for (const file of [
      "onetopic.yaml",
      "content/toolkit.md",
      "content/brands/plain.yaml",
      "content/topics/good.md",
    ])
      other.write(file, `\ufeff${other.read(file).replaceAll("\n", "\r\n")}`);
    for (const toolkit of [one, other]) expectCode(await toolkit.run("render", "good"), 0);
    expect(rendered(other, "out/good")).toEqual(rendered(one, "out/good"));
  });

  it("ends at once when it is cancelled", async () => {
    const library = tempToolkit("library");
    const watcher = watch(library.root);
    const child = startCli(["render", "--all", "--variant", "poster"], { cwd: library.root });
    const ended = finish(child);
    await Promise.race([once(watcher, "change"), ended]);
    watcher.close();
    child.kill("SIGINT");
    expectCode(await ended, 130);
    expect(library.list("out").length).toBeLessThan(5);
    expect([...snapshot(library.root).keys()].filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("says so when it cannot write", async () => {
    const toolkit = tempToolkit("tiny");
    for (const args of [
      ["render", "good", "--variant", "email", "--out", "onetopic.yaml"],
      ["plan", "--out", "content"],
    ]) {
      const run = expectCode(await toolkit.run(...args), 2);
      expect(run.stderr).toMatch(/cannot be written/);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
  });

  it("leaves no half-written file, and writes through no link that leads out", async () => {
    const library = tempToolkit("library");
    expectCode(await library.run("render", "lost-cards", "--variant", "email"), 0);
    expect(library.list("out/lost-cards").filter((name) => !/^email\.|^manifest\.json$/.test(name))).toEqual(
      [],
    );
    const precious = path.join(emptyFolder(), "precious.txt");
    toolkitIn(path.dirname(precious)).write("precious.txt", "precious");
    library.write("out/quiet-hours/.keep", "");
    symlinkSync(precious, library.path("out/quiet-hours/email.txt"));
    expectCode(await library.run("render", "quiet-hours", "--variant", "email", "--format", "txt"), 0);
    expect(readFileSync(precious, "utf8")).toBe("precious");
  });
});

describe("export", { timeout: 120_000 }, () => {
  const library = tempToolkit("library");
  library.write("content/editions/2026-12.md", edition);

  it("as html: one bulletin with everything in it", async () => {
    expectCode(await library.run("export", "2026-12", "--as", "html"), 0);
    expectCode(await library.run("export", "2026-12", "--as", "html", "--brand", "cityside"), 0);
    expect(library.list("out/quiet-hours")).toEqual(["bulletin.cityside.html", "bulletin.html"]);
    const html = library.read("out/quiet-hours/bulletin.html");
    expect(html.match(/<img [^>]*src="[^"]{0,40}/g)).toHaveLength(2);
    for (const [, source] of html.matchAll(/\b(?:src|background|poster|srcset|data)="([^"]*)"/g))
      expect(source).toMatch(/^data:image\//);
    expect(html).not.toMatch(
      /<(script|link|iframe|object|embed|base)\b|@import|@font-face|url\((?!["']?data:)|cid:/i,
    );
    expect(library.read("out/quiet-hours/bulletin.cityside.html")).toContain("Cityside Community Library");
  });

  it("as eml: a draft that mail programs open for editing", async () => {
    expectCode(await library.run("export", "2026-12", "--as", "eml"), 0);
    expectCode(
      await library.run("export", "2026-12", "--as", "eml", "--variant", "email", "--audience", "schools"),
      0,
    );
    const names = library.list("out/quiet-hours").filter((name) => name.endsWith(".eml"));
    expect(names).toEqual(["email.schools.draft.eml", "newsletter.draft.eml"]);
    for (const name of names) {
      const draft = library.read(`out/quiet-hours/${name}`);
      const headers = headersOf(draft);
      expect(headers.get("x-unsent")).toBe("1");
      expect([...headers.keys()].filter((key) => ["date", "message-id", "to"].includes(key))).toEqual([]);
      expect(draft).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
    }
  });

  it("goes where it is told, in any folder, and the same twice", async () => {
    const folder = emptyFolder();
    const run = await library.runWith(
      { cwd: folder },
      "export",
      "2026-12",
      "--as",
      "eml",
      "--out",
      "a/b/draft.eml",
      "-C",
      library.root,
      "--json",
    );
    expect(documentOf<{ path: string }>(expectCode(run, 0)).path).toBe("a/b/draft.eml");
    const env = { TZ: "Asia/Tokyo", ONETOPIC_NOW: "2027-06-01T00:00:00Z" };
    expectCode(await library.runWith({ env }, "export", "2026-12", "--as", "eml", "--out", "again.eml"), 0);
    expect(library.read("again.eml")).toBe(toolkitIn(folder).read("a/b/draft.eml"));
  });

  it("needs a picked topic", async () => {
    const run = expectCode(await library.run("export", "2027-01", "--as", "html"), 1);
    expect(run.stderr).toContain("onetopic pick --cycle 2027-01");
  });
});

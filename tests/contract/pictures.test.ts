import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { documentOf, expectCode, tempToolkit, type Run, type TestToolkit } from "../support/cli.ts";
import {
  cornersOf,
  decoded,
  drawing,
  gif,
  photograph,
  secret,
  unreadable,
  withExif,
} from "../support/pictures.ts";

/** Pictures by their file names, in the order in which the article of `fault.md` names them: from line 8 on, every second. */
type Pictures = Readonly<Record<string, Buffer>>;

function toolkitWith(pictures: Pictures): TestToolkit {
  const toolkit = tempToolkit("tiny");
  for (const [name, content] of Object.entries(pictures)) toolkit.write(`content/pictures/${name}`, content);
  const lines = Object.keys(pictures).map((name) => `![A desk lamp](../pictures/${name})`);
  toolkit.write(
    "content/topics/fault.md",
    `---\ntitle: Fault\nsummary: One fault.\nsources:\n  - { title: Plan, url: https://tiny.example/plan }\n---\n\n${lines.join("\n\n")}\n`,
  );
  return toolkit;
}

/** The pictures of a message, by content id. */
function attached(message: string): Map<string, { type: string; content: Buffer }> {
  const parts = message.split(/\r\n--[^\r\n]+\r\n/).flatMap((part) => {
    const [head = "", body = ""] = part.split("\r\n\r\n");
    const type = /^Content-Type: (image\/[a-z+]+)/im.exec(head)?.[1];
    const cid = /^Content-Id: <([^>]+)>/im.exec(head)?.[1];
    if (type === undefined || cid === undefined) return [];
    return [[cid, { type, content: Buffer.from(body, "base64") }] as const];
  });
  return new Map(parts);
}

interface Shown {
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
}

/** The pictures of a page. */
function shown(html: string): Shown[] {
  return [...html.matchAll(/<img[^>]*>/g)].map(([tag]) => {
    const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1]);
    const data = /src="data:image\/\w+;base64,([^"]+)"/.exec(tag)?.[1] ?? "";
    return { content: Buffer.from(data, "base64"), width: number("width"), height: number("height") };
  });
}

async function newsletter(toolkit: TestToolkit) {
  expectCode(await toolkit.run("render", "fault", "--variant", "newsletter"), 0);
  const at = (name: string) => toolkit.path("out/fault", name);
  const eml = readFileSync(at("newsletter.eml"), "latin1");
  return { eml, attached: attached(eml), shown: shown(readFileSync(at("newsletter.html"), "utf8")) };
}

function findingsOf(run: Run): string[] {
  const { findings } = documentOf<{ findings: { path: string; line: number; rule: string }[] }>(run);
  return findings.map(({ path: file, line, rule }) => `${file}:${line} ${rule}`);
}

describe.concurrent("a picture in a topic", { timeout: 120_000 }, () => {
  it("from a phone goes out upright, no larger than it is shown, and without the place where it was taken", async () => {
    const phone = withExif(photograph(4000, 3000), 6);
    const small = withExif(photograph(300, 200), 1);
    const turned = withExif(photograph(300, 200), 8);
    expect([phone.length > 1_000_000, phone.includes(secret)]).toEqual([true, true]);
    const made = await newsletter(
      toolkitWith({ "phone.jpg": phone, "small.jpg": small, "turned.jpg": turned }),
    );
    const sizes = [...made.attached.values()].map(({ type, content }) => {
      const { width, height } = decoded(content);
      return [type, width, height];
    });
    expect(sizes).toEqual([
      ["image/jpeg", 1072, 1430],
      ["image/jpeg", 300, 200],
      ["image/jpeg", 200, 300],
    ]);
    expect(made.shown.map(({ width, height }) => [width, height])).toEqual([
      [536, 715],
      [300, 200],
      [200, 300],
    ]);
    const contents = [...made.attached.values()].map(({ content }) => content);
    expect(made.shown.map(({ content }) => content)).toEqual(contents);
    expect(contents.map((content) => cornersOf(decoded(content)))).toEqual([
      ["blue", "red", "white", "green"],
      ["red", "green", "blue", "white"],
      ["green", "white", "red", "blue"],
    ]);
    for (const content of contents)
      expect([content.includes("Exif"), content.includes(secret)]).toEqual([false, false]);
    expect(contents[0]?.length).toBeLessThan(phone.length / 3);
    // Nothing is lost where nothing has to change.
    expect(decoded(contents[1] ?? Buffer.alloc(0)).pixels).toEqual(decoded(small).pixels);
  });

  it("stays PNG or GIF: made smaller where that pays, untouched where it moves", async () => {
    const png = drawing(2000, 1000, (x, y) => x + y < 400);
    const moving = gif(300_000);
    const made = await newsletter(toolkitWith({ "big.png": png, "moving.gif": moving }));
    const [first, second] = [...made.attached.values()];
    expect([first?.type, second?.type]).toEqual(["image/png", "image/gif"]);
    const small = decoded(first?.content ?? Buffer.alloc(0));
    expect([small.width, small.height, small.at(5, 5)[3], small.at(700, 300)[3]]).toEqual([
      1072, 536, 0, 255,
    ]);
    expect(first?.content.length).toBeLessThan(png.length / 2);
    expect(second?.content.equals(moving)).toBe(true);
  });

  it("that is a logo is made for the height at which it is shown", async () => {
    const toolkit = toolkitWith({});
    toolkit.write(
      "content/brands/wide.png",
      drawing(1200, 300, () => false),
    );
    const brand = toolkit.read("content/brands/plain.yaml");
    toolkit.write("content/brands/plain.yaml", `logo: { file: wide.png, alt: Plain }\n${brand}`);
    const made = await newsletter(toolkit);
    expect(made.shown.map(({ width, height }) => [width, height])).toEqual([[192, 48]]);
    const logo = decoded(made.attached.get("logo")?.content ?? Buffer.alloc(0));
    expect([logo.width, logo.height]).toEqual([384, 96]);
  });

  it("that is a logo leaves its metadata and its needless pixels behind in print, in packs and on the site", async () => {
    const toolkit = toolkitWith({});
    const photo = withExif(photograph(2400, 3200), 6);
    toolkit.write("content/brands/held.jpg", photo);
    const brand = toolkit.read("content/brands/plain.yaml");
    toolkit.write("content/brands/plain.yaml", `logo: { file: held.jpg, alt: Plain }\n${brand}`);
    toolkit.write("content/editions/2026-11.md", "---\ncycle: 2026-11\ntopic: good\n---\n");
    expectCode(await toolkit.run("export", "2026-11", "--as", "zip", "--out", "pack.zip"), 0);
    expectCode(await toolkit.run("export", "2026-11", "--as", "site"), 0);
    const packed = Object.entries(unzipSync(readFileSync(toolkit.path("pack.zip"))));
    const site = ["logo.jpg", "2026-11/poster.pdf"].map(
      (name) => [name, readFileSync(toolkit.path("out/site", name))] as const,
    );
    for (const [name, content] of [...packed, ...site]) {
      expect(Buffer.from(content).includes(secret), name).toBe(false);
      expect(content.length, name).toBeLessThan(photo.length / 2);
    }
    const logo = decoded(readFileSync(toolkit.path("out/site/logo.jpg")));
    expect([logo.width, logo.height, ...cornersOf(logo)]).toEqual([128, 96, "blue", "red", "white", "green"]);
    const [inPack] = shown(Buffer.from(new Map(packed).get("index.html") ?? []).toString());
    expect(inPack?.content.equals(readFileSync(toolkit.path("out/site/logo.jpg")))).toBe(true);
    const poster = Buffer.from(new Map(packed).get("poster.pdf") ?? []).toString("latin1");
    expect(/\/Width 1200\s+\/Height 900\b/.test(poster), "its picture has 1,200 by 900 pixels").toBe(true);
  });

  it("gives the same bytes in every run", async () => {
    const pictures = {
      "a.jpg": withExif(photograph(1500, 1000), 6),
      "b.png": drawing(1500, 700, () => false),
    };
    const hashes = new Set<string>();
    for (let run = 0; run < 2; run += 1) {
      const { eml } = await newsletter(toolkitWith(pictures));
      hashes.add(createHash("sha256").update(eml).digest("hex"));
    }
    expect(hashes.size).toBe(1);
  });

  it("that cannot be decoded is told at its line, and nothing is written or handed over", async () => {
    const photo = photograph(1500, 1000);
    const png = drawing(300, 200, () => false);
    const toolkit = toolkitWith({
      "short.jpg": photo.subarray(0, photo.length - 5000),
      "short.png": png.subarray(0, png.length - 500),
      "short.gif": gif(1000).subarray(0, 900),
    });
    const broken = (...lines: number[]) =>
      lines.map((line) => `content/topics/fault.md:${line} image/broken`);
    expect(findingsOf(expectCode(await toolkit.run("check", "--quick", "--json"), 1))).toEqual(
      broken(8, 10, 12),
    );
    // A logo is judged also when no mail of its brand is rendered.
    const logo = tempToolkit("tiny");
    logo.write("content/brands/short.png", png.subarray(0, png.length - 500));
    const brand = logo.read("content/brands/plain.yaml");
    logo.write("content/brands/second.yaml", `logo: { file: short.png, alt: Second }\n${brand}`);
    expect(findingsOf(expectCode(await logo.run("check", "--quick", "--json"), 1))).toEqual([
      "content/brands/second.yaml:1 image/broken",
    ]);
    // This one shows its fault only when it is drawn.
    const deep = toolkitWith({ "good.png": png, "nonsense.png": unreadable(1500, 900) });
    expect(findingsOf(expectCode(await deep.run("check", "--quick", "--json"), 1))).toEqual(broken(10));
    deep.write("content/editions/2026-12.md", "---\ncycle: 2026-12\ntopic: fault\n---\n");
    for (const args of [
      ["render", "fault"],
      ["export", "2026-12", "--as", "html"],
      ["export", "2026-12", "--as", "eml", "--variant", "newsletter"],
    ]) {
      const run = expectCode(await deep.run(...args), 1);
      expect(run.stderr).toContain("content/topics/fault.md:10:1  image/broken");
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
    expect(deep.has("out")).toBe(false);
  });

  it("in the officer's note is told at its line too", async () => {
    const toolkit = toolkitWith({ "nonsense.png": unreadable(1500, 900) });
    toolkit.write(
      "content/topics/fault.md",
      toolkit.read("content/topics/good.md").replace("title: Good", "title: Fault"),
    );
    toolkit.write(
      "content/editions/2026-12.md",
      "---\ncycle: 2026-12\ntopic: fault\n---\n\n\nDear all,\n\n![A desk lamp](../pictures/nonsense.png)\n",
    );
    const run = expectCode(await toolkit.run("check", "--quick", "--json"), 1);
    expect(findingsOf(run)).toEqual(["content/editions/2026-12.md:9 image/broken"]);
  });

  it("with more pixels than a machine should unpack is refused by its header, also where the rule is off", async () => {
    const toolkit = toolkitWith({ "bomb.png": unreadable(20_000, 20_000) });
    const run = expectCode(await toolkit.run("check", "--quick"), 1);
    expect(run.stdout).toContain(
      'content/topics/fault.md:8:1  error  image/too-large  The picture "../pictures/bomb.png" is 20000 × 20000 pixels; the most is 50 million pixels. Make it smaller.',
    );
    toolkit.write("onetopic.yaml", `${toolkit.read("onetopic.yaml")}checks: { image/too-large: off }\n`);
    expect((await newsletter(toolkit)).attached.size).toBe(0);
  });

  it("counts as picture and not as HTML, and many of them make a message heavy", async () => {
    const toolkit = toolkitWith({ "a.gif": gif(600_000), "b.gif": gif(600_001) });
    const run = expectCode(await toolkit.run("check", "--quick"), 0);
    expect(run.stdout).toMatch(
      /^content\/topics\/fault\.md:2:1 {2}warn {2}output\/heavy {2}The pictures of newsletter\.html come to 1\.2 MB; above 1 MB .* Use fewer pictures, or save photographs as JPEG\.\n\n[\s\S]*\n0 errors, 1 warning\./,
    );
    expect((await newsletter(toolkit)).attached.size).toBe(2);
  });
});

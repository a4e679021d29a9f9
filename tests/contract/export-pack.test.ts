import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
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

const edition = "---\ncycle: 2026-12\ntopic: quiet-hours\n---\n\nDear readers, *this month* is quiet.\n";
const pages = ["index.html", "README.txt", "manifest.json"];
const pack = "out/quiet-hours/quiet-hours.harbour.zip";

interface Manifest {
  readonly toolkit: string;
  readonly topic: string;
  readonly cycle: string;
  readonly artefacts: readonly {
    readonly path: string;
    readonly brand: string;
    readonly form?: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

function library(): TestToolkit {
  const toolkit = tempToolkit("library");
  toolkit.write("content/editions/2026-12.md", edition);
  return toolkit;
}

/** One pack that several tests look at. */
const packed = (async () => {
  const toolkit = library();
  return { toolkit, run: await toolkit.run("export", "2026-12", "--as", "zip", "--json") };
})();

function unpack(file: string): Map<string, Buffer> {
  const files = Object.entries(unzipSync(readFileSync(file)));
  return new Map(files.map(([name, content]) => [name, Buffer.from(content)]));
}

const textOf = (files: ReadonlyMap<string, Buffer>, name: string) => files.get(name)?.toString() ?? "";
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

describe("export --as zip", { timeout: 180_000 }, () => {
  it("packs every artefact of the default brand just as render writes it, under the promised name", async () => {
    const { toolkit, run } = await packed;
    const { packs } = documentOf<{ packs: object[] }>(expectCode(run, 0));
    expect(packs).toEqual([expect.objectContaining({ path: pack, brand: "harbour" })]);
    expect(packs[0]).toMatchObject({ sha256: sha256(readFileSync(toolkit.path(pack))) });
    expect(toolkit.list("out/quiet-hours")).toEqual(["quiet-hours.harbour.zip"]);
    const files = unpack(toolkit.path(pack));
    const rendered = new Map<string, Buffer>();
    for (const form of [[], ["--variant", "poster", "--press"], ["--variant", "poster", "--large-print"]]) {
      const flags = ["--size", "A3,A4,A5", "--out", toolkit.path("flat"), ...form];
      expectCode(await toolkit.run("render", "2026-12", ...flags), 0);
      for (const name of toolkit.list("flat/quiet-hours"))
        if (name !== "manifest.json")
          rendered.set(name, readFileSync(toolkit.path("flat/quiet-hours", name)));
    }
    expect([...files.keys()].toSorted()).toEqual([...pages, ...rendered.keys()].toSorted());
    for (const [name, content] of rendered) expect(files.get(name)?.equals(content), name).toBe(true);
  });

  it("holds a manifest with true sums, and pages that name every file and lead nowhere else", async () => {
    const { toolkit, run } = await packed;
    expectCode(run, 0);
    const files = unpack(toolkit.path(pack));
    const manifest = JSON.parse(textOf(files, "manifest.json")) as Manifest;
    expect(manifest).toMatchObject({ toolkit: "Reading matters", topic: "quiet-hours", cycle: "2026-12" });
    const listed = manifest.artefacts.map((one) => one.path);
    expect([...pages, ...listed].toSorted()).toEqual([...files.keys()].toSorted());
    for (const { path: name, bytes, sha256: sum } of manifest.artefacts)
      expect([bytes, sum], name).toEqual([files.get(name)?.length, sha256(files.get(name) as Buffer)]);

    const posters = manifest.artefacts.filter(({ path: name }) => name.startsWith("poster."));
    const formOf = (name: string) => /\.(press|large-print)\./.exec(name)?.[1];
    expect(posters.map(({ form }) => form)).toEqual(posters.map((one) => formOf(one.path)));
    expect(new Set(posters.map(({ form }) => form))).toEqual(new Set([undefined, "press", "large-print"]));

    const page = textOf(files, "index.html");
    const links = [...page.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, target = ""]) => target);
    const local = links.filter((target) => !/^(?:#|data:image\/|mailto:|https:)/.test(target));
    expect(local.filter((target) => !files.has(target))).toEqual([]);
    expect(listed.filter((name) => !local.includes(name))).toEqual([]);
    expect(page).not.toMatch(/<(?:script|link|iframe|base)\b|@import|url\(/i);
    const readme = textOf(files, "README.txt");
    for (const name of listed) expect(readme).toContain(`- ${name} (`);
    for (const text of [page, readme]) {
      expect(text).toContain("press shop");
      expect(text).toContain("Email for Branch staff");
      expect(text).toContain("December 2026");
    }
    expect(readme.split("\n").filter((line) => line.length > 72)).toEqual([]);
  });

  it("gives the same bytes in another folder, time zone and language, and on another day", async () => {
    const { toolkit: one, run } = await packed;
    expectCode(run, 0);
    const first = readFileSync(one.path(pack));
    const before = snapshot(one.path("out")).get("quiet-hours/quiet-hours.harbour.zip");
    expectCode(await one.run("export", "2026-12", "--as", "zip", "--brand", "harbour"), 0);
    expect(snapshot(one.path("out")).get("quiet-hours/quiet-hours.harbour.zip"), "written again").toBe(
      before,
    );
    const other = toolkitIn(path.join(emptyFolder(), "ein anderer Ordner", "ü"));
    cpSync(one.root, other.root, { recursive: true, filter: (from) => !/[\\/](?:out|flat)\b/.test(from) });
    const env = { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", ONETOPIC_NOW: "2027-01-09T23:59:59Z" };
    expectCode(await other.runWith({ env }, "export", "2026-12", "--as", "zip"), 0);
    expect(sha256(readFileSync(other.path(pack)))).toBe(sha256(first));
  });

  it("writes one pack for each brand, and goes where it is told", async () => {
    const toolkit = library();
    const all = await toolkit.run("export", "2026-12", "--as", "zip", "--all-brands", "--out", "packs");
    expectCode(all, 0);
    expect(toolkit.list("packs")).toEqual(["quiet-hours.cityside.zip", "quiet-hours.harbour.zip"]);
    expect(toolkit.has("out")).toBe(false);
    const city = unpack(toolkit.path("packs/quiet-hours.cityside.zip"));
    expect([...city.keys()]).toContain("poster.cityside.A5.large-print.pdf");
    expect(textOf(city, "index.html")).toContain("Cityside Community Library");
    expect(textOf(city, "index.html")).not.toContain("Harbour County Libraries</strong>");
  });

  it("is refused with an error among the findings of any brand, and writes nothing", async () => {
    const toolkit = library();
    toolkit.edit(
      "content/topics/quiet-hours.md",
      "tags:",
      `variants: { poster: { headline: "${"W".repeat(60)}" } }\ntags:`,
    );
    toolkit.edit("content/topics/quiet-hours.md", /\nvariants:\n {2}email:\n {4}subject: .*\n/, "\n");
    const run = expectCode(await toolkit.run("export", "2026-12", "--as", "zip", "--all-brands"), 1);
    expect(run.stderr).toMatch(/quiet-hours\.md:\d+:\d+ {2}poster\/word-too-long/);
    expect(toolkit.has("out")).toBe(false);
    const unpicked = expectCode(await toolkit.run("export", "2027-02", "--as", "zip"), 1);
    expect(unpicked.stderr).toContain("onetopic pick --cycle 2027-02");
  });

  it("refuses flags that would do nothing, by their name", async () => {
    const toolkit = library();
    for (const [form, flag, ...value] of [
      ["zip", "--audience", "schools"],
      ["zip", "--variant", "email"],
      ["html", "--all-brands"],
      ["site", "--all-brands"],
    ] as const) {
      const run = await toolkit.run("export", "2026-12", "--as", form, flag, ...value);
      expect(expectCode(run, 2).stderr).toContain(flag);
    }
    expect(toolkit.has("out")).toBe(false);
  });

  it("takes the toolkit's own pages, and tells a name that they do not have", async () => {
    const toolkit = library();
    toolkit.write(
      "templates/pack/readme.txt.hbs",
      "{{#each groups}}{{title}}: {{#each forms}}{{title}}; {{/each}}\n{{/each}}",
    );
    expectCode(await toolkit.run("export", "2026-12", "--as", "zip"), 0);
    const readme = textOf(unpack(toolkit.path(pack)), "README.txt");
    expect(readme).toMatch(
      /^Email and newsletter: Newsletter; Email for everyone; [^]*\nPrint: Poster, A3; /,
    );
    toolkit.write("templates/pack/readme.txt.hbs", "{{topic.title}} {{topic.body}}");
    const run = expectCode(await toolkit.run("check", "--quick", "--json"), 1);
    const { findings } = documentOf<{ findings: { path: string; column: number; rule: string }[] }>(run);
    expect(findings).toEqual([
      expect.objectContaining({
        path: "templates/pack/readme.txt.hbs",
        rule: "template/name-unknown",
        column: 19,
      }),
    ]);
    expectCode(await toolkit.run("export", "2026-12", "--as", "zip"), 1);
  });
});

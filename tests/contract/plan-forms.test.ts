import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { pageFaults } from "../support/valid-page.ts";
import { approve } from "../../src/cli/commands/approve.ts";
import { plan, type PlanForm } from "../../src/cli/commands/plan.ts";
import { expectCode, tempToolkit, type TestToolkit } from "../support/cli.ts";
import { contextIn } from "../support/inside.ts";
import { readTaggedPdf, type PlacedText } from "../support/tagged-pdf.ts";
import { runTool } from "../support/tools.ts";

/** What `onetopic plan` prints, run in the test's own process. */
async function planned(
  { root }: TestToolkit,
  format: PlanForm,
  options: { cycles?: number; from?: string; out?: string; day?: string } = {},
): Promise<string> {
  const written = { stdout: "", stderr: "" };
  const { day, cycles = 12, ...rest } = options;
  const code = await plan(contextIn(root, { written, ...(day ? { day } : {}) }), { format, cycles, ...rest });
  expect(code, written.stderr).toBe(0);
  return written.stdout;
}

function approvedLibrary(): TestToolkit {
  const library = tempToolkit("library");
  library.edit("onetopic.yaml", "transport:", "approvals: [branches, schools]\ntransport:");
  library.write(
    "content/editions/2026-11.md",
    "---\ncycle: 2026-11\ntopic: lost-cards\npicked: { on: 2026-11-01, why: Asked for }\n---\n",
  );
  return library;
}

/** Titles as long as they may be, and a word that is wider than any card. */
function wordyLibrary(): TestToolkit {
  const library = tempToolkit("library");
  const long = `${"Wide words ".repeat(7)}xx`.slice(0, 80);
  library.edit("content/topics/lost-cards.md", /^title: .*$/m, `title: ${long}`);
  library.edit(
    "content/topics/lost-cards.md",
    /^summary: .*$/m,
    `summary: ${"Many words. ".repeat(13).trim()}`,
  );
  library.edit("content/topics/quiet-hours.md", /^title: .*$/m, `title: ${"W".repeat(80)}`);
  library.edit(
    "onetopic.yaml",
    /^toolkit: .*$/m,
    `toolkit: ${"A name of a toolkit that is as long as names go ".repeat(2)}`,
  );
  return library;
}

/** Pairs of words that stand on each other: a box is as high as a capital. */
function overlaps(texts: readonly PlacedText[]): string[] {
  const isOver = (a: PlacedText, b: PlacedText) =>
    a.x + 1 < b.x + b.width &&
    b.x + 1 < a.x + a.width &&
    a.y < b.y + 0.7 * b.size &&
    b.y < a.y + 0.7 * a.size;
  return texts.flatMap((one, at) =>
    texts.slice(at + 1).flatMap((other) => (isOver(one, other) ? [`${one.text} / ${other.text}`] : [])),
  );
}

describe("plan --format csv and ics", () => {
  it("go to standard output as they are, with every line end and the byte order mark", async () => {
    const library = approvedLibrary();
    const csv = expectCode(await library.run("plan", "--format", "csv"), 0).stdout;
    expect(csv.startsWith("\uFEFFCycle,")).toBe(true);
    expect(csv.split("\r\n")).toHaveLength(14);
    const ics = await planned(library, "ics");
    expect(ics.split("\r\n").at(-2)).toBe("END:VCALENDAR");
    expect(ics.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("hold what the plan holds, and the same bytes on another day", async () => {
    const library = approvedLibrary();
    const csv = await planned(library, "csv", { from: "2026-11", cycles: 3 });
    const rows = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows.map((row) => [row["Cycle"], row["Topic"], row["State"], row["Why"]])).toEqual([
      ["2026-11", "lost-cards", "Picked", "picked on 2026-11-01: Asked for"],
      ["2026-12", "quiet-hours", "Suggested", "never used, priority 1"],
      ["2027-01", "new-catalogue", "Suggested", "pinned to 2027-01"],
    ]);
    // The first three of those that would come next; JSON has all.
    expect(rows.map((row) => row["Next best"]?.split("; ").length)).toEqual([1, 1, 2]);
    expect(rows[0]?.["Approvals wanted"]).toBe("branches; schools");
    const later = { from: "2026-11", cycles: 3, day: "2028-02-29T23:00:00Z" };
    expect(await planned(library, "csv", later)).toBe(csv);
    const ics = await planned(library, "ics", { from: "2026-11", cycles: 3 });
    expect(await planned(library, "ics", later)).toBe(ics);
    expect(ics.match(/^UID:approvals\./gm)).toHaveLength(3);
    expect(ics.match(/^UID:review\./gm)?.length).toBeGreaterThan(0);
  });

  it("count an approval while it holds, and not when the words are changed after it", async () => {
    const library = approvedLibrary();
    for (const role of ["branches", "schools"])
      await approve(contextIn(library.root), "2026-11", { by: `The ${role}`, as: role });
    const stateOf = async () => {
      const csv = await planned(library, "csv", { from: "2026-11", cycles: 1 });
      const [row] = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
      return [row?.["State"], row?.["Approvals given"]];
    };
    expect(await stateOf()).toEqual([
      "Approved",
      "branches: The branches, 2026-11-22; schools: The schools, 2026-11-22",
    ]);
    library.edit("content/topics/lost-cards.md", /^summary: .*$/m, "summary: Other words.");
    expect(await stateOf()).toEqual(["Picked", ""]);
  });

  it("are refused beside --json on standard output, and named where they were written", async () => {
    const library = tempToolkit("library");
    const written = { stdout: "", stderr: "" };
    const context = contextIn(library.root, { json: true, written });
    await expect(plan(context, { format: "csv", cycles: 12 })).rejects.toMatchObject({
      code: "usage",
      exit: 2,
    });
    expect(written.stdout).toBe("");
    await plan(context, { format: "ics", cycles: 12, out: "web/plan.ics" });
    expect(JSON.parse(written.stdout)).toEqual({ path: "web/plan.ics" });
    expect(library.read("web/plan.ics")).toMatch(/^BEGIN:VCALENDAR\r\n/);
  });
});

describe("plan --format html", () => {
  it("is one valid page with everything in it, the words of the toolkit as text", async () => {
    const library = approvedLibrary();
    library.edit(
      "content/topics/quiet-hours.md",
      /^title: .*$/m,
      'title: "<script>alert(1)</script> & more"',
    );
    const html = await planned(library, "html");
    expect(await pageFaults(html)).toEqual([]);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
    expect(html).not.toMatch(/<script|<link|src="(?!data:)/);
    expect(html.match(/<tr class="cycle /g)).toHaveLength(12);
    expect(html).toContain(
      '<time datetime="2026-12-03T09:30:00+00:00">Thursday 3 December 2026, 09:30</time>',
    );
    expect(html).toContain("Moved: 3 January 2027 is avoided (a weekend)");
    // The day on which it is made stands nowhere.
    expect(await planned(library, "html", { from: "2026-11", day: "2028-02-29T23:00:00Z" })).toBe(html);
  });
});

describe("plan --format pdf", { timeout: 60_000 }, () => {
  it("is one sheet of A3 across, for everyone: tagged, named, its words in reading order", async ({
    skip,
  }) => {
    const library = approvedLibrary();
    await planned(library, "pdf");
    const bytes = readFileSync(library.path("out/plan.pdf"));
    const pdf = await readTaggedPdf(bytes);
    expect([pdf.pages, Math.round(pdf.width / (72 / 25.4)), Math.round(pdf.height / (72 / 25.4))]).toEqual([
      1, 420, 297,
    ]);
    expect(pdf.title).toBe("Reading matters: topic calendar, November 2026 to October 2027");
    expect(pdf.language).toBe("en-GB");
    expect(pdf.roles.filter((role) => /^H\d$/.test(role))).toEqual([
      "H1",
      "H2",
      ...Array.from({ length: 12 }, () => "H3"),
    ]);
    expect(pdf.figures).toEqual(["Harbour County Libraries"]);
    expect(pdf.fonts.length).toBeGreaterThan(0);
    expect(pdf.fonts.filter(({ name, embedded }) => !embedded || !name.startsWith("Lato"))).toEqual([]);
    expect(pdf.text).toMatch(
      /November 2026 Tue 3 Nov, 09:30 A lost card is no lost reader A new card [^.]*\. Picked ?, 0 of 2 approvals December 2026 Thu 3 Dec, 09:30 .*Suggested January 2027 Mon 4 Jan, 09:30 \(moved: a weekend\)/,
    );
    expect(Math.min(...pdf.texts.map(({ size }) => size))).toBeGreaterThanOrEqual(11.99);
    expect(pdf.text).not.toContain("22");
    runTool(skip, "qpdf", ["--check", library.path("out/plan.pdf")]);
    await planned(library, "pdf", { from: "2026-11", day: "2028-02-29T23:00:00Z" });
    expect(readFileSync(library.path("out/plan.pdf")).equals(bytes)).toBe(true);
  });

  it.for([
    ["month", 13, 2],
    ["fortnight", 26, 2],
    ["week", 53, 5],
    ["month", 1, 1],
  ] as const)(
    "every %s, %d cycles: nothing is cut off or left out, on %d sheets",
    async ([every, cycles, sheets], { skip }) => {
      const library = wordyLibrary();
      library.write(
        "onetopic.yaml",
        library.read("onetopic.yaml").replace("every: month", `every: ${every}`),
      );
      await planned(library, "pdf", { cycles, out: "plan.pdf" });
      const file = library.path("plan.pdf");
      const text = runTool(skip, "pdftotext", ["-raw", file, "-"]);
      expect(text.split("\f").length - 1).toBe(sheets);
      const calendar = JSON.parse(await planned(library, "json", { cycles })) as {
        cycles: { topic: string | null }[];
      };
      const titles = calendar.cycles.filter(({ topic }) => topic === "quiet-hours").length;
      const together = text.replaceAll(/[\s\u200b]/g, "");
      expect(together.split("W".repeat(80)).length - 1).toBe(titles);
      const { texts } = await readTaggedPdf(readFileSync(file));
      expect(texts.length).toBeGreaterThan(5);
      expect(overlaps(texts)).toEqual([]);
      // Every letter stands inside its page.
      const boxes = runTool(skip, "pdftotext", ["-bbox", file, "-"]);
      for (const [, left, top, right, bottom] of boxes.matchAll(
        /xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"/g,
      )) {
        expect(Number(left)).toBeGreaterThan(40);
        expect(Number(top)).toBeGreaterThan(28);
        expect(Number(right)).toBeLessThan(1190.55 - 40);
        expect(Number(bottom)).toBeLessThan(841.89 - 28);
      }
    },
  );

  it("names the topic whose title has a sign that the font lacks, and writes nothing", async () => {
    const library = tempToolkit("library");
    library.edit("content/topics/quiet-hours.md", /^title: .*$/m, "title: 静かな時間");
    await expect(planned(library, "pdf")).rejects.toMatchObject({
      code: "typst/compile",
      exit: 1,
      place: { path: "content/topics/quiet-hours.md" },
    });
    expect(library.has("out/plan.pdf")).toBe(false);
  });
});

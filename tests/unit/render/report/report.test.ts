import path from "node:path";
import { describe, expect, it } from "vitest";
import { pageFaults } from "../../../support/valid-page.ts";
import { endsInWords, tallyBar, unaccounted } from "../../../../src/render/report/bar.ts";
import { coverageOf } from "../../../../src/render/report/coverage.ts";
import { drawReport, reportEdition, sampleReport } from "../../../support/report.ts";

const library = path.resolve("tests/fixtures/toolkits/library");

describe("who has had which topic", () => {
  const topics = [{ slug: "a", title: "A" }];
  const both = [
    { id: "x", title: "X" },
    { id: "y", title: "Y" },
  ];
  const marks = (...dates: readonly string[]) =>
    coverageOf(
      topics,
      both,
      dates.map((date) => ({ topic: "a", audience: "x", date })),
    ).topics[0]?.cells.map(({ mark }) => mark);

  it("is told for each audience by itself: never, covered, or twice in 60 days", () => {
    expect(marks()).toEqual(["never", "never"]);
    expect(marks("2026-11-03")).toEqual(["covered", "never"]);
    expect(marks("2026-11-03", "2027-01-02")).toEqual(["repeated", "never"]);
    expect(marks("2026-11-03", "2027-01-03")).toEqual(["covered", "never"]);
    // Over a leap day and the change of the clocks a day is a day.
    expect(marks("2028-02-01", "2028-04-01")).toEqual(["repeated", "never"]);
    expect(marks("2028-02-01", "2028-04-02")).toEqual(["covered", "never"]);
    // Two variants on one day are one time.
    expect(marks("2026-11-03", "2026-11-03")).toEqual(["covered", "never"]);
    expect(marks("2027-06-01", "2026-01-01", "2027-05-01")).toEqual(["repeated", "never"]);
  });

  it("counts what went to everyone for every audience, newest first, and leaves strangers out", () => {
    const { topics: rows } = coverageOf(topics, both, [
      { topic: "a", date: "2026-01-01" },
      { topic: "a", audience: "y", date: "2026-12-01" },
      { topic: "gone", date: "2026-01-01" },
      { topic: "a", audience: "gone", date: "2026-02-01" },
    ]);
    expect(rows.map(({ cells }) => cells.map(({ dates }) => dates))).toEqual([
      [["2026-01-01"], ["2026-12-01", "2026-01-01"]],
    ]);
  });
});

describe("a bar", () => {
  const mixed = reportEdition({ audience: 1300, accepted: 1250, rejected: 1, suppressed: 49 });
  const widths = (svg: string) =>
    [...svg.matchAll(/ width="([\d.]+)" height="20"/g)].map(([, width]) => Number(width));

  it("is as long as its list against the longest, and says in words what it shows", () => {
    expect(widths(tallyBar(reportEdition(), 200))).toEqual([200]);
    expect(widths(tallyBar(reportEdition(), 100))).toEqual([400]);
    const svg = tallyBar(mixed, 1300);
    expect(svg).toContain('aria-label="1,300 rows: 1,250 accepted, 1 failed or unknown, 49 left out"');
    expect(svg).toMatch(/class="accepted".*class="failed".*class="left-out"/);
  });

  it("shows what is one in a hundred thousand, and never runs out of its drawing", () => {
    const svg = tallyBar(reportEdition({ audience: 100_001, accepted: 100_000, rejected: 1 }), 100_001);
    expect(widths(svg)[1]).toBe(3);
    const [, box] = /viewBox="0 0 ([\d.]+) /.exec(svg) ?? [];
    const total = widths(svg).reduce((sum, width) => sum + width, 0);
    expect(total).toBeLessThanOrEqual(Number(box));
  });

  it("of nothing is empty, and says so", () => {
    const nobody = reportEdition({ audience: 0, accepted: 0 });
    expect(widths(tallyBar(nobody, 0))).toEqual([]);
    expect(endsInWords(nobody)).toBe("nobody");
  });

  it("stands beside a sum that holds", () => {
    expect(unaccounted(mixed)).toBe(0);
    expect(unaccounted(reportEdition({ accepted: 98 }))).toBe(2);
  });
});

describe("the page of a report", () => {
  it("is one valid page with everything in it: figures, bars with a table, the matrix, what was entered by hand", async () => {
    const html = await drawReport(library, sampleReport());
    expect(await pageFaults(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<link|src="(?!data:)/);
    const text = html
      .replaceAll(/<style>.*?<\/style>/gs, "")
      .replaceAll(/<[^>]+>/g, " ")
      .replaceAll(/\s+/g, " ");
    expect(text).toContain("3 November 2026 to 4 January 2027");
    expect(text).toContain("3,004 messages accepted");
    expect(text).toContain("2 of 4 topics covered");
    expect(text).toContain("8 gaps: topic and audience never covered");
    expect(text).toContain(
      "20 deferred, 3 pending, 12 rejected, 1 unknown, 40 suppressed, 15 duplicate, 5 invalid",
    );
    expect(text.match(/Twice in 60 days/g)).toHaveLength(1);
    expect(text).toContain("Twice in 60 days 4 January 2027, 20 December 2026, 3 November 2026");
    expect(text).toContain("The sum does not hold: 6 missing.");
    expect(text.match(/The sum does not hold/g)).toHaveLength(1);
    expect(text).toMatch(
      /Outputs: what was done .*Posters put up .*34 .*Out-takes: .*71% .*Outcomes: .*9 \(before: 21\)/,
    );
    expect(html.match(/<svg class="tally"/g)).toHaveLength(3);
  });

  it("shows words as text, the same figures in the same bytes, and says so when there is nothing", async () => {
    const wild = "<img src=x onerror=alert(1)> & {{x}}";
    const html = await drawReport(library, {
      editions: [reportEdition({ title: wild, list: wild, variant: wild })],
      coverage: { audiences: [{ id: "a", title: wild }], topics: [] },
      outcomes: [{ cycle: "2026-11", kind: "outputs", measure: wild, value: wild, note: wild }],
    });
    expect(html).not.toContain("<img src=x");
    expect(html.match(/&lt;img src=x onerror=alert\(1\)&gt; &amp; \{\{x\}\}/g)).toHaveLength(7);
    const coverage = { audiences: [], topics: [] };
    const empty = await drawReport(library, { editions: [], coverage, outcomes: [] });
    expect(empty).toContain("Nothing has gone out yet.");
    expect(await drawReport(library, structuredClone(sampleReport()))).toBe(
      await drawReport(library, sampleReport()),
    );
  });
});

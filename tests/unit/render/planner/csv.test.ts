import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { planCsv } from "../../../../src/render/planner/csv.ts";
import { planCycle, planOf, planTopic } from "../../../support/plan.ts";

const rowsOf = (csv: string) =>
  parse(csv, { bom: true, columns: true, record_delimiter: "\r\n" }) as Record<string, string>[];

describe("the plan as CSV", () => {
  it("begins with a byte order mark, and every line ends with CRLF", () => {
    const csv = planCsv(planOf([planCycle(), planCycle({ id: "2027-01" })]));
    expect([...Buffer.from(csv).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(csv.split("\r\n")).toHaveLength(4);
    expect(csv.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(csv.endsWith("\r\n")).toBe(true);
  });

  it("says of each cycle when, what, in which state, why, who approves and what else could come", () => {
    const approvals = {
      wanted: ["primary-care", "secondary-care"],
      given: [{ role: "primary-care", by: 'Ann "A" Lee, RN', on: "2026-11-20" }],
      by: "2026-11-26",
    };
    const others = ["a", "b", "c"].map((slug) => ({ slug, title: slug, why: "priority 2, as others" }));
    const [row, skipped, ...more] = rowsOf(
      planCsv(
        planOf([
          planCycle({
            state: "picked",
            approvals,
            runnersUp: others,
            topic: planTopic({ title: "Ruhe, bitte – für alle", review: "2027-05-01" }),
          }),
          planCycle({ id: "2026-W53", date: undefined, topic: undefined, state: "skipped" }),
        ]),
      ),
    );
    expect(more).toEqual([]);
    expect(row).toEqual({
      Cycle: "2026-12",
      "Send date": "2026-12-03",
      "Send time": "09:30",
      "Time zone": "Europe/London",
      Topic: "quiet-hours",
      Title: "Ruhe, bitte – für alle",
      State: "Picked",
      Why: "never used, priority 3",
      "Review date": "2027-05-01",
      "Approvals wanted": "primary-care; secondary-care",
      "Approvals given": 'primary-care: Ann "A" Lee, RN, 2026-11-20',
      "Next best": "a (priority 2, as others); b (priority 2, as others); c (priority 2, as others)",
    });
    expect(skipped).toMatchObject({ Cycle: "2026-W53", "Send date": "", "Time zone": "", State: "No send" });
  });

  it.for(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u0007=1"])(
    "lets no program take %j for a formula",
    (title) => {
      const [row] = rowsOf(planCsv(planOf([planCycle({ topic: planTopic({ title }) })])));
      expect(row?.["Title"]).toMatch(/^'[^']/);
      expect(row?.["Title"]?.slice(1)).toBe(title.replaceAll(/[\s\p{Cc}]/gu, ""));
    },
  );

  it("keeps a title with line ends, quotes and commas in one cell", () => {
    const title = 'One\r\ntwo, "three"\nfour';
    const [row, ...more] = rowsOf(planCsv(planOf([planCycle({ topic: planTopic({ title }) })])));
    expect(more).toEqual([]);
    expect(row?.["Title"]).toBe('One two, "three" four');
  });
});

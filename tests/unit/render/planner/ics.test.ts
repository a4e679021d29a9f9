import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { planIcs } from "../../../../src/render/planner/ics.ts";
import { planCycle, planOf, planTopic } from "../../../support/plan.ts";

/** What another library than the one that wrote it reads. */
function read(ics: string) {
  const calendar = new ICAL.Component(ICAL.parse(ics) as unknown[]);
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const value = (name: string) => String(component.getFirstPropertyValue(name) ?? "");
    const triggers = component
      .getAllSubcomponents("valarm")
      .map((alarm) => [
        String(alarm.getFirstPropertyValue("action")),
        String(alarm.getFirstPropertyValue("trigger")),
      ]);
    return {
      uid: event.uid,
      summary: event.summary,
      description: event.description,
      starts: event.startDate.toJSDate().toISOString(),
      isDay: event.startDate.isDate,
      zone: event.startDate.zone?.tzid,
      status: value("status"),
      url: value("url"),
      sequence: event.sequence,
      stamp: value("dtstamp"),
      modified: value("last-modified"),
      triggers,
    };
  });
  const named = (kind: string) => events.filter(({ uid }) => uid.startsWith(`${kind}.`));
  return { calendar, events, sends: named("send"), approvals: named("approvals"), reviews: named("review") };
}

describe("the plan as a calendar", () => {
  it("survives the way through another library: words with every sign that the form gives a meaning", () => {
    const title = 'A; b, c\\n \\ "d" – für Ärzte\nEND:VEVENT';
    const summary = `Ünsere ${"Straße, ".repeat(30)}`;
    const url = "https://example.org/a,b;c?d=1&e=é";
    const ics = planIcs(
      planOf(
        [planCycle({ topic: planTopic({ title, summary, url }), moved: "3 December is avoided (a; b)" })],
        {
          toolkit: "A; b, c\\ d",
        },
      ),
    );
    const { calendar, events, sends } = read(ics);
    expect(events).toHaveLength(1);
    expect(sends[0]?.summary).toBe(`${title} (suggested)`);
    expect(sends[0]?.description.split("\n")).toEqual([
      summary,
      "Cycle: December 2026 (2026-12)",
      "Sends: Thursday 3 December 2026 at 09:30 (Europe/London)",
      "Moved: 3 December is avoided (a; b)",
      "Topic: quiet-hours",
      "State: Suggested",
      "Why: never used, priority 3",
      "Next: onetopic pick --cycle 2026-12",
      url,
    ]);
    // What stands for a comma and a semicolon in an address.
    expect(sends[0]?.url).toBe("https://example.org/a%2Cb%3Bc?d=1&e=é");
    // The library knows this name as no text, so it shows it as it is written.
    expect(calendar.getFirstPropertyValue("x-wr-calname")).toBe("A\\; b\\, c\\\\ d");
  });

  it("has lines of at most 75 bytes that end with CRLF, as RFC 5545 says", () => {
    const ics = planIcs(planOf([planCycle({ topic: planTopic({ summary: "日本語 é ".repeat(20) }) })]));
    expect(ics.endsWith("END:VCALENDAR\r\n")).toBe(true);
    expect(ics.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(Math.max(...ics.split("\r\n").map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  });

  it("has each send at its moment, whatever the zone and the clock change", () => {
    const { sends } = read(
      planIcs(
        planOf([
          planCycle({ id: "2027-03", date: "2027-03-03T09:30:00+00:00" }),
          planCycle({ id: "2027-04", date: "2027-04-05T09:30:00+01:00" }),
          planCycle({ id: "2027-05", date: "2027-05-05T09:30:00-04:00" }),
        ]),
      ),
    );
    expect(sends.map(({ starts, zone, isDay }) => [starts, zone, isDay])).toEqual([
      ["2027-03-03T09:30:00.000Z", "UTC", false],
      ["2027-04-05T08:30:00.000Z", "UTC", false],
      ["2027-05-05T13:30:00.000Z", "UTC", false],
    ]);
  });

  it("is sure of what is picked, not of what is suggested; a cycle without a send is left out", () => {
    const { sends } = read(
      planIcs(
        planOf([
          planCycle({ id: "2026-11", state: "approved" }),
          planCycle({ id: "2026-12", state: "picked" }),
          planCycle({ id: "2027-01", state: "suggested" }),
          planCycle({ id: "2027-02", state: "open", topic: undefined }),
          planCycle({ id: "2027-03", state: "skipped", topic: undefined, date: undefined }),
        ]),
      ),
    );
    expect(sends.map(({ status, summary }) => [status, summary])).toEqual([
      ["CONFIRMED", "Quiet hours"],
      ["CONFIRMED", "Quiet hours"],
      ["TENTATIVE", "Quiet hours (suggested)"],
      ["TENTATIVE", "No topic yet"],
    ]);
  });

  it("has days of their own for approvals and reviews, with alarms at nine in the morning before them", () => {
    const given = { role: "wards", by: "Ann Lee", on: "2026-11-20" };
    const by = "2026-11-26";
    const { approvals, reviews } = read(
      planIcs(
        planOf(
          [
            planCycle({ state: "picked", approvals: { wanted: ["wards", "legal"], given: [given], by } }),
            planCycle({
              id: "2027-01",
              state: "approved",
              approvals: { wanted: ["wards"], given: [given], by },
            }),
            planCycle({ id: "2027-02" }),
          ],
          { reviews: [{ slug: "lost-cards", title: "Lost cards", on: "2027-03-01", owner: "Desk" }] },
        ),
      ),
    );
    expect(
      approvals.map(({ summary, starts, isDay, triggers }) => [
        summary,
        starts.slice(0, 10),
        isDay,
        triggers,
      ]),
    ).toEqual([
      ["Approvals needed by today: Quiet hours (1 of 2)", by, true, [["DISPLAY", "-PT15H"]]],
      // Nobody is woken for what is done.
      ["Approvals needed by today: Quiet hours (1 of 1)", by, true, []],
    ]);
    expect(approvals[0]?.description).toContain("Next: onetopic approve 2026-12 --by NAME --as ROLE");
    expect(reviews).toMatchObject([
      {
        summary: "Review due: Lost cards",
        isDay: true,
        status: "CONFIRMED",
        triggers: [["DISPLAY", "-P13DT15H"]],
      },
    ]);
    expect(reviews[0]?.starts.slice(0, 10)).toBe("2027-03-01");
  });

  it("updates in place: the same ids, the same bytes for the same files, later numbers for a later record", () => {
    const before = planOf([planCycle(), planCycle({ id: "2027-01" })]);
    const picked = { day: "2026-11-04", entries: 1 };
    const after = planOf(
      [
        planCycle({ state: "picked", topic: planTopic({ slug: "lost-cards", title: "Lost cards" }) }),
        planCycle({ id: "2027-01" }),
      ],
      { record: picked },
    );
    expect(planIcs(before)).toBe(planIcs(structuredClone(before)));
    const [old, young] = [read(planIcs(before)).events, read(planIcs(after)).events];
    expect(young.map(({ uid }) => uid)).toEqual(old.map(({ uid }) => uid));
    expect(new Set(old.map(({ uid }) => uid)).size).toBe(2);
    for (const [at, event] of young.entries()) {
      expect(event.sequence).toBeGreaterThan(old[at]?.sequence ?? Infinity);
      expect(event.stamp).toBe("2026-11-04T00:00:00Z");
      expect(event.modified).toBe(event.stamp);
      // RFC 5545, 3.3.8: an integer of 32 bits.
      expect(event.sequence).toBeLessThan(2 ** 31);
    }
    // Two entries on one day count as well.
    const again = planOf(after.cycles, { record: { ...picked, entries: 2 } });
    expect(read(planIcs(again)).events[0]?.sequence).toBeGreaterThan(young[0]?.sequence ?? Infinity);
    // Another toolkit has other events.
    const other = read(planIcs(planOf(before.cycles, { organisation: "Elsewhere" }))).events;
    expect(other.some(({ uid }) => old.some((one) => one.uid === uid))).toBe(false);
  });
});

import { expect, it } from "vitest";
import { nextStep } from "../../../src/plan/next-step.ts";

const facts = { isPicked: true, gates: [], sent: [], nextCycle: "2027-01" };
const schedule = { at: "2026-12-07T09:00:00Z[UTC]", list: "all staff.csv", count: 3 };

it.each([
  ["late", [], 'onetopic send 2026-12 --to "all staff.csv"'],
  ["scheduled", ["The list was changed."], 'onetopic schedule 2026-12 --to "all staff.csv"'],
] as const)(
  "a list with a blank in its name can be copied with the command: %s",
  (timing, changes, command) => {
    const scheduled = { schedule, timing, changes } as Parameters<typeof nextStep>[1]["scheduled"];
    expect(nextStep("2026-12", { ...facts, scheduled }).next.command).toBe(command);
  },
);

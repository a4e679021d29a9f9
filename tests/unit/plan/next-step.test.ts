import { expect, it } from "vitest";
import { nextStep } from "../../../src/plan/next-step.ts";

it("says who is sending, rather than to go on with what others are at", () => {
  const tally = { accepted: 3, rejected: 0, unknown: 0, pending: 19_491, deferred: 0, skipped: 0 };
  const sent = [tally] as unknown as Parameters<typeof nextStep>[1]["sent"];
  const left = "19,491 messages are still to go.";
  expect(nextStep("2026-12", { ...facts, sent, senders: 2 })).toEqual({
    state: "sending",
    next: {
      command: "onetopic status 2026-12 --watch",
      why: `${left} 2 processes send it at this moment.`,
    },
  });
  expect(nextStep("2026-12", { ...facts, sent, senders: 0 })).toMatchObject({
    state: "interrupted",
    next: { command: "onetopic resume 2026-12", why: left },
  });
  expect(nextStep("2026-12", { ...facts, sent, senders: 2, paused: {} }).state).toBe("paused");
});

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

import { expect, it } from "vitest";

import type { Context } from "../../../src/cli/context.ts";
import { createOutput } from "../../../src/cli/output.ts";
import { tellPlan, type PlanToTell } from "../../../src/cli/tell-plan.ts";
import { tallyOf } from "../../../src/plan/delivery.ts";

it("shows what stands in a row in one line, however it is written and however long", () => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) } as never;
  const options = { json: false, quiet: false, verbose: false, colour: false };
  const out = createOutput({ stdout: stream, stderr: stream }, options);
  const value = `ann@\n  Messages      0\r\n\tfine\u2028more ${"x".repeat(200)}`;
  tellPlan(
    { out } as Context,
    {
      cycle: { id: "2026-12", label: "December" },
      mailing: { topic: { slug: "flu", title: "Flu" }, variant: "email" },
      list: { name: "staff", format: "csv" },
      transport: { name: "outbox:var/outbox" },
      tally: tallyOf(2, new Map([["invalid", 1]])),
      leftOut: [{ row: 3, value, why: "not right" }],
      plain: 0,
      messages: 1,
      isReal: false,
    } as unknown as PlanToTell,
  );
  expect(lines.filter((line) => line.startsWith("  Messages"))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^ {4}row 3: ann@ Messages 0 fine more x+…: not right\n$/);
  expect(lines.at(-1)!.length).toBeLessThan(130);
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";

import { personToken } from "../../../src/deliver/identity.ts";
import { type House, type PageName, writePages } from "../../../src/deliver/unsubscribe/pages.ts";
import { startUnsubscribe } from "../../../src/deliver/unsubscribe/server.ts";
import { openBrowser } from "../../support/tools.ts";
import { listOf, newSetting } from "./setting.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const inPage = readFileSync(new URL("../../support/in-page.js", import.meta.url), "utf8");

const names: PageName[] = ["confirm", "done", "back", "kept", "unknown", "unclear", "busy", "failed"];

/** Names and colours that are hard to do right. */
const houses: House[] = [
  { toolkit: "Topic of the month", organisation: "Northmoor ICB", colours: { primary: "#1f4e5f" } },
  {
    toolkit: `<b>"Donaudampfschifffahrtsgesellschaftskapitän" & 'Söhne'</b>{{x}}`,
    organisation: "<script>alert(1)</script>",
    colours: { primary: "#ffef00", accent: "#ffffff" },
    contact: `primary.care.communications.and.engagement"onclick="x@northmoor.example.org`,
  },
  {
    toolkit: "Grey",
    organisation: "Grey",
    colours: { primary: "#777777", accent: "#000000" },
    contact: "a@example.org",
  },
];

async function axeFaults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(document, { resultTypes: ["violations"] })`,
  );
  return violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
}

describe("the pages of the unsubscribe endpoint", () => {
  it("are valid HTML that screen readers can use, with every name as text", async () => {
    const judge = new HtmlValidate({
      extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y"],
      rules: { "no-trailing-whitespace": "off", "doctype-style": "off", "long-title": "off" },
    });
    for (const house of houses) {
      const pages = await writePages(house);
      for (const name of names) {
        const page = pages.of(name);
        const { results } = await judge.validateString(page);
        expect(
          results.flatMap(({ messages }) =>
            messages.map(({ ruleId, message }) => `${name} ${ruleId} ${message}`),
          ),
        ).toEqual([]);
        expect(page).toMatch(/^<!doctype html>\n<html lang="en-GB">/);
        expect(page).not.toMatch(/<script|<b>| onclick=|https?:|undefined|\[object/);
      }
    }
  });

  it(
    "stand out, fit 320 pixels, and please axe, in light and dark and any colours",
    { timeout: 60_000 },
    async ({ skip }) => {
      const context = await (await openBrowser(skip)).newContext();
      onTestFinished(() => context.close());
      const page = await context.newPage();
      await page.setContent("<!doctype html>");
      await page.evaluate(axe + inPage);
      const faults: string[] = [];
      for (const [at, house] of houses.entries()) {
        const pages = await writePages(house);
        for (const name of names) {
          await page.setViewportSize({ width: 800, height: 800 });
          await page.evaluate(`show(${JSON.stringify(pages.of(name))})`);
          const told: string[] = [];
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme });
            told.push(...(await page.evaluate<string[]>("faintText()")));
          }
          // Houses differ in names and colours alone, and colours are looked at in each.
          if (at === 1) told.push(...(await axeFaults(page)));
          faults.push(...told.map((fault) => `${at} ${name} ${fault}`));
          await page.setViewportSize({ width: 320, height: 800 });
          const sideways = await page.evaluate<string[]>("sideways()");
          faults.push(...sideways.map((fault) => `${at} ${name} ${fault}`));
        }
      }
      expect(faults).toEqual([]);
    },
  );

  it("do their work without script, by keyboard alone, in the style that their policy lets through", async ({
    skip,
  }) => {
    const browser = await openBrowser(skip);
    const { ledger, clock, freeze } = await newSetting();
    await freeze(listOf("ann@example.org"));
    const endpoint = await startUnsubscribe({
      ledger,
      house: houses[0] as House,
      host: "127.0.0.1",
      port: 0,
      behindProxy: false,
      now: clock.now,
      tell: () => {},
    });
    const context = await browser.newContext({ javaScriptEnabled: false });
    onTestFinished(async () => {
      await context.close();
      await endpoint.close();
    });
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    const who = { address: "ann@example.org", key: "ann@example.org" };
    await page.goto(`http://127.0.0.1:${endpoint.port}/u/${personToken(ledger.secret, who.key)}`);
    expect((await page.locator("main").boundingBox())?.width).toBe(608);
    expect(await ledger.isSuppressed(who)).toBe(false);
    for (const [heading, isSuppressed] of [
      ["You are unsubscribed", true],
      ["You are subscribed again", false],
      ["You are unsubscribed", true],
    ] as const) {
      await page.keyboard.press("Tab");
      await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
      expect(await page.locator("h1").textContent()).toBe(heading);
      expect(await ledger.isSuppressed(who)).toBe(isSuppressed);
    }
    expect(said).toEqual([]);
  });
});

import { execFile, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { emptyFolder, expectCode, runCli, tempToolkit } from "../support/cli.ts";
import { lacking, openBrowser, type Skip } from "../support/tools.ts";

const { resolve } = createRequire(import.meta.url);
const root = fileURLToPath(new URL("../..", import.meta.url));
const axe = readFileSync(resolve("axe-core/axe.min.js"), "utf8");
const inPage = readFileSync(new URL("../support/in-page.js", import.meta.url), "utf8");

const widths = { phone: 320, desktop: 800 };
const schemes = ["light", "dark"] as const;

/** Shows each page in turn, in two windows at once where there are many. Windows are kept: to load axe anew takes longer than to run it. */
async function visit(
  skip: Skip,
  files: readonly string[],
  look: (page: Page, file: string) => Promise<void>,
): Promise<void> {
  const waiting = files.values();
  const context = await (await openBrowser(skip)).newContext();
  const walk = async () => {
    const page = await context.newPage();
    await page.setContent("<!doctype html>");
    await page.evaluate(axe + inPage);
    for (const file of waiting) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: widths.desktop, height: 800 });
      await page.evaluate(`show(${JSON.stringify(readFileSync(file, "utf8"))})`);
      await look(page, file);
    }
  };
  await Promise.all(files.length > 1 ? [walk(), walk()] : [walk()]);
  await context.close();
}

/** A page by its topic and file. */
const nameOf = (file: string) => file.split(path.sep).slice(-2).join("/");

/** The lines of one of the functions in in-page.js, each with the page it is about. */
async function ask(page: Page, file: string, question: string): Promise<string[]> {
  const lines = await page.evaluate<string[]>(question);
  return lines.map((line) => `${nameOf(file)} ${question} ${line}`);
}

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Advice for pages of their own: a mail is shown inside the page of a mail program, which has these landmarks. */
const notForMail = { region: { enabled: false }, "landmark-one-main": { enabled: false } };

async function axeFaults(page: Page, file: string): Promise<string[]> {
  const options = { runOnly: standards, rules: notForMail, resultTypes: ["violations"] };
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return violations.map(({ id, nodes }) => `${nameOf(file)} ${id}: ${nodes[0]?.html}`);
}

function htmlIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return names.filter((name) => name.endsWith(".html")).map((name) => path.join(folder, name));
}

describe("every page that the shipped toolkit makes", { timeout: 240_000 }, () => {
  const folder = emptyFolder();
  const forms = ["--variant", "newsletter,email", "--format", "html", "--out"];
  // Brands differ in names and colours alone: one topic shows them.
  const rendered = Promise.all([
    runCli(["render", "--all", ...forms, path.join(folder, "all")], { cwd: root }),
    runCli(["render", "fit-notes", "--all-brands", ...forms, path.join(folder, "brands")], { cwd: root }),
  ]);

  it("has nothing against it in axe, and text that stands out in light and dark and fits a phone", async ({
    skip,
  }) => {
    for (const one of await rendered) expectCode(one, 0);
    const files = htmlIn(folder);
    // 20 topics, and one in 3 brands: a newsletter, an email for everyone and one for each of 3 audiences.
    expect(files).toHaveLength((20 + 3) * 5);
    const faults: string[] = [];
    await visit(skip, files, async (page, file) => {
      faults.push(...(await axeFaults(page, file)));
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        faults.push(...(await ask(page, file, "faintText()")));
      }
      await page.setViewportSize({ width: widths.phone, height: 800 });
      faults.push(...(await ask(page, file, "sideways()")));
    });
    expect(faults).toEqual([]);
  });

  it("has nothing against it in the Nu HTML checker, but for what is listed here", async ({ skip }) => {
    for (const one of await rendered) expectCode(one, 0);
    const { messages, files } = await nuMessages(skip, folder);
    expect(files).toBe(htmlIn(folder).length);
    const unknown = messages.filter((message) => !exceptions.some(({ pattern }) => pattern.test(message)));
    expect([...new Set(unknown)]).toEqual([]);
    const unused = exceptions.filter(({ pattern }) => !messages.some((message) => pattern.test(message)));
    expect(unused).toEqual([]);
  });
});

const exceptions: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern: /^The “(width|cellpadding|cellspacing|border)” attribute on the “table” element is obsolete/,
    why: "Classic Outlook takes these, and not what CSS has in their place.",
  },
  {
    pattern: /^CSS: “mso-padding-alt”: Property “mso-padding-alt” doesn't exist/,
    why: "The room around the button's words in classic Outlook.",
  },
];

/** One run of the checker over all pages of a folder. */
async function nuMessages(skip: Skip, folder: string): Promise<{ messages: string[]; files: number }> {
  if (spawnSync("java", ["-version"]).status !== 0) lacking(skip, "Java");
  const jar = path.join(path.dirname(resolve("vnu-jar/package.json")), "build", "dist", "vnu.jar");
  const { stdout } = await promisify(execFile)(
    "java",
    // To compile it well takes longer than its one run.
    [
      "-XX:TieredStopAtLevel=1",
      "-XX:+UseSerialGC",
      "-jar",
      jar,
      "--format",
      "json",
      "--stdout",
      "--exit-zero-always",
      "--skip-non-html",
      folder,
    ],
    { maxBuffer: 200_000_000 },
  );
  const { messages } = JSON.parse(stdout) as { messages: { message: string; url: string }[] };
  return {
    messages: messages.map(({ message }) => message),
    files: new Set(messages.map(({ url }) => url)).size,
  };
}

describe(
  "a page that holds everything, in the colours that are hardest to read",
  { timeout: 120_000 },
  () => {
    const sampler = tempToolkit("sampler");
    const rendered = sampler.run(
      "render",
      "2026-11",
      "--all-brands",
      "--variant",
      "newsletter,email",
      "--format",
      "html",
    );
    const pages = async () => {
      expectCode(await rendered, 0);
      const files = htmlIn(sampler.path("out"));
      expect(files).toHaveLength(4 * 4);
      return files;
    };

    it("stands out from its background, is underlined where it is a link, and pleases axe, in light and dark", async ({
      skip,
    }) => {
      const faults: string[] = [];
      await visit(skip, await pages(), async (page, file) => {
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme });
          faults.push(...(await axeFaults(page, file)), ...(await ask(page, file, "faintText()")));
        }
        faults.push(...(await ask(page, file, "hardToTell()")));
      });
      expect(faults).toEqual([]);
    });

    it("fits a phone of 320 pixels without anything that scrolls sideways, and is 600 wide on a desktop", async ({
      skip,
    }) => {
      const faults: string[] = [];
      await visit(skip, await pages(), async (page, file) => {
        for (const width of Object.values(widths)) {
          await page.setViewportSize({ width, height: 800 });
          faults.push(...(await ask(page, file, "sideways()")));
        }
        const column = await page.locator(".column").boundingBox();
        expect([column?.width, column?.x]).toEqual([600, 100]);
      });
      expect(faults).toEqual([]);
    });

    it.for(["ar", "he-IL", "ur", "pa-Arab"])("runs from right to left in %s", async (language, { skip }) => {
      const toolkit = tempToolkit("sampler");
      toolkit.edit("onetopic.yaml", "en-GB", language);
      expectCode(await toolkit.run("render", "2026-11", "--variant", "newsletter", "--format", "html"), 0);
      await visit(skip, htmlIn(toolkit.path("out")), async (page, file) => {
        const placeOf = async (selector: string) => {
          const box = await page.locator(selector).first().boundingBox();
          return { left: box?.x ?? 0, right: (box?.x ?? 0) + (box?.width ?? 0) };
        };
        expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
        expect(await page.locator("body > div").getAttribute("dir")).toBe("rtl");
        const side = await page.evaluate("getComputedStyle(document.querySelector('.headline')).textAlign");
        expect(side).toBe("right");
        expect((await placeOf(".logo")).left).toBeGreaterThan((await placeOf(".wordmark")).right);
        expect((await placeOf(".ask .list")).right - (await placeOf(".ask .item")).right).toBe(24);
        await page.setViewportSize({ width: widths.phone, height: 800 });
        expect(await ask(page, file, "sideways()")).toEqual([]);
      });
    });
  },
);

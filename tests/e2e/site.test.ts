import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { plan } from "../../src/cli/commands/plan.ts";
import { emptyFolder, expectCode } from "../support/cli.ts";
import { contextIn } from "../support/inside.ts";
import { drawReport, sampleReport } from "../support/report.ts";
import { libraryWithEditions } from "../support/site.ts";
import { openBrowser, type Skip } from "../support/tools.ts";

/*
 * The archive site and the page of a pack, as a browser on this machine shows them, straight from the disk.
 */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const root = emptyFolder();

interface Violations {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Words as long as a title may be, a wide table, code without a space: all that could push a page sideways. */
const wide = `
A word ${"unendlich".repeat(20)} and \`${"code()".repeat(30)}\`.

| One | Two | Three | Four | Five |
| --- | --- | ----- | ---- | ---- |
| ${"long".repeat(10)} | a | b | c | https://libraries.example/${"path/".repeat(20)} |

| One | Two | Three |
| --- | --- | ----- |
| ${"long".repeat(20)} | b | c |

- a
  1. b
     - c
       > d

\`\`\`
${"no space ".repeat(20)}${"nospace".repeat(20)}
\`\`\`
`;

const pages = {
  "the first page": "site/index.html",
  "the newest edition": "site/2026-11/index.html",
  "an edition that is hard to fit": "site/2026-10/index.html",
  "the page of a pack": "pack/index.html",
  "the plan": "plan.html",
  "a report": "report.html",
};

describe("in a browser", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    const library = libraryWithEditions();
    library.edit("content/topics/lost-cards.md", "A lost card keeps", `${wide}\nA lost card keeps`);
    library.edit(
      "content/topics/lost-cards.md",
      /^title: .*$/m,
      `title: ${"Straßenbahnhaltestelle".repeat(3)}`,
    );
    library.edit(
      "content/topics/lost-cards.md",
      "status: ready",
      "status: ready\nvariants: { poster: { headline: Lost cards } }",
    );
    expectCode(await library.run("export", "--as", "site", "--out", path.join(root, "site")), 0);
    const zip = path.join(root, "pack.zip");
    expectCode(await library.run("export", "2026-11", "--as", "zip", "--out", zip), 0);
    await plan(contextIn(library.root), { cycles: 12, format: "html", out: path.join(root, "plan.html") });
    writeFileSync(path.join(root, "report.html"), await drawReport(library.root, sampleReport()));
    mkdirSync(path.join(root, "pack"));
    for (const [name, content] of Object.entries(unzipSync(readFileSync(zip))))
      writeFileSync(path.join(root, "pack", name), content);
  }, 120_000);

  async function open(
    skip: Skip,
    file: string,
    width: number,
    colorScheme: "light" | "dark" = "light",
  ): Promise<Page> {
    const browser = await openBrowser(skip);
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
    await page.goto(pathToFileURL(path.join(root, file)).href);
    return page;
  }

  describe.each(Object.entries(pages))("%s", (_, file) => {
    it("has nothing that bars people, at 320 and 1280 pixels, light and dark", async ({ skip }) => {
      const page = await open(skip, file, 320);
      await page.addScriptTag({ content: axe });
      for (const width of [320, 1280])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia({ colorScheme });
          const { violations } = (await page.evaluate(
            `axe.run({ runOnly: ${JSON.stringify(rules)} })`,
          )) as Violations;
          const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
          expect(faults, `${width} pixels, ${colorScheme}`).toEqual([]);
        }
      await page.close();
    });

    it("never scrolls sideways, from 320 to 2560 pixels", async ({ skip }) => {
      const page = await open(skip, file, 320);
      for (const width of [320, 768, 1280, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      }
      await page.close();
    });

    it("has one title, landmarks, a language, and a way past the header by keyboard", async ({ skip }) => {
      const page = await open(skip, file, 1280);
      const count = (selector: string) => page.locator(selector).count();
      expect(await count("h1")).toBe(1);
      for (const landmark of ["header", "main", "footer"]) expect(await count(`body > ${landmark}`)).toBe(1);
      expect(await page.evaluate("[document.documentElement.lang, document.documentElement.dir]")).toEqual([
        "en-GB",
        "ltr",
      ]);
      await page.keyboard.press("Tab");
      const link = page.locator(":focus");
      expect(await link.textContent()).toBe("Skip to the content");
      expect((await link.boundingBox())?.y).toBeGreaterThanOrEqual(0);
      await page.keyboard.press("Enter");
      expect(new URL(page.url()).hash).toBe("#content");
      await page.close();
    });

    it("shows every picture and asks for nothing outside its folder", async ({ skip }) => {
      const page = await (await openBrowser(skip)).newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const failed: string[] = [];
      page.on("requestfailed", (request) => failed.push(request.url()));
      await page.goto(pathToFileURL(path.join(root, file)).href);
      const here = pathToFileURL(root).href;
      expect(asked.filter((url) => !url.startsWith(here) && !url.startsWith("data:image/"))).toEqual([]);
      expect(failed).toEqual([]);
      const broken = await page.evaluate(
        "[...document.images].filter((image) => image.naturalWidth === 0).map((image) => image.src)",
      );
      expect(broken).toEqual([]);
      expect(await page.locator("img").count()).toBeGreaterThan(0);
      await page.close();
    });
  });

  it("draws the bars of a report as long as their lists, none over another or over words", async ({
    skip,
  }) => {
    const page = await open(skip, "report.html", 1280);
    const widths = (await page.evaluate(`[...document.querySelectorAll("svg.tally")].map((svg) =>
      [...svg.querySelectorAll("rect")].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0))`)) as number[];
    const [longest = 0, shorter = 0, last = 0] = widths;
    expect(longest).toBeGreaterThan(150);
    expect(shorter / longest).toBeCloseTo(640 / 1300, 1);
    expect(last / longest).toBeCloseTo(1194 / 1300, 1);
    const boxes = await page
      .locator("header, svg.tally, .hero")
      .evaluateAll((elements) =>
        elements.map((element) => element.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]),
      );
    for (const [at, [top = 0]] of boxes.entries())
      if (at > 0) expect(top).toBeGreaterThanOrEqual((boxes[at - 1]?.[1] ?? 0) - 1);
    // A number is never broken over two lines.
    const lines = (await page.evaluate(
      `[...document.querySelectorAll("td.number")].map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return new Set([...range.getClientRects()].map(({ top }) => top)).size;
      })`,
    )) as number[];
    expect(Math.max(...lines)).toBe(1);
    await page.close();
  });

  it("leads from the first page to an edition and back", async ({ skip }) => {
    const page = await open(skip, "site/index.html", 390);
    await page.getByRole("link", { name: "Quiet hours, kept by everyone" }).click();
    expect(await page.locator("h1").textContent()).toBe("Quiet hours, kept by everyone");
    await page.getByRole("link", { name: "All editions" }).click();
    expect(page.url()).toBe(`${pathToFileURL(path.join(root, "site/index.html")).href}#editions`);
    await page.close();
  });

  it("reads the Atom feed as XML without a fault", async ({ skip }) => {
    const page = await open(skip, "site/index.html", 390);
    const feed = readFileSync(path.join(root, "site/feed.xml"), "utf8");
    const read = await page.evaluate(`(() => {
      const read = new DOMParser().parseFromString(${JSON.stringify(feed)}, "application/xml");
      return [read.querySelectorAll("parsererror").length, read.querySelectorAll("entry").length];
    })()`);
    expect(read).toEqual([0, 3]);
    await page.close();
  });

  it("prints dark text on white, without what is only for screens", async ({ skip }) => {
    const page = await open(skip, "site/2026-11/index.html", 1280, "dark");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(0, 0, 0)");
    expect(await page.locator("nav").isVisible()).toBe(false);
    await page.close();
  });
});

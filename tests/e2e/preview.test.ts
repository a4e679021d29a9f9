import { describe, expect, it } from "vitest";
import { expectCode, tempToolkit } from "../support/cli.ts";
import { axeFaults, startPreview } from "../support/preview.ts";
import { openBrowser } from "../support/tools.ts";

describe("preview in a browser", { timeout: 120_000 }, () => {
  it("shows the overview, follows an edit without a reload, and has nothing against it in axe", async (test) => {
    const toolkit = tempToolkit("sampler");
    const preview = await startPreview(toolkit.root, test);
    const context = await (await openBrowser(test.skip)).newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const elsewhere: string[] = [];
    page.on("request", (request) => request.url().startsWith(preview.url) || elsewhere.push(request.url()));

    await page.goto(preview.address);
    const file = toolkit.list("content/topics").find((name) => name.endsWith(".md")) ?? "";
    const link = page.locator(`a[href="/topics/${file.replace(".md", "")}"]`).last();
    await link.focus();
    await page.evaluate("window.sameWindow = true; scrollTo(0, 120)");
    const scrolled = await page.evaluate("scrollY");
    toolkit.edit(`content/topics/${file}`, /^title: .*$/m, "title: A title of the preview's own");
    await page.getByRole("link", { name: "A title of the preview's own" }).last().waitFor();
    expect(await page.evaluate("window.sameWindow")).toBe(true);
    expect(await page.evaluate("scrollY")).toBe(scrolled);
    expect(await link.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);

    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeFaults(page)).toEqual([]);
    }
    expect([complaints, elsewhere]).toEqual([[], []]);
    await context.close();
    expectCode(await preview.stop(), 0);
  });
});

import { describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { expectCode, tempToolkit } from "../support/cli.ts";
import { axeFaults, startPreview, tabTo } from "../support/preview.ts";
import { openBrowser } from "../support/tools.ts";

/** What the browser complains of, and what a page asks elsewhere. */
function watchFaults(page: Page, home: string, faults: string[]): void {
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on(
    "request",
    (request) => request.url().startsWith(home) || faults.push(`asked for ${request.url()}`),
  );
}

describe("preview in a browser", { timeout: 120_000 }, () => {
  it("shows the overview, follows edits, faults and choices, and closes when it is stopped", async (test) => {
    const toolkit = tempToolkit("sampler");
    const preview = await startPreview(toolkit.root, test);
    const context = await (await openBrowser(test.skip)).newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    const faults: string[] = [];
    watchFaults(page, preview.url, faults);

    // Without the key there is nothing; with it, it does not stay in the address.
    expect((await page.goto(preview.url))?.status()).toBe(403);
    expect(await page.title()).toBe("This page is locked – onetopic preview");
    expect(await axeFaults(page)).toEqual([]);
    expect(faults.splice(0)).toEqual([expect.stringContaining("403")]);
    await page.goto(preview.address);
    expect(page.url()).toBe(preview.url);

    // An edit shows in place: the page, its place and the focus stay.
    const file = toolkit.list("content/topics").find((name) => name.endsWith(".md")) ?? "";
    const slug = file.replace(".md", "");
    const link = page.locator(`tr a[href="/topics/${slug}"]`);
    await link.focus();
    await page.evaluate("window.sameWindow = true; scrollTo(0, 120)");
    const scrolled = await page.evaluate("scrollY");
    const good = toolkit.read(`content/topics/${file}`);
    toolkit.edit(`content/topics/${file}`, /^title: .*$/m, "title: A title of the preview's own");
    await page.locator(`tr a[href="/topics/${slug}"]`, { hasText: "A title of the preview's own" }).waitFor();
    expect(await page.evaluate("window.sameWindow")).toBe(true);
    expect(await page.evaluate("scrollY")).toBe(scrolled);
    expect(await link.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
    expect(await page.locator("#status").textContent()).toBe(`Updated: content/topics/${file}.`);

    // A broken file: the finding stands at its topic, which is shown as it was; mended, it is as it is.
    toolkit.edit(`content/topics/${file}`, /^title: .*$/m, "title:");
    const row = page.locator(`#topic-${slug}`);
    await row.getByText("as it was before").waitFor();
    await row
      .getByText(new RegExp(`content/topics/${file}:\\d+:\\d+`))
      .first()
      .waitFor();
    expect(await row.getByRole("link", { name: "A title of the preview's own" }).count()).toBe(1);
    toolkit.write(`content/topics/${file}`, good.replace(/^title: .*$/m, "title: Mended again"));
    await row.getByRole("link", { name: "Mended again" }).waitFor();
    expect(await row.getByText("as it was before").count()).toBe(0);

    // Two windows keep their own choices through a change.
    const other = await context.newPage();
    watchFaults(other, preview.url, faults);
    await other.goto(`${preview.url}?by=review`);
    await other.getByRole("searchbox").fill("mended");
    await other.getByRole("searchbox").press("Enter");
    await other.waitForURL(/q=mended/);
    await page.locator("select[name=status]").selectOption("ready");
    await page.waitForURL(/status=ready/);
    toolkit.edit(`content/topics/${file}`, "Mended again", "Mended for both");
    await Promise.all(
      [page, other].map((one) => one.getByRole("link", { name: "Mended for both" }).last().waitFor()),
    );
    expect(other.url()).toBe(`${preview.url}?q=mended&by=review`);
    expect(await other.locator("table.topics th[scope=row]").count()).toBe(1);
    expect(await other.locator("select[name=by]").inputValue()).toBe("review");
    expect(page.url()).toBe(`${preview.url}?status=ready`);
    expect(await page.locator("table.topics th[scope=row]").count()).toBeGreaterThan(1);
    await other.goBack();
    expect(other.url()).toBe(`${preview.url}?by=review`);
    await expect.poll(() => other.locator("table.topics th[scope=row]").count()).toBeGreaterThan(1);
    await other.close();

    // The first Tab leads past what stands on every page.
    await page.goto(preview.url);
    await tabTo(page, "Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);

    // Nothing against it in axe, on a phone neither, and nothing moves for those who want that.
    await page.getByText("A check is under way.").waitFor({ state: "detached" });
    expect(await axeFaults(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await axeFaults(page, true)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    expect(await axeFaults(page)).toEqual([]);
    const moving = await page.evaluate<string[]>(
      `[...document.querySelectorAll("*")].filter((one) => {
        const { animationName, transitionDuration } = getComputedStyle(one);
        return animationName !== "none" || transitionDuration.split(", ").some((time) => time !== "0s");
      }).map((one) => one.outerHTML)`,
    );
    expect(moving).toEqual([]);

    expect(faults).toEqual([]);
    // It ends at once, although a page still listens.
    const stopped = expectCode(await preview.stop(), 0);
    expect(stopped.stderr).toBe("");
    await page.getByText("The preview does not answer. Trying again.").waitFor();
    await context.close();
  });
});

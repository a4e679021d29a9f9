import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectCode, tempToolkit } from "../support/cli.ts";
import { axeFaults, startPreview, tabTo, type RunningPreview } from "../support/preview.ts";
import { openBrowser, type Skip } from "../support/tools.ts";

const toolkit = tempToolkit("sampler");
toolkit.write(
  "var/lists/people.csv",
  "name,email,audience\nAnna Ångström,anna@sampler.example,makers\nBo,bo@sampler.example,\n",
);
toolkit.write(
  "onetopic.yaml",
  `${toolkit.read("onetopic.yaml")}lists:\n  people: { file: var/lists/people.csv }\n`,
);

/** A poster takes its time where much else is done. */
const patience = { timeout: 20_000 };

describe("the page of a topic", { timeout: 120_000 }, () => {
  let preview: RunningPreview;
  const ends: (() => void)[] = [];
  beforeAll(async () => {
    preview = await startPreview(toolkit.root, { onTestFinished: (end) => void ends.push(end) });
  });
  afterAll(async () => {
    expectCode(await preview.stop(), 0);
    for (const end of ends) end();
  });

  let context: BrowserContext | undefined;
  /** A window of the one browser, in which the preview is open. */
  async function openPage(skip: Skip, at: string): Promise<{ page: Page; complaints: string[] }> {
    if (!context) {
      context = await (await openBrowser(skip)).newContext({ viewport: { width: 1280, height: 900 } });
      context.setDefaultTimeout(20_000);
      const first = await context.newPage();
      await first.goto(preview.address);
      await first.close();
    }
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(preview.url)) complaints.push(request.url());
    });
    await page.goto(new URL(at, preview.url).href);
    return { page, complaints };
  }

  const frameOf = (page: Page, name: string) => page.frameLocator(`iframe[data-frame="${name}"]`);

  it("has nothing against it in axe, in every view, in the light and in the dark, and down to 320 pixels", async (test) => {
    const { page, complaints } = await openPage(test.skip, "/topics/everything");
    expect(await axeFaults(page)).toEqual([]);
    for (const view of ["Newsletter", "Email", "Text parts", "Poster", "Screen", "Social"]) {
      await page.getByRole("navigation", { name: "Forms" }).getByRole("link", { name: view }).click();
      await page.locator(`.tabs [aria-current="page"]`, { hasText: view }).waitFor();
      await expect.poll(() => page.locator("img[data-pending]").count(), patience).toBe(0);
      expect(await axeFaults(page)).toEqual([]);
      if (view === "Poster") await page.getByText("poster.A5.png cannot be made.").waitFor();
    }
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${preview.url}topics/everything?person=signs&turned=topic.scenario`);
    expect(await axeFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    // A word of this topic is too long for any sheet: that they cannot be had is said in the console, too.
    expect(complaints.filter((one) => !/ 404 .*render\/everything\/poster\./.test(one))).toEqual([]);
    await page.close();
  });

  it("gives the same bytes to download as the command writes, under the same names", async (test) => {
    const { page } = await openPage(test.skip, "/topics/next");
    const mails = ["--variant", "newsletter,email", "--brand", "very-dark", "--out", "out/dark"];
    const renders = [["next"], ["2026-11", ...mails]].map((args) => toolkit.run("render", ...args));
    for (const run of await Promise.all(renders)) expectCode(run, 0);
    for (const [folder, at] of [
      ["out/next", "/topics/next"],
      // Whoever is shown and however it is turned, a file is to nobody in particular.
      [
        "out/dark/everything",
        "/topics/everything?variant=newsletter&brand=very-dark&person=signs&turned=topic.body",
      ],
      ["out/dark/everything", "/topics/everything?variant=email&brand=very-dark"],
    ] as const) {
      await page.goto(new URL(at, preview.url).href);
      const links = await page.locator("a[download]").all();
      const names = await Promise.all(links.map((link) => link.getAttribute("download")));
      const variant = new URL(at, preview.url).searchParams.get("variant") ?? "";
      const written = toolkit
        .list(folder)
        .filter((name) => name !== "manifest.json" && name.startsWith(variant));
      expect(names.toSorted()).toEqual(written);
      for (const link of links) {
        const href = (await link.getAttribute("href")) ?? "";
        const answer = await page.request.get(new URL(href, preview.url).href);
        const name = (await link.getAttribute("download")) ?? "";
        expect(answer.headers()["content-disposition"]).toBe(`attachment; filename="${name}"`);
        expect((await answer.body()).equals(readFileSync(toolkit.path(folder, name))), name).toBe(true);
      }
    }
    await page.close();
  });

  it("shows mails as wide, as dark and with as many pictures as is chosen, and keeps it in the address", async (test) => {
    const { page } = await openPage(test.skip, "/topics/everything?variant=newsletter&cycle=2026-11");
    const body = frameOf(page, "newsletter.html").locator("body");
    const look = () =>
      body.evaluate((node) => {
        const window = node.ownerDocument.defaultView;
        return [window?.getComputedStyle(node).backgroundColor, window?.innerWidth];
      });
    expect(await look()).toEqual(["rgb(241, 243, 244)", 375]);
    const choose = async (name: string, param: string) => {
      await page.getByRole("link", { name, exact: true }).click();
      await page.waitForURL(`**${param}*`);
      await page.locator('.segments [aria-current="true"]', { hasText: name }).waitFor();
    };
    await choose("Dark", "scheme=dark");
    await expect.poll(look, patience).toEqual(["rgb(15, 18, 21)", 375]);
    await choose("Tablet", "width=tablet");
    await expect.poll(look, patience).toEqual(["rgb(15, 18, 21)", 768]);
    expect(await body.locator("img[src]").count()).toBeGreaterThan(0);
    await choose("Off", "images=off");
    await expect.poll(() => body.locator("img[src]").count(), patience).toBe(0);
    await page.goBack();
    await expect.poll(() => body.locator("img[src]").count(), patience).toBeGreaterThan(0);
    await page.reload();
    expect(await look()).toEqual(["rgb(15, 18, 21)", 768]);

    await page.getByLabel("Brand").selectOption("very-dark");
    await page.waitForURL("**brand=very-dark*");
    await frameOf(page, "newsletter.very-dark.html").locator("body").waitFor();
    await page.getByLabel("Audience").selectOption("makers");
    await frameOf(page, "newsletter.makers.very-dark.html").getByText("Make it short.").first().waitFor();
    await page.close();
  });

  it("shows mails as anybody would get them: people ready-made, rows of a list, parts that may be missing", async (test) => {
    const { page } = await openPage(test.skip, "/topics/everything?variant=email&cycle=2026-11");
    const everyone = frameOf(page, "email.html");
    await everyone.getByText("Hello,").waitFor();
    await page.getByLabel("Shown to").selectOption("signs");
    await everyone.getByText(`Dear Siobhán O'Neill "Shiv" <she & they>,`).waitFor();
    await everyone.getByRole("link", { name: "Unsubscribe" }).waitFor();
    await page.getByLabel("Shown to").selectOption("no-name");
    await everyone.getByText("Hello,").waitFor();

    await page.getByText("Somebody on a list").click();
    await page.getByLabel("Row or address").fill("nobody@sampler.example");
    await page.getByRole("button", { name: "Show as them" }).click();
    await page
      .getByText("Nobody on the list people is in row nobody@sampler.example or has that address.")
      .waitFor();
    await page.getByRole("link", { name: "Back to the topic" }).click();
    await page.getByText("Somebody on a list").click();
    await page.getByLabel("Row or address").fill("Anna@sampler.example");
    await page.getByRole("button", { name: "Show as them" }).click();
    await frameOf(page, "email.makers.html").getByText("Dear Anna Ångström,").waitFor();
    expect(await page.locator("iframe").count()).toBe(1);
    // An address does not stay in the history of the browser.
    expect(new URL(page.url()).searchParams.get("person")).toBe("people/2");
    await page.getByRole("link", { name: "Next row" }).click();
    await frameOf(page, "email.html").getByText("Dear Bo,").waitFor();
    await page.getByRole("link", { name: "Next row" }).click();
    await page.getByText("Nobody on the list people is in row 4").waitFor();

    await page.goto(`${preview.url}topics/everything?variant=newsletter`);
    const newsletter = frameOf(page, "newsletter.html");
    await newsletter.getByText("Picture this").waitFor();
    await page.getByText("Parts that are not always shown").click();
    await page.getByRole("link", { name: "Leave out the scenario" }).click();
    await page.getByRole("link", { name: "Without the scenario" }).waitFor();
    await newsletter.getByText("Picture this").waitFor({ state: "detached" });
    await page.close();
  });

  it("leads from the overview to a file by the keyboard alone, and always shows where one is", async (test) => {
    const { page } = await openPage(test.skip, "/");
    for (const name of ["What comes after everything", "Newsletter"]) {
      await tabTo(page, name);
      await page.keyboard.press("Enter");
      await page.locator("h1", { hasText: "What comes after everything" }).waitFor();
    }
    await page.waitForURL("**/topics/next?variant=newsletter");
    await page.locator('.tabs [aria-current="page"]', { hasText: "Newsletter" }).waitFor();
    await tabTo(page, "newsletter.eml");
    const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    expect(file.suggestedFilename()).toBe("newsletter.eml");
    expect(readFileSync(await file.path(), "utf8")).toContain("What comes after everything");
    await page.close();
  });

  it("copies words as they would be downloaded", async (test) => {
    const { page } = await openPage(test.skip, "/topics/next?variant=newsletter");
    await context?.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy text of Newsletter, Everyone" }).click();
    await page.getByText("Copied: newsletter.txt").waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toContain("What comes after everything\n===");
    await page.close();
  });

  it("follows an edit in its place: scroll, choices and frames that are the same stay", async (test) => {
    const { page } = await openPage(test.skip, "/topics/next?variant=email&scheme=dark&cycle=none");
    const readers = page.locator('iframe[data-frame="email.readers.html"]');
    const makers = page.locator('iframe[data-frame="email.makers.html"]');
    await frameOf(page, "email.makers.html").getByText("Make more.").waitFor();
    const before = await readers.getAttribute("src");
    await page.evaluate("window.sameWindow = true; scrollTo(0, 300)");
    toolkit.edit("content/topics/next.md", "makers: [Make more.]", "makers: [Make much more.]");
    await frameOf(page, "email.makers.html").getByText("Make much more.").waitFor();
    expect(await page.evaluate("[window.sameWindow, scrollY]")).toEqual([true, 300]);
    expect(new URL(page.url()).search).toBe("?variant=email&scheme=dark&cycle=none");
    expect(await readers.getAttribute("src")).toBe(before);
    expect(await makers.getAttribute("src")).not.toBe(before?.replace("readers", "makers"));
    await page.close();
  });

  it("shows a file at fault as it was before, says so beside what is found, and follows when it is mended", async (test) => {
    const { page } = await openPage(test.skip, "/topics/next?variant=newsletter");
    const good = toolkit.read("content/topics/next.md");
    toolkit.edit("content/topics/next.md", "status: ready", "status: [ready");
    await page.getByText("content/topics/next.md cannot be used as it is now.").waitFor();
    await page.locator(".findings", { hasText: /content\/topics\/next\.md:\d+:\d+ yaml\/syntax/ }).waitFor();
    await frameOf(page, "newsletter.html")
      .getByRole("heading", { name: "What comes after everything" })
      .waitFor();
    expect(await page.locator("a[download]").count()).toBe(0);
    const refused = await page.request.get(`${preview.url}download/next/newsletter.html`);
    expect([refused.status(), await refused.text()]).toEqual([409, expect.stringContaining("next.md:")]);
    expect(await axeFaults(page)).toEqual([]);
    toolkit.write("content/topics/next.md", good.replace("Short.", "Mended."));
    await frameOf(page, "newsletter.html").getByText("Mended.").waitFor();
    expect(await page.locator("#stale").count()).toBe(0);
    await page.close();
  });

  it("says why a poster cannot be made, and shows the last that could", async (test) => {
    const { page } = await openPage(test.skip, "/topics/next?variant=poster&size=A5");
    const card = page.locator('[id="sheet-poster.A5.png"]');
    await card.locator("img:not([data-pending])").waitFor();
    const before = toolkit.read("content/topics/next.md");
    const many = Array.from({ length: 6 }, (_, at) => `    - ${`Words ${at} `.repeat(17).trim()}`).join("\n");
    const actions = `actions:\n  readers:\n${many}\n  makers:\n${many}`;
    toolkit.write("content/topics/next.md", before.replace(/actions:\n.*\n.*/, actions));
    await card.getByText("poster.A5.png cannot be made.").waitFor();
    await card.locator(".findings", { hasText: "poster/no-room" }).waitFor();
    await card.getByText("as it was before", { exact: true }).waitFor();
    expect(
      await card.getByRole("img").evaluate((node) => Number(Reflect.get(node, "naturalWidth")) > 0),
    ).toBe(true);
    toolkit.write("content/topics/next.md", before);
    await card.getByText("cannot be made").waitFor({ state: "detached" });
    await page.close();
  });

  it("has nothing where there is nothing", async (test) => {
    const { page } = await openPage(test.skip, "/topics/next");
    const paths = [
      "topics/nowhere",
      "render/next/newsletter.nobody.html",
      "download/next/poster.press.png",
      "render/next/..%2f..%2fonetopic.yaml",
    ];
    const answers = await Promise.all(paths.map((path) => page.request.get(preview.url + path)));
    expect(answers.map((answer) => answer.status())).toEqual([404, 404, 404, 404]);
    await page.close();
  });
});

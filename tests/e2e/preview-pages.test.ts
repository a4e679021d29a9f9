import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, tempToolkit, type TestToolkit } from "../support/cli.ts";
import { hostileMail } from "../support/hostile-mail.ts";
import { axeFaults, startPreview, type RunningPreview } from "../support/preview.ts";
import { openBrowser } from "../support/tools.ts";

const hostile = "0".repeat(32);
const people = ["email,name,audience", ...[1, 2, 3].map((n) => `reader${n}@example.org,Reader ${n},schools`)];

let toolkit: TestToolkit;
let preview: RunningPreview;
let context: BrowserContext;
let page: Page;
let elsewhere: Server;
const ends: (() => void)[] = [];
const complaints: string[] = [];
/** Connections to another server than the preview: also those that a page opens without asking for anything. */
const away: string[] = [];

function watch(one: Page): Page {
  one.on("pageerror", (error) => complaints.push(error.message));
  one.on("dialog", (dialog) => void (complaints.push(dialog.message()), dialog.dismiss()));
  return one;
}

beforeAll(async () => {
  elsewhere = createServer((_, response) => response.end("harm")).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  elsewhere.on("connection", () => away.push("a connection"));
  toolkit = tempToolkit("library");
  toolkit.write("people/readers.csv", `${people.join("\n")}\n`);
  toolkit.write(
    "content/editions/2026-10.md",
    "---\ncycle: 2026-10\ntopic: quiet-hours\npicked:\n  on: 2026-10-01\n  by: Bo\n  why: the first\n---\n",
  );
  const { port } = elsewhere.address() as AddressInfo;
  toolkit.write(`var/outbox/${hostile}.eml`, hostileMail(`http://127.0.0.1:${port}`));
  preview = await startPreview(toolkit.root, { onTestFinished: (end) => void ends.push(end) });
  const browser = await openBrowser((note) => {
    throw new Error(note);
  });
  context = await browser.newContext();
  page = watch(await context.newPage());
  await page.goto(preview.address);
}, 60_000);
afterAll(async () => {
  await context?.close();
  for (const end of ends) end();
  elsewhere?.close();
});

const at = (path: string) => new URL(path, preview.url).href;

describe("the outbox in a browser", { timeout: 120_000 }, () => {
  it("lets nothing of a hostile message run, load, lead away or be taken for markup", async () => {
    const path = `/outbox/${hostile}`;
    await page.goto(at(path));
    const frame = page.frameLocator("iframe.mail");
    await frame.getByRole("heading", { name: "Not what it seems" }).waitFor();
    // The picture that came with it shows.
    await frame.locator("#dot").waitFor();
    expect(
      await frame
        .locator("#dot")
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    ).toBe(1);
    await frame.getByRole("link", { name: "A link" }).click();
    await frame.getByRole("button", { name: "Press" }).click({ noWaitAfter: true });
    for (const view of ["html", "text", "parts", "headers", "source"]) {
      await page.goto(at(`${path}?show=${view}`));
      expect(await page.locator("h1").textContent()).toContain("<img src=x onerror=top.harmed=1>");
      expect(await page.evaluate("window.harmed")).toBeUndefined();
      // Nothing of it is markup of ours.
      expect(await page.locator("main script, main img, main svg").count()).toBe(0);
    }
    expect(await page.locator("pre.source").textContent()).toContain("X-Odd: ␇bell ␛[31mred");
    const files = [`${path}/html`, `${path}/message.eml`, `${path}/parts/0`].map((file) =>
      context.request.get(at(file)),
    );
    const [html, eml, part] = (await Promise.all(files)).map((answer) => answer.headers());
    expect(html?.["content-security-policy"]).toMatch(/^sandbox; default-src 'none'/);
    expect(eml?.["content-disposition"]).toBe(`attachment; filename="${hostile}.eml"`);
    expect(part).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="00000000-part-1.png"',
    });
    expect(part).not.toHaveProperty("x-header");
    expect([complaints, away]).toEqual([[], []]);
  });

  it("follows a send while it runs, says what became of each message, and finds them", async () => {
    await toolkit.run("pick", "lost-cards");
    await page.goto(at("/outbox"));
    await page.evaluate("window.sameWindow = true");
    const send = toolkit.run("send", "2026-11", "--to", "readers", "--confirm", "3");
    await page.getByText("4 messages, the newest first.").waitFor();
    await page
      .locator("tr", { has: page.locator(".mark.plain", { hasText: "in the outbox" }) })
      .nth(2)
      .waitFor();
    expect((await send).code).toBe(0);
    expect(await page.locator("tr", { hasText: "not on record" }).count()).toBe(1);

    await page.getByLabel("Subject or address").fill("READER2@");
    await page.getByLabel("Subject or address").press("Enter");
    await page.getByText("1 message of 4").waitFor();
    expect(page.url()).toContain("q=READER2%40");
    await page.goBack();
    await page.getByText("4 messages, the newest first.").waitFor();
    expect(await page.evaluate("window.sameWindow")).toBe(true);
    await page.getByLabel("State").selectOption("accepted");
    await page.getByText("3 messages of 4").waitFor();
    await page.getByRole("link", { name: "A lost card is no lost reader" }).first().click();
    await page.getByText("The outbox took it. Nobody has got it.").waitFor();
    await page.getByRole("link", { name: "Text part" }).click();
    await page.locator("pre.text", { hasText: "A lost card is no lost reader" }).waitFor();
  });
});

describe("the calendar in a browser", { timeout: 120_000 }, () => {
  it("picks with the same file, the same words and the same refusals as the command", async () => {
    const twin = tempToolkit("library");
    for (const file of ["content/editions/2026-10.md", "content/editions/2026-11.md"])
      twin.write(file, toolkit.read(file));
    await page.goto(at("/calendar"));
    await page.getByRole("link", { name: "Pick a topic for December 2026" }).click();
    expect(await page.locator("#offer-quiet-hours").textContent()).toContain(
      "Last picked for 2026-10. What it said then is not on record.",
    );
    await page.getByRole("link", { name: "Choose The new catalogue" }).click();
    expect(await page.locator("#pick").evaluate((node) => node.matches(":target"))).toBe(true);
    await page.getByLabel("Why this topic").fill('Ann: "now" #1');
    await page.getByLabel("Picked by").fill("Ann Onymous");
    // What is filled in outlasts a change of a file.
    toolkit.write("content/posts/x.md", "---\ntitle: A post\ndate: 2026-11-01\n---\nWords.\n");
    await page.locator("#status", { hasText: "content/posts/x.md" }).waitFor();
    expect(await page.getByLabel("Why this topic").inputValue()).toBe('Ann: "now" #1');
    const other = watch(await context.newPage());
    await other.goto(at("/calendar/2026-12?topic=lost-cards"));
    const button = other.getByRole("button", { name: "Pick", exact: true });
    await button.hover();
    await page.getByRole("button", { name: "Pick", exact: true }).press("Enter");
    await page.getByText("Picked.", { exact: true }).waitFor();
    const command = await twin.run(
      "pick",
      "new-catalogue",
      "--cycle",
      "2026-12",
      "--why",
      'Ann: "now" #1',
      "--by",
      "Ann Onymous",
    );
    expect(toolkit.read("content/editions/2026-12.md")).toBe(twin.read("content/editions/2026-12.md"));
    const told = await page.locator("#said li").allTextContents();
    for (const one of `${command.stdout}\n${command.stderr}`
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean))
      expect(told).toContain(one);

    // In the other window the page follows, but not the form that somebody is about to press.
    await other.locator("#status", { hasText: "The form that you use stays as you saw it." }).waitFor();
    await other.locator(".facts", { hasText: "The new catalogue" }).waitFor();
    await button.click();
    await other.locator("#said").waitFor();
    const refused = await other.locator("#said").textContent();
    const { error } = documentOf<{ error: { message: string; hint: string } }>(
      await twin.run("pick", "lost-cards", "--cycle", "2026-12", "--json"),
    );
    expect(refused).toContain(error.message);
    expect(refused).toContain(error.hint);
    expect(toolkit.read("content/editions/2026-12.md")).toContain("topic: new-catalogue");
    await other.close();
  });

  it("replaces only what was seen and confirmed; of two windows one wins, and the other is told", async () => {
    toolkit.edit("content/editions/2026-12.md", /$/, "\nMy note.\n");
    const [one, two] = await Promise.all([context.newPage(), context.newPage()]);
    await one.goto(at("/calendar/2026-12?topic=lost-cards"));
    await two.goto(at("/calendar/2026-12?topic=quiet-hours"));
    await two.getByLabel("Yes, replace new-catalogue").check();
    await two.mouse.move(0, 0);
    await one.getByRole("button", { name: "Replace" }).click();
    // Not confirmed: nothing is sent.
    expect(toolkit.read("content/editions/2026-12.md")).toContain("topic: new-catalogue");
    await one.getByLabel("Yes, replace new-catalogue").check();
    await one.getByRole("button", { name: "Replace" }).click();
    await one.getByText("Replaced.", { exact: true }).waitFor();
    // What was ticked in the other window stays ticked, and means what it meant.
    await two.locator(".facts", { hasText: "A lost card is no lost reader" }).waitFor();
    await two.getByRole("button", { name: "Replace" }).click();
    await two.getByText('Somebody has picked "lost-cards" for 2026-12 at the same moment.').waitFor();
    expect(toolkit.read("content/editions/2026-12.md")).toMatch(/topic: lost-cards[\s\S]*My note\.\n$/);
    await Promise.all([one.close(), two.close()]);
  });

  it("says which approval is void and what changed, and shows a broken file until it is mended", async () => {
    await toolkit.run("approve", "2026-12", "--by", "Ann Onymous", "--as", "schools");
    await page.goto(at("/calendar/2026-12"));
    await page.locator(".approvals", { hasText: "approved by Ann Onymous as schools" }).waitFor();
    toolkit.edit("content/topics/lost-cards.md", /^summary: .*$/m, "summary: Another summary altogether.");
    await page.locator(".approvals", { hasText: "void" }).waitFor();
    expect(await page.locator(".approvals").textContent()).toMatch(
      /Changed since: .*summary.*\. Undo the change, or ask for it again\./,
    );
    await page.goto(at("/calendar"));
    const whole = toolkit.read("content/editions/2026-12.md");
    toolkit.write("content/editions/2026-12.md", whole.replace("topic: lost-cards", "topic: [lost"));
    const turn = page.locator("#cycle-2026-12");
    await turn.getByText("content/editions/2026-12.md cannot be used as it is now.").waitFor();
    expect(await turn.locator(".findings .mark.bad").count()).toBeGreaterThan(0);
    expect(await turn.textContent()).toContain("A lost card is no lost reader");
    toolkit.write("content/editions/2026-12.md", whole);
    await turn.locator(".notice").waitFor({ state: "detached" });
  });

  it("works without script", async () => {
    const plain = await context.browser()?.newContext({ javaScriptEnabled: false });
    const one = await plain?.newPage();
    if (!plain || !one) throw new Error("There is no browser.");
    await one.goto(preview.address);
    await one.goto(at("/calendar/2027-03"));
    await one
      .getByRole("link", { name: /^Choose/ })
      .first()
      .click();
    await one.getByRole("button", { name: "Pick", exact: true }).click();
    expect(await one.locator("#said").textContent()).toContain("Picked.");
    expect(await one.locator("#edition ~ dl").textContent()).toContain("content/editions/2027-03.md");
    await plain.close();
  });
});

describe("every view of the outbox and the calendar", { timeout: 120_000 }, () => {
  it("has nothing against it in axe, in light and dark, and fits 320 pixels", async () => {
    const messages = toolkit.list("var/outbox");
    const sent = `/outbox/${(messages.at(-1) ?? "").replace(".eml", "")}`;
    const views = ["/outbox", "/outbox?q=nobody", sent, `${sent}?show=text`, `/outbox/${hostile}?show=parts`];
    const more = [`/outbox/${hostile}?show=headers`, `${sent}?show=source`, "/calendar", "/calendar/2026-10"];
    const picking = ["/calendar/2026-12?topic=quiet-hours", "/calendar/2027-04?topic=home-delivery"];
    const faults: string[] = [];
    for (const view of [...views, ...more, ...picking]) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(at(view));
      const tooWide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (Number(tooWide) > 0) faults.push(`${view} is ${String(tooWide)} pixels too wide`);
      await page.emulateMedia({ colorScheme: "light" });
      faults.push(...(await axeFaults(page)));
      await page.emulateMedia({ colorScheme: "dark" });
      faults.push(...(await axeFaults(page, true)));
    }
    expect(faults).toEqual([]);
    expect([complaints, away]).toEqual([[], []]);
  });
});

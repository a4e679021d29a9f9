import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Page } from "playwright-core";
import { finish, startCli, type Run } from "./cli.ts";

/** A preview that runs as a program of its own. */
export interface RunningPreview {
  /** With a slash at the end. It opens to those who came by `address` before. */
  readonly url: string;
  /** The address with the key, as it is printed. */
  readonly address: string;
  /** Stops it as Ctrl+C does. */
  readonly stop: () => Promise<Run>;
}

/** Starts `onetopic preview` on a free port; it is gone at the end of the test, whatever happens. */
export async function startPreview(
  root: string,
  test: { readonly onTestFinished: (end: () => void) => void },
): Promise<RunningPreview> {
  const child = startCli(["preview", "--json"], { cwd: root });
  test.onTestFinished(() => void child.kill("SIGKILL"));
  // All tests of a file may look at the same one.
  const ended = finish(child, "", 300_000);
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([once(lines, "line") as Promise<[string]>, ended]);
  if (!Array.isArray(said)) throw new Error(`The preview did not start:\n${said.stdout}\n${said.stderr}`);
  const { url: address } = JSON.parse(said[0]) as { url: string };
  return {
    url: new URL("/", address).href,
    address,
    stop: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe has against the page as it is now; what stands in frames, in which nothing runs, is looked at elsewhere.
 * @param colours true where only they are different from what was looked at before
 */
export async function axeFaults(page: Page, colours = false): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
  const runOnly = colours ? { type: "rule", values: ["color-contrast"] } : standards;
  const options = { runOnly, resultTypes: ["violations"], iframes: false };
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return violations.map(({ id, nodes }) => `${new URL(page.url()).pathname} ${id}: ${nodes[0]?.html}`);
}

/** Goes on with Tab until this is in focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < 90; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate<{ words: string; isSeen: boolean }>(inFocus);
    if (!at.isSeen) throw new Error(`Nothing shows that "${at.words}" is in focus.`);
    if (typeof name === "string" ? at.words === name : name.test(at.words)) return;
  }
  throw new Error(`Tab does not lead to ${String(name)}.`);
}

/** Within a frame the browser's own ring shows it: styles of the page end at the frame. */
const inFocus = `(() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const isRinged = outlineStyle !== "none" && outlineWidth !== "0px";
  const isElsewhere = at.tagName === "IFRAME" || at === document.body;
  return { words: at.getAttribute("download") ?? at.textContent.trim(), isSeen: isRinged || isElsewhere };
})()`;

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";
import { atEndOfFile } from "./at-end.ts";

export type Skip = (note: string) => void;

/**
 * Ends a test for want of a tool on this machine: it is skipped, and says why. In CI, which installs everything, that
 * would hide a gap, so it fails there.
 */
export function lacking(skip: Skip, tool: string): never {
  const note = `There is no ${tool} on this machine`;
  if (!process.env["CI"]) skip(note);
  throw new Error(`${note}, and CI must have one.`);
}

let browser: Promise<Browser> | undefined;

/** The machine's own Chromium, Chrome or Edge, one for each test file; `CHROMIUM` may name it. */
export async function openBrowser(skip: Skip): Promise<Browser> {
  const executablePath = browserPlaces().find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) lacking(skip, "Chromium");
  if (browser === undefined) {
    browser = chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
    atEndOfFile(closeBrowser);
  }
  return browser;
}

async function closeBrowser(): Promise<void> {
  const closing = browser;
  browser = undefined;
  await (await closing)?.close();
}

function browserPlaces(): (string | undefined)[] {
  const { CHROMIUM, LOCALAPPDATA, PROGRAMFILES, "PROGRAMFILES(X86)": otherPrograms } = process.env;
  const windows = [PROGRAMFILES, otherPrograms, LOCALAPPDATA].flatMap((folder) =>
    folder === undefined
      ? []
      : [
          path.join(folder, "Google", "Chrome", "Application", "chrome.exe"),
          path.join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
        ],
  );
  return [
    CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ...windows,
  ];
}

/**
 * Runs a tool of this machine, such as qpdf. Where it is missing the test is skipped, but not in CI on Linux, where it is
 * installed.
 * @returns its output
 */
export function runTool(skip: Skip, name: string, args: readonly string[], cwd?: string): string {
  const { error, status, stdout, stderr } = spawnSync(name, args, { cwd, encoding: "utf8" });
  if (error) {
    if (process.platform === "linux") lacking(skip, name);
    skip(`There is no ${name} on this machine`);
  }
  if (status !== 0) throw new Error(`${name} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const places = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The Chromium of this machine, if it has one; `CHROMIUM` names it. In CI its absence is a fault, not a reason to skip. */
export function browserPath(): string | undefined {
  const found = places.find((place) => place !== undefined && existsSync(place));
  if (found === undefined && process.env["CI"])
    throw new Error("There is no Chromium. Set CHROMIUM to its path.");
  return found;
}

/** Starts the browser, without the network. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath() ?? "",
    args: ["--no-sandbox", "--disable-background-networking"],
  });
}

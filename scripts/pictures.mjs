// Makes the pictures of the README from the shipped fit note topic. Needs Chromium on the machine: its path is
// CHROMIUM, or one of the usual places.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const pictures = path.join(root, "docs", "pictures");
const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = places.find((place) => place && existsSync(place));
if (!executablePath) throw new Error("There is no Chromium on this machine. Set CHROMIUM to its path.");

const work = await mkdtemp(path.join(os.tmpdir(), "onetopic-pictures-"));
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-background-networking"],
});
try {
  const env = { ...process.env, ONETOPIC_NOW: "2026-11-22T10:00:00Z" };
  const run = (...args) =>
    promisify(execFile)(process.execPath, [path.join(root, "bin", "onetopic.js"), ...args], {
      cwd: work,
      env,
    });
  await run("demo", "kit");
  const out = path.join(work, "kit", "out", "fit-notes");
  await mkdir(pictures, { recursive: true });
  await shoot("newsletter", path.join(out, "newsletter.html"), { width: 720, height: 1100 });
  await shoot("newsletter-dark", path.join(out, "newsletter.html"), {
    width: 720,
    height: 1100,
    colorScheme: "dark",
  });
  await shoot("email-phone", path.join(out, "email.primary-care.html"), { width: 390, height: 1100 });
  await shootPoster(path.join(out, "poster.png"));
} finally {
  await browser.close();
  await rm(work, { recursive: true });
}

async function shoot(name, file, { width, height, colorScheme = "light" }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
  await page.close();
}

/** The poster as it comes is large; the README shows it small, with an edge. */
async function shootPoster(file) {
  const data = (await readFile(file)).toString("base64");
  const page = await browser.newPage({ viewport: { width: 520, height: 736 } });
  const style = "display:block;width:518px;height:734px;border:1px solid #c8ccd0";
  await page.setContent(
    `<body style="margin:0"><img style="${style}" src="data:image/png;base64,${data}"></body>`,
  );
  await page.screenshot({ path: path.join(pictures, "poster.png") });
  await page.close();
}

// Makes docs/gallery.md and its pictures: every variant of one shipped topic, light and dark, phone and desktop; and
// those of the preview. README, docs/templates.md and docs/preview.md show some of them. Needs Chromium on the machine: its path is CHROMIUM, or a usual place.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { format } from "prettier";

const root = fileURLToPath(new URL("..", import.meta.url));
const pictures = path.join(root, "docs", "pictures");
const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = places.find((place) => place && existsSync(place));
if (!executablePath) throw new Error("There is no Chromium on this machine. Set CHROMIUM to its path.");

const topic = "fit-notes";
const widths = { desktop: { width: 720, height: 1000 }, phone: { width: 390, height: 844 } };

/** Pages, by where they are below `out/`: each is shown in four ways. */
const pages = {
  newsletter: ["Newsletter", `${topic}/newsletter.html`],
  email: ["Email, for one audience", `${topic}/email.primary-care.html`],
  site: ["Archive site, first page", "site/index.html"],
  edition: ["Archive site, page of an edition", "site/2026-11/index.html"],
};

/** What is drawn, by where it is below `out/`, with the width at which it is shown. */
const sheets = {
  poster: ["Poster in the design `messages`", `${topic}/poster.png`, 420],
  "poster-asks": ["Poster in the design `asks`", `asks/${topic}/poster.png`, 420],
  "poster-statement": ["Poster in the design `statement`", `statement/${topic}/poster.png`, 420],
  "poster-large-print": ["Poster in large print", `${topic}/poster.large-print.png`, 420],
  screen: ["Screen", `${topic}/screen.png`, 800],
  social: ["Social card", `${topic}/social.png`, 600],
  "social-square": ["Social card, square", `${topic}/social.1080x1080.png`, 400],
};

/** Views of the preview, by their addresses, with the size and the scheme of the window. */
const views = {
  "preview-overview": ["/", { width: 1180, height: 820 }, "light"],
  "preview-overview-dark": ["/", { width: 1180, height: 820 }, "dark"],
  "preview-topic": [`/topics/${topic}?variant=newsletter`, { width: 1180, height: 900 }, "light"],
  "preview-topic-phone": [`/topics/${topic}?variant=poster#poster`, { width: 390, height: 844 }, "light"],
  "preview-calendar": ["/calendar", { width: 1180, height: 820 }, "light"],
};

const work = await mkdtemp(path.join(os.tmpdir(), "onetopic-pictures-"));
const kit = path.join(work, "kit");
const out = path.join(kit, "out");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-background-networking"],
});
try {
  await makeEverything();
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  for (const [name, [, file]] of Object.entries(pages)) await shootPage(name, path.join(out, file));
  for (const [name, [, file, width]] of Object.entries(sheets))
    await shrink(name, path.join(out, file), width);
  await shootPreview();
  const gallery = await format(galleryText(), { parser: "markdown" });
  await writeFile(path.join(root, "docs", "gallery.md"), gallery);
} finally {
  await browser.close();
  await rm(work, { recursive: true });
}

/** By the commands that everybody has. */
async function makeEverything() {
  const env = { ...process.env, ONETOPIC_NOW: "2026-11-22T10:00:00Z" };
  const bin = path.join(root, "bin", "onetopic.js");
  const run = (...args) => promisify(execFile)(process.execPath, [bin, ...args], { cwd: work, env });
  const inKit = (...args) => run("-C", kit, ...args);
  await run("demo", "kit");
  await inKit("render");
  await inKit("render", topic, "--variant", "poster", "--large-print");
  await inKit("export", "2026-11", "--as", "site");
  const file = path.join(kit, "content", "topics", `${topic}.md`);
  const asShipped = await readFile(file, "utf8");
  for (const design of ["asks", "statement"]) {
    await writeFile(
      file,
      asShipped.replace(/^  poster:\n(    design: .*\n)?/m, `  poster:\n    design: ${design}\n`),
    );
    await inKit("render", topic, "--variant", "poster", "--format", "png", "--out", path.join(out, design));
  }
}

async function shootPage(name, file) {
  for (const [device, viewport] of Object.entries(widths)) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ viewport, colorScheme });
      await page.goto(pathToFileURL(file).href);
      const target = path.join(pictures, `${name}-${device}-${colorScheme}.jpg`);
      await page.screenshot({ path: target, type: "jpeg", quality: 80 });
      await page.close();
    }
  }
}

/** The pages of the real program, when everything on them is there. */
async function shootPreview() {
  const env = { ...process.env, ONETOPIC_NOW: "2026-11-22T10:00:00Z" };
  const bin = path.join(root, "bin", "onetopic.js");
  const program = spawn(process.execPath, [bin, "preview", "--json", "--no-open"], { cwd: kit, env });
  try {
    const [line] = await once(createInterface({ input: program.stdout }), "line");
    const address = JSON.parse(line).url;
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
    await page.getByText("A check is under way.").waitFor({ state: "detached" });
    for (const [name, [at, viewport, colorScheme]] of Object.entries(views)) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.goto(new URL(at, address).href, { waitUntil: "networkidle" });
      await page.locator(".sheet-card:first-child img[data-pending]").waitFor({ state: "detached" });
      await page.screenshot({ path: path.join(pictures, `${name}.jpg`), type: "jpeg", quality: 70 });
    }
    await context.close();
  } finally {
    program.kill();
    await once(program, "exit");
  }
}

/** What is drawn comes large; here it is shown small, with an edge. */
async function shrink(name, file, width) {
  const data = (await readFile(file)).toString("base64");
  const page = await browser.newPage({ viewport: { width, height: 100 } });
  const style = "display:block;box-sizing:border-box;width:100%;border:1px solid #c8ccd0";
  await page.setContent(
    `<body style="margin:0"><img style="${style}" src="data:image/png;base64,${data}"></body>`,
  );
  await page.locator("img").screenshot({ path: path.join(pictures, `${name}.png`) });
  await page.close();
}

function galleryText() {
  const shown = Object.entries(pages).map(([name, [title]]) => {
    const cell = (device, scheme) =>
      `![${title}, ${device}, ${scheme}](pictures/${name}-${device}-${scheme}.jpg)`;
    const row = (scheme) => `| ${scheme} | ${cell("desktop", scheme)} | ${cell("phone", scheme)} |`;
    return `## ${title}\n\n| | Desktop | Phone |\n|---|---|---|\n${row("light")}\n${row("dark")}\n`;
  });
  const drawn = Object.entries(sheets).map(
    ([name, [title]]) => `## ${title}\n\n![${title}](pictures/${name}.png)\n`,
  );
  const head = `# Gallery\n\nEverything that onetopic makes of one topic, [${topic}](../content/topics/${topic}.md), in the example brand. The pictures are made by \`npm run pictures\`.\n`;
  return [head, ...shown, ...drawn].join("\n");
}

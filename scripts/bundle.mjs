/*
 * Puts the program and the packages that nearly every command loads into a few files: opening and linking hundreds of
 * small ones takes longer than what most commands do. What is native, or needed by few commands, stays a package.
 * Run by: npm run build
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";

const bundled = new Set([
  "commander",
  "csv-parse",
  "gray-matter",
  "handlebars",
  "kysely",
  "marked",
  "temporal-polyfill",
  "yaml",
  "zod",
]);

const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
const kept = Object.keys(dependencies).filter((name) => !bundled.has(name));
const isKept = (id) =>
  id.startsWith("#package/") || kept.some((name) => id === name || id.startsWith(`${name}/`));

const folder = "dist/bundle";
await rm(folder, { recursive: true, force: true });
const build = await rolldown({
  input: {
    main: "dist/main.js",
    "check-helper": "dist/cli/check/helper.js",
    "stage-check": "dist/cli/stage-check-process.js",
  },
  platform: "node",
  external: isKept,
  // gray-matter can run JavaScript in front matter; the toolkit's reader switches that off.
  checks: { eval: false },
});
const { output } = await build.write({
  dir: folder,
  chunkFileNames: "[name]-[hash].js",
  // Names stay as they are: a fault of the program is reported with them.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
});
await build.close();

// What the preview's pages load in the browser.
const front = await rolldown({ input: { client: "src/preview/front/client.ts" }, platform: "browser" });
const { output: shown } = await front.write({ dir: `${folder}/preview`, minify: true });
await front.close();
// The general look first, then what pages add to it.
const styles = (await readdir("src/preview/front")).filter((name) => name.endsWith(".css"));
const ordered = ["style.css", ...styles.filter((name) => name !== "style.css").toSorted()];
const sheets = await Promise.all(ordered.map((name) => readFile(`src/preview/front/${name}`, "utf8")));
await writeFile(`${folder}/preview/style.css`, sheets.join("\n"));
await writeFile(path.join(folder, "LICENCES.txt"), await licences([...output, ...shown]));

/** The licences of the packages inside, which ask to be passed on with them. */
async function licences(chunks) {
  const files = chunks.flatMap((chunk) => Object.keys(chunk.modules ?? {}));
  const folders = new Set(
    files.flatMap((file) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0] ?? []),
  );
  const texts = [...folders].toSorted().map(async (place) => {
    const { name, version, license } = JSON.parse(await readFile(path.join(place, "package.json"), "utf8"));
    const file = (await readdir(place)).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence beside it.`);
    const text = await readFile(path.join(place, file), "utf8");
    return `${name} ${version}: ${license}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n---\n\n");
}

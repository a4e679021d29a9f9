// Writes what is made from definitions in the code, or from data of others: the JSON Schemas in schema/, the tables of
// names in docs/templates.md, the index of the rules in docs/rules.md, the lists of words on their pages, and data/. With
// --check nothing is written, and stale files make it fail.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Holidays from "date-holidays";
import britain from "dictionary-en-gb";
import nspell from "nspell";
import { optionsOf, rules } from "../dist/domain/rules.js";
import { editionShape, packShape, siteShape } from "../dist/render/pages/shapes.js";
import { planShape } from "../dist/render/pages/plan-shape.js";
import { reportShape } from "../dist/render/pages/report-shape.js";
import { programs } from "../dist/check/output/programs.js";
import { viewShape } from "../dist/render/view.js";
import { jsonSchemas } from "../dist/toolkit/json-schema.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const isCheck = process.argv.includes("--check");
const stale = [];
/** Public holidays that the package does not know yet. Source: the royal proclamation of February 2026. */
const proclaimed = { "GB-SCT": [["World Cup bank holiday", "2026-06-15"]] };

for (const [name, schema] of Object.entries(jsonSchemas())) {
  await put(path.join("schema", `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
const templates = path.join("docs", "templates.md");
await putBetween(templates, "view", table(viewShape));
await putBetween(templates, "site", table(siteShape, viewShape));
const known = { fields: { ...viewShape.fields, page: siteShape.fields.page } };
await putBetween(templates, "edition", table(editionShape, known));
await putBetween(templates, "pack", table(packShape, known));
await putBetween(templates, "plan", table(planShape, known));
await putBetween(templates, "report", table(reportShape, known));
await putBetween(path.join("docs", "rules.md"), "rules", await indexOfRules());
for (const [id, { words = {}, allow = [] }] of Object.entries(rules)) {
  const list = [...wordRows(words), ...(allow.length > 0 ? [`${allow.join(", ")}.`] : [])];
  if (list.length > 0) await putBetween(path.join("docs", "rules", `${id}.md`), "defaults", list.join("\n"));
}

await put(path.join("data", "mail-programs.json"), await mailPrograms());
await put(path.join("data", "words-en-gb.txt"), wordsOfBritain());
await put(path.join("data", "public-holidays.json"), await publicHolidays());
const licence = await readFile(path.join(root, "node_modules", "dictionary-en-gb", "license"), "utf8");
await put(path.join("data", "words-en-gb.licence.txt"), `${licence.replaceAll("\r\n", "\n").trimEnd()}\n`);

if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Run "npm run generate".`);
  process.exitCode = 1;
}

/** What caniemail.com knows of the mail programs that mail is made for: one letter for each, in their order. */
async function mailPrograms() {
  const file = path.join(root, "node_modules", "caniemail", "data", "caniemail.json");
  const published = JSON.parse(await readFile(file, "utf8"));
  const rows = published.data.map(({ slug, title, category, stats }) => {
    const support = programs.map((program) => {
      const [family, platform] = program.split(".");
      return latest(stats[family]?.[platform] ?? {})[0] ?? "u";
    });
    return JSON.stringify([slug, title, category, support.join("")]);
  });
  const source = `caniemail.com, ${published.last_update_date.slice(0, 10)}, MIT`;
  return `{\n"source": ${JSON.stringify(source)},\n"features": [\n${rows.join(",\n")}\n]\n}\n`;
}

/** Versions stand in the order in which they were tested, but for whole numbers, which JavaScript moves to the front. */
function latest(tested) {
  const versions = Object.keys(tested);
  if (versions.every((version) => Number(version) < 1000)) versions.sort((a, b) => Number(a) - Number(b));
  return tested[versions.at(-1)] ?? "";
}

/**
 * All forms of the words that the British dictionary has, so that nobody who only asks for a few has to put them
 * together. A line holds those that begin with the same three letters. Without "'s", which any word may have, and
 * without figures, short forms and names with a capital inside, which nobody looks up.
 */
function wordsOfBritain() {
  const speller = nspell(Buffer.from(britain.aff), Buffer.from(britain.dic));
  const lines = new Map();
  for (const word of Object.keys(speller.data).toSorted()) {
    if (!/^[A-Za-z][a-z'-]+$/.test(word) || word.endsWith("'s") || !speller.correct(word)) continue;
    const begin = word.slice(0, 3);
    lines.set(begin, [...(lines.get(begin) ?? []), word]);
  }
  return [...lines.values()].map((words) => `${words.join(" ")}\n`).join("");
}

/**
 * The public holidays of these islands by region, for as many years as anybody plans. The package would bring 45 MB of
 * almanacs and take 0.2 s; the days are read in 1 ms. A line holds all days of one name.
 */
async function publicHolidays() {
  const [from, until] = [2020, 2060];
  const file = path.join(root, "node_modules", "date-holidays", "package.json");
  const { version } = JSON.parse(await readFile(file, "utf8"));
  const regions = ["GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS", "GG", "IE", "IM", "JE"].map((region) => {
    const calendar = new Holidays(...region.split("-"));
    const days = new Map();
    for (let year = from; year <= until; year += 1)
      for (const { date, name, type } of calendar.getHolidays(year, "en"))
        if (type === "public" || type === "bank") addDay(days, asPublished(name), date.slice(0, 10));
    for (const [name, day] of proclaimed[region] ?? []) addDay(days, name, day);
    const lines = [...days].map(([name, all]) => `${JSON.stringify(name)}: ${JSON.stringify(all.join(" "))}`);
    return `${JSON.stringify(region)}: {\n${lines.join(",\n")}\n}`;
  });
  const source = `date-holidays ${version}, ISC; its data, CC BY-SA 3.0 (creativecommons.org/licenses/by-sa/3.0), follow gov.uk/bank-holidays and Wikipedia, "Public holidays in the United Kingdom"`;
  const head = `"source": ${JSON.stringify(source)},\n"from": ${from},\n"until": ${until}`;
  return `{\n${head},\n"regions": {\n${regions.join(",\n")}\n}\n}\n`;
}

function addDay(days, name, day) {
  days.set(name, [...new Set([...(days.get(name) ?? []), day])].toSorted());
}

/** As GOV.UK names it, with an apostrophe that can be typed. */
function asPublished(name) {
  return name.replace("January 2nd", "2nd January").replaceAll("\u2019", "'");
}

async function put(file, text) {
  const target = path.join(root, file);
  const before = await readFile(target, "utf8").catch(() => "");
  if (before.replaceAll("\r\n", "\n") === text) return;
  if (isCheck) return void stale.push(file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}

async function putBetween(file, mark, text) {
  const before = (await readFile(path.join(root, file), "utf8")).replaceAll("\r\n", "\n");
  const pattern = new RegExp(`(<!-- ${mark}:start -->)[\\s\\S]*?(<!-- ${mark}:end -->)`);
  if (!pattern.test(before)) throw new Error(`${file} has no place for the ${mark}.`);
  await put(
    file,
    before.replace(pattern, (_, start, end) => `${start}\n\n${text}\n\n${end}`),
  );
}

/** One row a name; what stands in a list is shown below it with `[]`. What another view holds as well is left out. */
function table(shape, others = { fields: {} }) {
  const rows = Object.entries(shape.fields).flatMap(([name, field]) =>
    field === others.fields[name] ? [] : rowsOf(name, field),
  );
  return ["| Name | What it holds |", "|---|---|", ...rows].join("\n");
}

function rowsOf(name, shape) {
  const row = `| \`${name}\` | ${shape.about}${note(shape)} |`;
  if (shape.kind === "group")
    return [row, ...Object.entries(shape.fields).flatMap(([key, field]) => rowsOf(`${name}.${key}`, field))];
  if (shape.kind === "list" && shape.item.kind === "group") {
    return [
      row,
      ...Object.entries(shape.item.fields).flatMap(([key, field]) => rowsOf(`${name}[].${key}`, field)),
    ];
  }
  return [row];
}

function note(shape) {
  if (shape.kind === "list") return " (a list)";
  if (shape.kind === "rich") return " (ready to show)";
  return shape.optional ? " (may be missing: ask with `{{#if}}`)" : "";
}

function wordRows(words) {
  const rows = Object.entries(words).map(([text, instead]) => `| ${text} | ${instead} |`);
  return rows.length > 0 ? ["| Text | Say instead |", "|---|---|", ...rows] : [];
}

/** Rules by what they are about, what officers write first, each with the one sentence of its page. */
async function indexOfRules() {
  const titles = {
    Wording: ["text"],
    Topics: ["topic"],
    Links: ["link"],
    Pictures: ["image"],
    "Headings, tables and Markdown": ["heading", "table", "markdown"],
    "Newsletters and emails": ["newsletter", "email"],
    "Posters, screens and social media": ["poster", "screen", "social", "qr", "typst"],
    "Editions and the calendar": ["edition", "pin", "plan", "cycle"],
    "Lists and sending": ["list", "send"],
    Brands: ["brand"],
    "Files and front matter": ["file", "front-matter", "schema", "yaml"],
    "Templates and what they make": ["template", "output", "pdf"],
  };
  const ids = Object.keys(rules).toSorted();
  const groupOf = (id) => id.split("/")[0];
  const lost = ids.find((id) => !Object.values(titles).flat().includes(groupOf(id)));
  if (lost !== undefined)
    throw new Error(`No title in the index of the rules is for ${lost}. Add its group to one.`);
  const parts = Object.entries(titles).map(async ([title, groups]) => {
    const named = groups.flatMap((group) => ids.filter((id) => groupOf(id) === group));
    const rows = await Promise.all(named.map(ruleRow));
    return [`### ${title}\n`, "| Rule | Level | What | Options |", "|---|---|---|---|", ...rows].join("\n");
  });
  return (await Promise.all(parts)).join("\n\n");
}

async function ruleRow(id) {
  const page = await readFile(path.join(root, "docs", "rules", `${id}.md`), "utf8").catch(() => "");
  const sentence = /^(?:Error|Warning|Off unless asked for)\. (.+)$/m.exec(page)?.[1];
  if (sentence === undefined) throw new Error(`docs/rules/${id}.md does not say what the rule is about.`);
  const { level, fixed } = rules[id];
  const tuned = optionsOf(id)
    .filter((name) => name !== "level")
    .map((name) => {
      const value = rules[id][name];
      return typeof value === "object" ? `\`${name}\`` : `\`${name}: ${value}\``;
    });
  const shown = fixed ? `${level}, always` : level;
  return `| [\`${id}\`](rules/${id}.md) | ${shown} | ${sentence.trim()} | ${tuned.join(", ")} |`;
}

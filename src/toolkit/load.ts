import path from "node:path";
import type { z } from "zod";
import type { Brand } from "../domain/brand.ts";
import type { Edition } from "../domain/edition.ts";
import { compareText, problem, type Problem } from "../domain/problem.ts";
import type { Settings } from "../domain/settings.ts";
import type { About, Toolkit } from "../domain/toolkit.ts";
import { archiveFolder, placeOf, type Post, type SourceMap, type Topic } from "../domain/topic.ts";
import { usageError } from "../domain/user-error.ts";
import {
  aboutDefinition,
  brandDefinition,
  editionDefinition,
  postDefinition,
  settingsDefinition,
  topicDefinition,
} from "./definitions.ts";
import { exists, listFiles, readToolkitText } from "./files.ts";
import { parseMarkdownFile } from "./front-matter.ts";
import { readHolidays } from "./holidays.ts";
import { validate } from "./validate.ts";
import { parseYaml } from "./yaml.ts";

export const settingsFile = "onetopic.yaml";
export const topicsFolder = "content/topics";

/**
 * Finds the toolkit by walking up from a folder.
 * @returns its absolute path
 * @throws UserError (exit 2) when there is none
 */
export async function findToolkit(from: string): Promise<string> {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, settingsFile))) return folder;
    if (folder === path.dirname(folder)) {
      throw usageError(
        "no-toolkit",
        `There is no ${settingsFile} in ${path.resolve(from)} or any folder above it.`,
        'Go to your toolkit\'s folder, name it with "-C DIR", or make one with "onetopic init".',
      );
    }
  }
}

/** A Markdown file as its text says it is. */
export interface ParsedFile {
  /** As its definition makes it; nothing when it cannot be understood. */
  readonly value: unknown;
  readonly body: string;
  readonly source: SourceMap;
  readonly problems: readonly Problem[];
}

/** What files said before, so that only those are parsed whose text is new. */
export interface ParseMemory {
  readonly recall: (file: string, text: string) => ParsedFile | undefined | Promise<ParsedFile | undefined>;
  readonly keep: (file: string, text: string, parsed: ParsedFile) => void;
}

/** What reading a toolkit comes upon beside its values. */
interface Found {
  readonly problems: Problem[];
  readonly orphans: Toolkit["orphans"][number][];
  readonly memory: ParseMemory | undefined;
}

/** Reads the whole toolkit. Faulty files are named in `problems`; the rest is there to work with. */
export async function loadToolkit(root: string, memory?: ParseMemory): Promise<Toolkit> {
  const found: Found = { problems: [], orphans: [], memory };
  const settings = await readSettings(root, found);
  const [about, topics, posts, brands, editions] = await Promise.all([
    readAbout(root, settings, found),
    readMarkdownFolder(root, topicsFolder, topicDefinition, found, toTopic),
    readMarkdownFolder(root, "content/posts", postDefinition, found, toPost),
    readBrands(root, found),
    readMarkdownFolder(root, "content/editions", editionDefinition, found, toEdition),
  ]);
  for (const edition of editions) found.problems.push(...editionFaults(edition));
  return {
    root,
    settings,
    about,
    topics,
    posts: posts.toSorted((a, b) => compareText(b.date, a.date) || compareText(a.slug, b.slug)),
    brands,
    editions: editions.toSorted((a, b) => compareText(a.cycle, b.cycle)),
    problems: found.problems,
    orphans: found.orphans,
  };
}

async function readSettings(root: string, found: Found): Promise<Settings> {
  const read = await readToolkitText(root, settingsFile);
  if ("problem" in read) return collect(found.problems, [read.problem], fallbackSettings);
  const { value, places, problems: faults } = parseYaml(read.text, settingsFile);
  const source: SourceMap = { path: settingsFile, places, bodyLine: 1 };
  if (faults.length > 0) return collect(found.problems, faults, fallbackSettings);
  const checked = validate(settingsDefinition, value, source);
  found.problems.push(...checked.problems);
  return checked.value ? withHolidays(toSettings(checked.value, source), found) : fallbackSettings;
}

async function withHolidays(settings: Settings, found: Found): Promise<Settings> {
  const { source, cycle } = settings;
  const region = cycle.avoid.holidays;
  if (region === undefined) return settings;
  const read = await readHolidays(region);
  if ("holidays" in read) return { ...settings, cycle: { ...cycle, holidays: read.holidays } };
  const at = placeOf(source, "cycle.avoid.holidays");
  found.problems.push(problem("cycle/holidays", source.path, at, { region, known: read.known }));
  return settings;
}

function toSettings(value: z.output<typeof settingsDefinition>, source: SourceMap): Settings {
  const audiences = Object.entries(value.audiences).map(([id, { title }]) => ({ id, title }));
  return { ...value, audiences, source };
}

/** Stands in while the settings are faulty, so that one `check` still names the faults of all other files. */
const fallbackSettings: Settings = toSettings(
  settingsDefinition.parse({ toolkit: "Toolkit", cycle: { every: "month", starts: "2000-01-01" } }),
  { path: settingsFile, places: new Map(), bodyLine: 1 },
);

async function readAbout(root: string, settings: Settings, found: Found): Promise<About> {
  const file = "content/toolkit.md";
  const nothing: About = {
    title: settings.toolkit,
    summary: "",
    body: "",
    source: { path: file, places: new Map(), bodyLine: 1 },
  };
  if (!(await exists(path.join(root, file)))) return nothing;
  const read = await readOne(root, file, aboutDefinition, found);
  return read ? { ...read.value, body: read.body, source: read.source } : nothing;
}

interface ReadFile<Value> {
  readonly value: Value;
  readonly body: string;
  readonly source: SourceMap;
  readonly stem: string;
}

async function readOne<Definition extends z.ZodType>(
  root: string,
  file: string,
  definition: Definition,
  found: Found,
): Promise<ReadFile<z.output<Definition>> | undefined> {
  const read = await readToolkitText(root, file);
  if ("problem" in read) return collect(found.problems, [read.problem], undefined);
  const known = await found.memory?.recall(file, read.text);
  const { value, body, source, problems } = known ?? parseFile(read.text, file, definition);
  if (!known) found.memory?.keep(file, read.text, { value, body, source, problems });
  found.problems.push(...problems);
  if (value === undefined) return collect(found.orphans, [{ body, source }], undefined);
  return { value: value as z.output<Definition>, body, source, stem: path.posix.basename(file, ".md") };
}

/** What a topic's file says. */
export function parseTopic(text: string, file: string): ParsedFile {
  return parseFile(text, file, topicDefinition);
}

/** The topic that such a text describes; nothing when it cannot be understood. */
export function topicFrom(text: string, file: string): Topic | undefined {
  const { value, body, source } = parseTopic(text, file);
  if (value === undefined) return undefined;
  const known = value as z.output<typeof topicDefinition>;
  return toTopic({ value: known, body, source, stem: path.posix.basename(file, ".md") });
}

function parseFile(text: string, file: string, definition: z.ZodType): ParsedFile {
  const { value, problems, body, bodyLine, places } = parseMarkdownFile(text, file);
  const source: SourceMap = { path: file, places, bodyLine, text };
  const checked =
    problems.length === 0 ? validate(definition, value, source) : { value: undefined, problems };
  return { value: checked.value, body, source, problems: checked.problems };
}

async function readMarkdownFolder<Definition extends z.ZodType, Value>(
  root: string,
  folder: string,
  definition: Definition,
  found: Found,
  toValue: (read: ReadFile<z.output<Definition>>) => Value,
): Promise<Value[]> {
  const names = await listFiles(root, folder, [".md"]);
  const values = await Promise.all(
    names.map(async (name) => {
      const file = `${folder}/${name}`;
      found.problems.push(
        ...nameFaults(file, path.posix.basename(name, ".md"), folder === "content/editions"),
      );
      const read = await readOne(root, file, definition, found);
      return read && toValue(read);
    }),
  );
  return values.filter((value) => value !== undefined);
}

async function readBrands(root: string, found: Found): Promise<Brand[]> {
  const brands: Brand[] = [];
  for (const name of await listFiles(root, "content/brands", [".yaml", ".yml"])) {
    const file = `content/brands/${name}`;
    const id = name.replace(/\.ya?ml$/, "");
    if (name.endsWith(".yml")) {
      found.problems.push(problem("file/name", file, undefined, { suggestion: `${id}.yaml` }));
      continue;
    }
    found.problems.push(...nameFaults(file, id, false));
    const read = await readToolkitText(root, file);
    if ("problem" in read) {
      found.problems.push(read.problem);
      continue;
    }
    const parsed = parseYaml(read.text, file);
    found.problems.push(...parsed.problems);
    if (parsed.problems.length > 0) continue;
    const source: SourceMap = { path: file, places: parsed.places, bodyLine: 1 };
    const { value, problems: faults } = validate(brandDefinition, parsed.value, source);
    found.problems.push(...faults);
    if (value) brands.push({ ...value, id, source });
  }
  return brands;
}

function toTopic({ value, body, source, stem }: ReadFile<z.output<typeof topicDefinition>>): Topic {
  return { ...value, slug: stem, body, source };
}

function toPost({ value, body, source, stem }: ReadFile<z.output<typeof postDefinition>>): Post {
  return { ...value, slug: stem, body, source };
}

function toEdition({ value, body, source }: ReadFile<z.output<typeof editionDefinition>>): Edition {
  // The note begins after the empty lines above it.
  const above = body.slice(0, body.search(/\S|$/)).split("\n").length - 1;
  return { ...value, note: body.trim(), source: { ...source, bodyLine: source.bodyLine + above } };
}

/** File names become addresses and file names of artefacts, so they keep to a narrow alphabet. */
function nameFaults(file: string, stem: string, isEdition: boolean): Problem[] {
  if (file === `content/topics/${archiveFolder}.md`)
    return [problem("file/name", file, undefined, { suggestion: `the-${archiveFolder}.md`, reserved: true })];
  if (isEdition || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) return [];
  const suggestion =
    stem
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "topic";
  return [problem("file/name", file, undefined, { suggestion: `${suggestion}${path.posix.extname(file)}` })];
}

function editionFaults(edition: Edition): Problem[] {
  const { cycle, source } = edition;
  if (source.path === `content/editions/${cycle}.md`) return [];
  const expected = path.posix.basename(source.path, ".md");
  return [problem("edition/file-name", source.path, placeOf(source, "cycle"), { cycle, expected })];
}

function collect<Item, Value>(items: Item[], found: readonly Item[], value: Value): Value {
  items.push(...found);
  return value;
}

/** The faults that the text of a topic file would have. */
export function checkTopicText(text: string, file: string): Problem[] {
  const parsed = parseMarkdownFile(text, file);
  const source: SourceMap = { path: file, places: parsed.places, bodyLine: parsed.bodyLine };
  const stem = path.posix.basename(file, ".md");
  return [
    ...parsed.problems,
    ...nameFaults(file, stem, false),
    ...validate(topicDefinition, parsed.value, source).problems,
  ];
}

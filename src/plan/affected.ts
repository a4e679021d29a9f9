import type { Edition } from "../domain/edition.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Topic } from "../domain/topic.ts";
import { cycleAt, cycleById } from "./calendar.ts";
import { cyclesShown } from "./context.ts";

/** What was changed, as git tells it. */
export interface Changes {
  /** Files changed, added and taken away, relative to the toolkit: `../` for what lies above it. */
  readonly paths: readonly string[];
  /** The topics that changed editions named before. */
  readonly formerTopics: readonly string[];
  /** True when content or templates are reached through symbolic links. */
  readonly hasLinks: boolean;
}

/** What changes can make better or worse. */
export type Affected =
  /** Every file, because of one. */
  | { readonly everything: true; readonly why: string }
  | { readonly everything: false; readonly topics: ReadonlySet<string>; readonly paths: ReadonlySet<string> };

type Files = Pick<Toolkit, "settings" | "about" | "topics" | "posts" | "brands" | "editions" | "orphans">;

/**
 * What a change can affect: the files themselves, those that name them, and the topics that are rendered with them.
 * Rather too much than too little: a finding that is new because of the change is in one of these.
 * @param decisive further files that decide over everything, such as a baseline; a folder ends with a slash
 */
export function affectedBy(changes: Changes, toolkit: Files, decisive: readonly string[] = []): Affected {
  const why = changes.paths.find(
    (file) => decidesAll(file) || decisive.some((one) => isOrIsIn(file, one)) || isNamedByAll(file, toolkit),
  );
  if (why !== undefined) return { everything: true, why: `${why} was changed` };
  if (changes.hasLinks && changes.paths.length > 0)
    return { everything: true, why: "some files are reached through symbolic links" };
  const changed = new Set(changes.paths);
  const naming = namesOneOf(changes.paths.filter((file) => file.startsWith("content/")));
  const isTouched = (file: { readonly source: Topic["source"] }) =>
    changed.has(file.source.path) || naming(file);
  const touched = affectedEditions(toolkit, changed, isTouched);
  const slugs = new Set([
    ...toolkit.topics.filter(isTouched).map(({ slug }) => slug),
    ...touched.map(({ topic }) => topic),
    ...changes.formerTopics,
  ]);
  const topics = toolkit.topics.filter(({ slug }) => slugs.has(slug));
  const editions = toolkit.editions.filter(
    (edition) => touched.includes(edition) || slugs.has(edition.topic),
  );
  const others = [toolkit.about, ...toolkit.posts, ...toolkit.orphans].filter(isTouched);
  const paths = [...topics, ...editions, ...others].map(({ source }) => source.path);
  return {
    everything: false,
    topics: new Set(topics.map(({ slug }) => slug)),
    paths: new Set([...changed, ...paths]),
  };
}

/** Settings, templates, brands, the opening page, and the packages that are installed. */
const decisiveFiles =
  /^(?:onetopic\.yaml|content\/toolkit\.md|templates\/.*|content\/brands\/.*|(?:\.\.\/)*(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?))$/;

function decidesAll(file: string): boolean {
  // A folder is named alone when it is a repository of its own.
  return (
    decisiveFiles.test(file) ||
    ["content", "templates"].some((one) => one === file) ||
    /^content\/[^/.]+$/.test(file)
  );
}

function isOrIsIn(file: string, place: string): boolean {
  return place.endsWith("/") ? file.startsWith(place) : file === place;
}

/** A logo, or a file that the settings name. */
function isNamedByAll(file: string, { brands, settings }: Files): boolean {
  const naming = namesOneOf([file]);
  return file.startsWith("content/")
    ? [settings, ...brands].some(naming)
    : /\.\w+$/.test(file) && naming(settings);
}

/**
 * The editions that a change touches: their own files, those whose topic was changed, those whose note names a changed
 * file, and those that list what was changed, as posts or among what comes next.
 */
function affectedEditions(
  { editions, settings }: Files,
  changed: ReadonlySet<string>,
  isTouched: (edition: Edition) => boolean,
): Edition[] {
  const has = (folder: string) => [...changed].some((file) => file.startsWith(`content/${folder}/`));
  if (has("posts")) return [...editions];
  const replanned = has("topics") || has("editions");
  const topicOf = new Map(editions.map(({ cycle, topic }) => [cycle, topic]));
  const isChanged = (topic: string) => changed.has(`content/topics/${topic}.md`);
  const mayListAnother = (cycle: string): boolean => {
    const index = cycleById(settings.cycle, cycle)?.index;
    // Not a cycle of this calendar: such an edition lists nothing.
    if (index === undefined) return false;
    return Array.from({ length: cyclesShown }, (_, at) => cycleAt(settings.cycle, index + 1 + at).id).some(
      (next) => {
        const topic = topicOf.get(next);
        // An open cycle is filled by a suggestion, over which every topic and edition may decide.
        return topic === undefined || isChanged(topic) || changed.has(`content/editions/${next}.md`);
      },
    );
  };
  return editions.filter(
    (edition) =>
      isTouched(edition) || isChanged(edition.topic) || (replanned && mayListAnother(edition.cycle)),
  );
}

/** Whether any text of a file names one of these files. Only the last part of a path counts, so that nothing is missed. */
function namesOneOf(paths: readonly string[]): (file: object) => boolean {
  const names = [...new Set(paths.map((file) => plain(file.slice(file.lastIndexOf("/") + 1))))];
  const seek = (value: unknown): boolean => {
    if (typeof value === "string") {
      const text = plain(value);
      return reference.test(text) || names.some((name) => text.includes(name));
    }
    if (typeof value !== "object" || value === null || value instanceof Map) return false;
    return Object.values(value).some(seek);
  };
  return (file) => names.length > 0 && seek(file);
}

/** A relative address with a character reference in it, such as `lamp&#46;png`, may be any file's. */
const reference = /\](?:\(|:\s*)(?![a-z]+:)[^\s)]*&#?\w+;/;

/** Without what Markdown, addresses and disks may write in different ways. */
function plain(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, decode)
    .replaceAll("\\", "")
    .normalize("NFC")
    .toLowerCase();
}

function decode(typed: string): string {
  try {
    return decodeURIComponent(typed);
  } catch {
    return typed;
  }
}

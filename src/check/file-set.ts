import { problem, type Problem } from "../domain/problem.ts";
import { allowedBy } from "../domain/rules.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { placeOf, type Topic } from "../domain/topic.ts";
import { wordsAlone } from "./texts.ts";

const folders = ["topics", "posts", "brands", "editions"] as const;

/** Endings that people give to Markdown and YAML. */
const texts = /\.(md|markdown|mdown|mkdn?|mdwn|mdx|ya?ml)$/i;

/**
 * The faults of the files as a set: those that are passed over, names that some disks take for one, and topics that
 * are too alike.
 * @param files every file in `content/`, relative to the toolkit
 */
export function fileSetFaults(toolkit: Toolkit, files: readonly string[]): Problem[] {
  const allowed = allowedBy("file/ignored", toolkit.settings.checks);
  const passed = (file: string) => allowed.some((one) => file === one || file.startsWith(`${one}/`));
  return [
    ...files.flatMap((file) => (passed(file) ? [] : ignoredFile(file))),
    ...caseClashes(files),
    ...twins(toolkit.topics),
  ];
}

/** Text files in, or meant for, one of the folders that are read, which are not read. */
function ignoredFile(file: string): Problem[] {
  const [, folder = "", ...rest] = file.split("/");
  const name = rest.at(-1) ?? "";
  const meant = folders.find((one) => one.replace(/s$/, "") === folder.toLowerCase().replace(/s$/, ""));
  // Some programs keep files of their own in hidden folders, and a README is for people.
  if (!meant || !texts.test(name) || rest.some((part) => part.startsWith("."))) return [];
  const ending = meant === "brands" ? ".yaml" : ".md";
  const told = (why: "ending" | "folder" | "folder-name", instead: string) => [
    problem("file/ignored", file, undefined, { file, why, instead }),
  ];
  if (rest.length > 1 || folder !== meant) {
    if (/^readme\b/i.test(name)) return [];
    return rest.length > 1 ? told("folder", `content/${meant}/`) : told("folder-name", `content/${meant}/`);
  }
  // One brand with this ending is told as a file name, since it is near enough to be tried.
  const isRead = name.endsWith(ending) || (meant === "brands" && name.endsWith(".yml"));
  if (isRead || (meant === "brands" && /^readme\b/i.test(name))) return [];
  return told("ending", `${name.replace(texts, "")}${ending}`);
}

/** Windows and macOS have one file for names that differ only in case, or in how a letter with an accent is written. */
function caseClashes(files: readonly string[]): Problem[] {
  const known = new Map<string, string>();
  return files.flatMap((file) => {
    const key = file.normalize("NFC").toLowerCase();
    const other = known.get(key);
    if (other === undefined) known.set(key, file);
    return other === undefined ? [] : [problem("file/case-clash", file, undefined, { other })];
  });
}

/** Topics with the same title or the same place in the order. Retired ones may be followed by another of the same name. */
function twins(topics: readonly Topic[]): Problem[] {
  const titles = new Map<string, Topic>();
  const orders = new Map<number, Topic>();
  return topics.flatMap((topic): Problem[] => {
    if (topic.status === "retired") return [];
    const { path } = topic.source;
    const at = (key: string) => placeOf(topic.source, key);
    const { title, order } = topic;
    const sameTitle = before(titles, wordsAlone(title), topic);
    const sameOrder = order === undefined ? undefined : before(orders, order, topic);
    return [
      ...(sameTitle
        ? [problem("topic/duplicate-title", path, at("title"), { title, other: sameTitle.source.path })]
        : []),
      ...(sameOrder && order !== undefined
        ? [problem("topic/order-twice", path, at("order"), { order, other: sameOrder.source.path })]
        : []),
    ];
  });
}

/** The topic that had this first, if there is one. */
function before<Key>(known: Map<Key, Topic>, key: Key, topic: Topic): Topic | undefined {
  const first = known.get(key);
  if (!first) known.set(key, topic);
  return first;
}

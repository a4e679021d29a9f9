import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Every } from "../domain/settings.ts";
import { archiveFolder, type Day } from "../domain/topic.ts";
import { createExclusively, exists, isMissing, writeAtomically } from "./files.ts";
import { editYaml, formatYaml } from "./yaml.ts";

/** What a new topic starts with. */
export interface TopicDraft {
  readonly title: string;
  readonly summary: string;
  readonly messages: readonly string[];
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly link?: string | undefined;
  readonly owner?: string | undefined;
  readonly review: Day;
}

/** What a new toolkit starts with. */
export interface ToolkitDraft {
  readonly name: string;
  readonly organisation: string;
  readonly sender: string;
  readonly every: Every;
  readonly today: Day;
  /** A day on which the first topic's facts are to be checked again. */
  readonly review: Day;
}

/** A file name from a title: small letters and digits, accents taken off, and none that is reserved. */
export function slugOf(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  return slug === archiveFolder ? `the-${slug}` : slug || "topic";
}

/** The text of a new topic file. */
export function draftTopic({ title, summary, messages, actions, link, owner, review }: TopicDraft): string {
  const front = {
    title,
    summary,
    status: "draft",
    ...(messages.length > 0 ? { messages } : {}),
    ...(Object.keys(actions).length > 0 ? { actions } : {}),
    ...(link ? { link: { label: "Read more about this", url: link } } : {}),
    owner,
    review,
  };
  return `---\n${formatYaml(front)}---\n\n## Why it matters\n\nWrite here why this matters.\n\n## What to do\n\nWrite here what people can do.\n`;
}

/** Files of a new toolkit with one starter topic: path to text. */
export function starterFiles(draft: ToolkitDraft): ReadonlyMap<string, string> {
  const brand = slugOf(draft.organisation);
  return new Map([
    ["onetopic.yaml", starterSettings(draft, brand)],
    ["content/toolkit.md", starterAbout(draft)],
    ["content/topics/one-topic-at-a-time.md", starterTopic(draft)],
    [`content/brands/${brand}.yaml`, starterBrand(draft)],
    [sampleListFile, starterList],
  ]);
}

/**
 * Writes files that must not be there yet, all or none.
 * @returns the paths that are in the way; nothing is written when there are any
 */
export async function writeNewFiles(root: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const inTheWay: string[] = [];
  for (const file of files.keys()) if (await exists(path.join(root, file))) inTheWay.push(file);
  if (inTheWay.length > 0) return inTheWay;
  for (const [file, text] of files) {
    await createExclusively(path.join(root, file), text);
    // Lists of people will lie here: nobody else on the machine may look into it.
    await mkdir(path.join(root, "var"), { recursive: true, mode: 0o700 });
  }
  await ignorePersonalData(root);
  return [];
}

/** Adds to `.gitignore` what it lacks: lists and ledger must never get into git. */
async function ignorePersonalData(root: string): Promise<void> {
  const file = path.join(root, ".gitignore");
  const before = (await exists(file)) ? await readFile(file, "utf8") : "";
  const has = new Set(before.split(/\r?\n/).map((line) => line.trim()));
  const missing = ignored.split("\n").filter((line) => line !== "" && !has.has(line));
  if (missing.length === 0) return;
  const start = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  await writeAtomically(file, `${start}${missing.join("\n")}\n`);
}

/**
 * Copies the shipped toolkit: settings, topics, posts and brands, with review dates set from the day, since a sample
 * must work on any day.
 * @param packageRoot the package's own folder
 * @returns the paths that are in the way; nothing is written when there are any
 */
export async function copyShippedToolkit(
  packageRoot: string,
  root: string,
  change: {
    readonly review: Day;
    readonly settings: Readonly<Record<string, object | string>>;
    /** Further files, path to text. */
    readonly files: Readonly<Record<string, string>>;
  },
): Promise<string[]> {
  const inTheWay: string[] = [];
  for (const name of ["onetopic.yaml", "content"])
    if (await exists(path.join(root, name))) inTheWay.push(name);
  if (inTheWay.length > 0) return inTheWay;
  await mkdir(root, { recursive: true });
  for (const folder of ["brands", "posts", "topics"]) {
    await cp(path.join(packageRoot, "content", folder), path.join(root, "content", folder), {
      recursive: true,
    });
  }
  await cp(path.join(packageRoot, "content/toolkit.md"), path.join(root, "content/toolkit.md"));
  await renewReviews(path.join(root, "content/topics"), change.review);
  const settings = await readFile(path.join(packageRoot, "onetopic.yaml"), "utf8");
  await writeAtomically(
    path.join(root, "onetopic.yaml"),
    editYaml(settings, { set: { ...change.settings, lists: { everyone: sampleListFile } } }),
  );
  const people = await readFile(path.join(packageRoot, "content/example-people.csv"), "utf8");
  await writeNewFiles(root, new Map([[sampleListFile, people], ...Object.entries(change.files)]));
  return [];
}

/** True when a folder holds nothing, or is not there. */
export async function isEmptyFolder(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (isMissing(error)) return (error as NodeJS.ErrnoException).code === "ENOENT";
    throw error;
  }
}

async function renewReviews(folder: string, review: Day): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const text = await readFile(file, "utf8");
    await writeAtomically(file, text.replace(/^review: .*$/m, `review: ${review}`));
  }
}

const sampleListFile = "var/lists/everyone.csv";

/** Invented people at example.org, so that a dry run and the outbox have somebody to write to. */
const starterList = `name,email,organisation,role,audience
Example colleague,colleague@example.org,Example team,Team member,staff
Example team lead,team.lead@example.org,Example team,Team lead,staff
Example manager,manager@example.org,Example department,Manager,managers
`;

const ignored = `# Rendered files and personal data stay out of git.
out/
var/
.env
node_modules/
`;

function starterSettings({ name, organisation, sender, every, today }: ToolkitDraft, brand: string): string {
  const text = formatYaml;
  return `# Settings of this toolkit. docs/settings.md of onetopic explains every key.

${text({ toolkit: name, organisation, language: "en-GB", brand })}
# Who the topics speak to. Actions in a topic are sorted by these names.
${text({ audiences: { staff: { title: "Staff" }, managers: { title: "Managers" } } })}
# The name and address that messages come from.
${text({ sender: { name: organisation, address: sender } })}
# How often a topic goes out, and when.
${text({ cycle: { every, starts: today, at: "09:00", timezone: "Europe/London", avoid: { weekends: true } } })}
# Where messages go. The outbox writes files into var/outbox; nothing leaves this machine.
${text({ transport: "outbox:var/outbox" })}
# Lists of people stay in var/, which git ignores.
${text({ lists: { everyone: "var/lists/everyone.csv" } })}`;
}

function starterAbout({ name, organisation }: ToolkitDraft): string {
  const front = { title: name, summary: "One topic at a time, in the same words on every channel." };
  return `---\n${formatYaml(front)}---\n\n${organisation} tells people about one topic at a time. Each topic says what matters and what everybody can do.\n`;
}

function starterTopic({ today, review }: ToolkitDraft): string {
  const front = {
    title: "We tell you about one topic at a time",
    summary: "Each cycle has one topic, in the same words in the newsletter, the email and on the poster.",
    status: "ready",
    messages: [
      "One topic a cycle is easier to remember than ten at once.",
      "You read the same words in the newsletter, the email and on the poster.",
    ],
    actions: {
      staff: ["Read the topic and talk about it with your team.", "Tell us what is unclear."],
      managers: [
        "Put the poster up where people meet.",
        "Give five minutes of the team meeting to the topic.",
      ],
    },
    scenario: "I used to get a long list of updates every month. Now I read one page and know what to do.",
    link: {
      label: "Read more about the campaign",
      url: "https://example.org/one-topic",
      short: "example.org/one-topic",
    },
    contact: { name: "Communications team", email: "comms@example.org" },
    sources: [
      {
        title: "Campaign plan, agreed by the management team",
        url: "https://example.org/campaign-plan",
        checked: today,
      },
    ],
    priority: 3,
    order: 1,
    owner: "Communications team",
    review,
    variants: {
      poster: {
        headline: "One topic at a time",
        strapline: "The same words on every channel.",
        messages: ["One topic is easier to remember.", "You read the same words everywhere."],
        actions: {
          staff: ["Talk about it with your team.", "Tell us what is unclear."],
          managers: ["Put the poster up.", "Give it five minutes."],
        },
      },
      screen: { headline: "One topic at a time", strapline: "The same words on every channel." },
    },
  };
  return `---\n# This is an example. Change the words, or write your own with "onetopic new".\n${formatYaml(front)}---

## Why it matters

People are busy. When many messages arrive at once, none of them is heard. So each cycle has one topic.

## How it works

1. We choose the topic.
2. You get an email and a newsletter about it, and find the poster on the wall.
3. You tell us what helped and what did not.
`;
}

/** How the organisation looks, from what is known of it. */
export function starterBrand({ organisation, sender }: ToolkitDraft): string {
  return `# How your organisation looks. Add a logo beside this file: logo: { file: logo.svg, alt: Name of the organisation }
${formatYaml({
  name: organisation,
  colours: { primary: "#1f4e5f", accent: "#8a3b12" },
  footer: `You get this because you work with ${organisation}.`,
  contact: { name: "Communications team", email: sender },
})}`;
}

import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Approval, Outcome, Schedule } from "../domain/edition.ts";
import type { CycleId, Day } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { createExclusively, placeInToolkit, readToolkitText, writeAtomically } from "./files.ts";
import { editYaml, formatYaml, parseYaml, type YamlChanges } from "./yaml.ts";

export interface Picked {
  readonly cycle: CycleId;
  readonly topic: string;
  readonly picked: { readonly on: Day; readonly by?: string | undefined; readonly why: string };
}

/** Where a cycle's edition stands, relative to the toolkit. */
export function editionPath(cycle: CycleId): string {
  return `content/editions/${cycle}.md`;
}

/**
 * Writes a new edition. When two people pick at once, one of them wins.
 * @returns false when the cycle has an edition already
 * @throws UserError (exit 2) when it cannot be written
 */
export async function createEdition(root: string, edition: Picked): Promise<boolean> {
  return createExclusively(
    placeInToolkit(root, editionPath(edition.cycle)),
    `---\n${formatYaml(edition)}---\n`,
  );
}

/**
 * Puts another topic in an edition. The officer's note, comments and other keys stay; approvals of the old topic go.
 * @param before the topic that is to be replaced
 * @throws UserError (exit 1) when somebody has put another there meanwhile
 */
export async function replaceTopic(
  root: string,
  { cycle, topic, picked }: Picked,
  before: string,
): Promise<void> {
  const file = editionPath(cycle);
  await changeFrontMatter(root, file, (front) => {
    const { value } = parseYaml(front, file);
    const now = (value as { readonly topic?: unknown } | undefined)?.topic;
    if (now !== before) throw pickedMeanwhile(cycle, String(now));
    return { set: { topic, picked }, remove: ["approvals", "schedule"] };
  });
}

/** Somebody else has put another topic in the edition since it was looked at. */
export function pickedMeanwhile(cycle: CycleId, now: string): UserError {
  return new UserError(
    "already-picked",
    `Somebody has picked "${now}" for ${cycle} at the same moment.`,
    'See it with "onetopic status". To put yours in its place, pick again with --replace.',
    { place: { path: editionPath(cycle) } },
  );
}

/** Adds an approval; everything else in the file stays as it is. */
export async function addApproval(root: string, cycle: CycleId, approval: Approval): Promise<void> {
  await changeFrontMatter(root, editionPath(cycle), () => ({ append: { approvals: approval } }));
}

/** Arms an edition, in the place of what it was armed for before; everything else in the file stays as it is. */
export async function setSchedule(root: string, cycle: CycleId, schedule: Schedule): Promise<void> {
  await changeFrontMatter(root, editionPath(cycle), () => ({ set: { schedule } }));
}

/** Takes the schedule away; everything else in the file stays as it is. */
export async function removeSchedule(root: string, cycle: CycleId): Promise<void> {
  await changeFrontMatter(root, editionPath(cycle), () => ({ remove: ["schedule"] }));
}

/** Adds a figure; everything else in the file stays as it is. */
export async function addOutcome(root: string, cycle: CycleId, outcome: Outcome): Promise<void> {
  await changeFrontMatter(root, editionPath(cycle), () => ({ append: { outcomes: outcome } }));
}

/** Somebody else may change the file meanwhile: then it is read and changed again. */
async function changeFrontMatter(root: string, file: string, change: Change): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) if (await tryChange(root, file, change)) return;
  throw new UserError(
    "edition-busy",
    `${file} is being changed by somebody else.`,
    `Try again in a moment. If nobody else is at it, delete ${file}.lock.`,
  );
}

/** What is to be changed in front matter, as it stands now. */
type Change = (front: string) => YamlChanges;

async function tryChange(root: string, file: string, change: Change): Promise<boolean> {
  const read = await readToolkitText(root, file);
  const parts = "text" in read ? /^---[^\n]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m.exec(read.text) : null;
  if (!parts || !("text" in read)) {
    throw new UserError(
      "edition-unreadable",
      `${file} has no front matter to change.`,
      'Run "onetopic check" and mend it first.',
    );
  }
  const front = parts[1] ?? "";
  const text = `---\n${editYaml(front, change(front))}---\n${read.text.slice(parts[0].length)}`;
  const lock = `${path.join(root, file)}.lock`;
  if (!(await createExclusively(lock, ""))) return false;
  try {
    const again = await readToolkitText(root, file);
    if (!("text" in again) || again.text !== read.text) return false;
    const asBefore = (await hasWindowsLines(root, file)) ? text.replaceAll("\n", "\r\n") : text;
    await writeAtomically(path.join(root, file), asBefore);
    return true;
  } finally {
    await rm(lock, { force: true });
  }
}

/** True where lines end as on Windows: then they stay so. */
async function hasWindowsLines(root: string, file: string): Promise<boolean> {
  return (await readFile(path.join(root, file), "utf8")).includes("\r\n");
}

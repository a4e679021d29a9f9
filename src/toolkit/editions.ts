import { rm } from "node:fs/promises";
import path from "node:path";
import type { Approval } from "../domain/edition.ts";
import type { CycleId, Day } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { createExclusively, readToolkitText, writeAtomically } from "./files.ts";
import { editYaml, formatYaml, type YamlChanges } from "./yaml.ts";

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
 */
export async function createEdition(root: string, edition: Picked): Promise<boolean> {
  return createExclusively(path.join(root, editionPath(edition.cycle)), `---\n${formatYaml(edition)}---\n`);
}

/** Puts another topic in an edition. The officer's note, comments and other keys stay; approvals of the old topic go. */
export async function replaceTopic(root: string, { cycle, topic, picked }: Picked): Promise<void> {
  await changeFrontMatter(root, editionPath(cycle), {
    set: { topic, picked },
    remove: ["approvals", "schedule"],
  });
}

/** Adds an approval; everything else in the file stays as it is. */
export async function addApproval(root: string, cycle: CycleId, approval: Approval): Promise<void> {
  await changeFrontMatter(root, editionPath(cycle), { append: { approvals: approval } });
}

/** Somebody else may change the file meanwhile: then it is read and changed again. */
async function changeFrontMatter(root: string, file: string, changes: YamlChanges): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) if (await tryChange(root, file, changes)) return;
  throw new UserError("edition-busy", `${file} is being changed by somebody else.`, "Try again in a moment.");
}

async function tryChange(root: string, file: string, changes: YamlChanges): Promise<boolean> {
  const read = await readToolkitText(root, file);
  const parts = "text" in read ? /^---[^\n]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m.exec(read.text) : null;
  if (!parts || !("text" in read)) {
    throw new UserError(
      "edition-unreadable",
      `${file} has no front matter to change.`,
      'Run "onetopic check" and mend it first.',
    );
  }
  const front = editYaml(parts[1] ?? "", changes);
  const text = `---\n${front}---\n${read.text.slice(parts[0].length)}`;
  const lock = `${path.join(root, file)}.lock`;
  if (!(await createExclusively(lock, ""))) return false;
  try {
    const again = await readToolkitText(root, file);
    if (!("text" in again) || again.text !== read.text) return false;
    await writeAtomically(path.join(root, file), text);
    return true;
  } finally {
    await rm(lock, { force: true });
  }
}

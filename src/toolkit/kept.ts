import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { occasions, type KeptEdition } from "../domain/edition.ts";
import type { CycleId } from "../domain/topic.ts";
import { UserError } from "../domain/user-error.ts";
import { exists, placeInToolkit, readToolkitText, writeAtomically } from "./files.ts";
import { day, fields, oneOf, slug } from "./kinds.ts";
import { formatYaml, parseYaml } from "./yaml.ts";

const words = z.string();
const keptDefinition = fields({
  topic: slug,
  kept: z.array(
    fields({
      as: oneOf(occasions),
      on: day,
      digest: words.optional(),
      parts: z.record(words, words).optional(),
      note: words.optional(),
      text: words,
    }),
  ),
});

const heading = (cycle: CycleId) =>
  `# What the edition of ${cycle} said when it was picked, approved, scheduled or sent, so that onetopic can say what has
# changed since. Commit it. It is written by onetopic; there is nothing to edit.
`;

/** Where the words of a cycle's edition are kept, relative to the toolkit. */
export function keptPath(cycle: CycleId): string {
  return `content/kept/${cycle}.yaml`;
}

/**
 * What was kept of a cycle's edition, the oldest first; nothing when it had another topic, or when nothing was kept.
 * @throws UserError (exit 1) when the file is there and cannot be read
 */
export async function readKept(root: string, cycle: CycleId, topic: string): Promise<readonly KeptEdition[]> {
  const file = keptPath(cycle);
  if (!(await exists(path.join(root, file)))) return [];
  const read = await readToolkitText(root, file);
  const parsed = "text" in read ? parseYaml(read.text, file) : undefined;
  const { data } = keptDefinition.safeParse(parsed?.problems.length === 0 ? parsed.value : undefined);
  if (!data) {
    throw new UserError(
      "kept-unreadable",
      `${file} cannot be read, so it cannot be said what has changed.`,
      "Get it back as it was committed, or delete it.",
      { place: { path: file } },
    );
  }
  return data.topic === topic ? data.kept : [];
}

/**
 * Keeps an edition as it is now. One content is kept once, for the occasion that tells most; what was only picked gives
 * way to what was approved, scheduled or sent. What went out stands in the order in which it did.
 * @throws UserError when the file cannot be read or written
 */
export async function keepEdition(
  root: string,
  cycle: CycleId,
  topic: string,
  edition: KeptEdition,
): Promise<void> {
  const file = placeInToolkit(root, keptPath(cycle));
  // Read for a pick as well, though that begins anew: what is damaged may yet be mended.
  const kept = await readKept(root, cycle, topic);
  const before = edition.as === "picked" ? [] : kept;
  const same = before.find(({ digest }) => digest === edition.digest);
  if (same && tellsAsMuch(same, edition, before)) return;
  const others = before.filter((one) => one !== same && one.as !== "picked");
  await writeAtomically(file, `${heading(cycle)}${written({ topic, kept: [...others, edition] })}`);
}

function tellsAsMuch(same: KeptEdition, edition: KeptEdition, all: readonly KeptEdition[]): boolean {
  if (edition.as === "sent") return same === all.findLast(({ as }) => as === "sent");
  return occasions.indexOf(same.as) >= occasions.indexOf(edition.as);
}

/** Texts as blocks that people can read; as JSON, which is YAML as well, where a text would not come back as it was. */
function written(value: { readonly topic: string; readonly kept: readonly KeptEdition[] }): string {
  const plain = JSON.stringify(value, null, 2);
  const yaml = formatYaml(value);
  const { value: back } = parseYaml(yaml, "");
  return isDeepStrictEqual(back, JSON.parse(plain)) ? yaml : `${plain}\n`;
}

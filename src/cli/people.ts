import { createHash } from "node:crypto";
import path from "node:path";
import type { RecipientList } from "../domain/recipient.ts";
import { usageError } from "../domain/user-error.ts";
import { exists, isInside } from "../toolkit/files.ts";
import { readList } from "../toolkit/lists.ts";
import type { Context } from "./context.ts";
import type { Workshop } from "./workshop.ts";

/** Where a list is that is named in the settings or by its path, absolute. */
export function listFile(context: Context, { toolkit }: Workshop, named: string): string {
  const { lists } = toolkit.settings;
  const known = Object.hasOwn(lists, named) ? lists[named] : undefined;
  return known ? path.resolve(toolkit.root, known.file) : path.resolve(context.cwd, named);
}

/** A list by its name in the settings, or by its path. */
export async function openList(context: Context, workshop: Workshop, named: string): Promise<RecipientList> {
  const { toolkit } = workshop;
  const { lists } = toolkit.settings;
  const known = Object.hasOwn(lists, named) ? lists[named] : undefined;
  const file = listFile(context, workshop, named);
  if (known && !isInside(toolkit.root, file)) {
    throw usageError(
      "outside",
      `The list "${named}" in the settings leads out of the toolkit.`,
      "Keep lists under var/.",
    );
  }
  if (!(await exists(file))) {
    const names = Object.keys(lists);
    throw usageError(
      "cannot-read",
      known
        ? `The list "${named}" should be in ${known.file}, but there is no such file.`
        : `There is no list "${named}", neither in the settings nor as a file.`,
      known
        ? `Save your list there as CSV. The first row names the columns: email (required), name, organisation, role, audience.`
        : `Name a CSV file, or one of the settings' lists: ${names.join(", ") || "none yet"}.`,
    );
  }
  const list = await readList(file, named);
  const { audience } = known ?? {};
  if (audience === undefined) return list;
  return {
    ...list,
    recipients: list.recipients.map((to) =>
      to.audience ? to : { ...to, audience, fields: { ...to.fields, audience } },
    ),
  };
}

/** A short name for who is on a list, whatever the order of its rows. */
export function listDigest({ recipients }: RecipientList): string {
  const rows = recipients
    .map(({ key, fields, audience }) => JSON.stringify([key, audience, fields]))
    .toSorted();
  return createHash("sha256").update(rows.join("\n")).digest("hex").slice(0, 32);
}

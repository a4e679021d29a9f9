import path from "node:path";
import type { ListSource, Recipient, RecipientList } from "../domain/recipient.ts";
import { usageError } from "../domain/user-error.ts";
import { exists, isInside } from "../toolkit/files.ts";
import { openList as openListFile, readList } from "../toolkit/lists.ts";
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
  const { file, audience } = await findList(context, workshop, named);
  const list = await readList(file, named);
  return { ...list, recipients: list.recipients.map((to) => withAudience(to, audience)) };
}

/** The same, to be read row by row. */
export async function openSource(context: Context, workshop: Workshop, named: string): Promise<ListSource> {
  const { file, audience } = await findList(context, workshop, named);
  const source = await openListFile(file, named);
  return {
    ...source,
    rows: async function* () {
      for await (const row of source.rows())
        yield row.kind === "person" ? { kind: "person", to: withAudience(row.to, audience) } : row;
    },
  };
}

/** Somebody of no audience belongs to the one that the list serves. */
function withAudience(to: Recipient, audience: string | undefined): Recipient {
  if (to.audience || audience === undefined) return to;
  return { ...to, audience, fields: { ...to.fields, audience } };
}

async function findList(
  context: Context,
  workshop: Workshop,
  named: string,
): Promise<{ readonly file: string; readonly audience: string | undefined }> {
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
  return { file, audience: known?.audience };
}

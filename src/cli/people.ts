import path from "node:path";
import { didYouMean } from "../check/words/phrases.ts";
import type { ListSource, RecipientList } from "../domain/recipient.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { usageError } from "../domain/user-error.ts";
import { exists, isInside } from "../toolkit/files.ts";
import { readAddress } from "../toolkit/lists/addresses.ts";
import { collectList, openList as openListFile } from "../toolkit/lists.ts";
import { servingAudience, type OpenList } from "../toolkit/lists/open.ts";
import type { Segment } from "../toolkit/segments.ts";
import type { Context } from "./context.ts";
import type { Workshop } from "./workshop.ts";

/** A list that was found: where it is, and whom the settings say it serves. */
export interface FoundList {
  /** Absolute. */
  readonly file: string;
  readonly audience: string | undefined;
}

/** A list by its name in the settings, or by its path, read whole. @throws UserError (exit 2) */
export async function openList(context: Context, workshop: Workshop, named: string): Promise<RecipientList> {
  return collectList(await openSource(context, workshop, named));
}

/** The same, to be read row by row. @throws UserError (exit 2) */
export async function openSource(
  context: Pick<Context, "cwd">,
  { toolkit }: { readonly toolkit: Pick<Toolkit, "root" | "settings"> | undefined },
  named: string,
): Promise<OpenList> {
  const { file, audience } = await findList(context, toolkit, named);
  return servingAudience(await openListFile(file, named), audience);
}

/**
 * Finds a list by its name in the settings, or by its path. Without a toolkit, by its path alone.
 * @throws UserError (exit 2) when there is none, or the settings lead out of the toolkit
 */
export async function findList(
  { cwd }: Pick<Context, "cwd">,
  toolkit: Pick<Toolkit, "root" | "settings"> | undefined,
  named: string,
): Promise<FoundList> {
  const lists = toolkit?.settings.lists ?? {};
  const known = Object.hasOwn(lists, named) ? lists[named] : undefined;
  const file = known && toolkit ? path.resolve(toolkit.root, known.file) : path.resolve(cwd, named);
  if (known && toolkit && !isInside(toolkit.root, file)) {
    throw usageError(
      "outside",
      `The list "${named}" in the settings leads out of the toolkit.`,
      "Keep lists under var/.",
    );
  }
  if (await exists(file)) return { file, audience: known?.audience };
  const names = Object.keys(lists);
  if (known) {
    throw usageError(
      "cannot-read",
      `The list "${named}" should be in ${known.file}, but there is no such file.`,
      "Save your list there, as CSV or as an Excel workbook. The first row names the columns: email (required), name, organisation, role, audience.",
    );
  }
  throw usageError(
    "cannot-read",
    `There is no list "${named}", neither in the settings nor as a file.`,
    `${didYouMean(named, names)}Name a CSV file or an Excel workbook${toolkit ? `, or one of the settings' lists: ${names.join(", ") || "none yet"}` : ""}.`,
  );
}

/**
 * Reads `--only`, and sees to it that the list has the columns it asks about.
 * @throws UserError (exit 2) that points at the fault
 */
export async function readSegment(
  text: string,
  { name, columns }: Pick<ListSource, "name" | "columns">,
): Promise<Segment> {
  // Loaded here: few commands have a segment.
  const { parseSegment, fault } = await import("../toolkit/segments.ts");
  const segment = parseSegment(text);
  const unknown = segment.columns.find(({ key }) => !columns.includes(key));
  if (unknown === undefined) return segment;
  throw fault(
    text,
    unknown.at,
    `The list ${name} has no column "${unknown.written}"`,
    `${didYouMean(unknown.key, columns)}It has: ${columns.join(", ")}.`,
  );
}

/** @throws UserError (exit 2) when it is no address that can be mailed */
export function requireAddress(value: string): { readonly address: string; readonly key: string } {
  const read = readAddress(value);
  if ("reason" in read)
    throw usageError(
      "bad-address",
      `"${value}" is not an e-mail address: ${read.reason}.`,
      "Give one such as name@example.org.",
    );
  return read;
}

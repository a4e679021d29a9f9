import { stat } from "node:fs/promises";
import type { Toolkit } from "../domain/toolkit.ts";
import { UserError } from "../domain/user-error.ts";
import { settingsFile } from "../toolkit/load.ts";
import { findRoot, type Context } from "./context.ts";
import { ledgerPlace } from "./ledger.ts";
import { outboxFolder } from "./stage-outbox.ts";
import type { ServerMarks } from "./stage-server-mark.ts";

/**
 * Another text when the outbox or the ledger is another than before. Reading the ledger makes it no other. Nothing when
 * the toolkit is no longer where it was.
 */
export async function markOf(
  context: Context,
  toolkit: Toolkit,
  servers: ServerMarks,
): Promise<string | undefined> {
  const { root, settings } = toolkit;
  if (!(await isThere(context, root))) return undefined;
  const ledger = await ledgerPlace(context, root, settings.ledger).catch(() => undefined);
  const marks = await Promise.all([markOfFolder(outboxFolder(toolkit)), markOfLedger(ledger, servers)]);
  return marks.join(" ");
}

async function markOfLedger(
  place: Awaited<ReturnType<typeof ledgerPlace>> | undefined,
  servers: ServerMarks,
): Promise<string> {
  if (place === undefined) return "-";
  if (typeof place !== "string") return servers.of(place);
  // SQLite writes to the file beside it first. An empty one appears when somebody only reads.
  return (await Promise.all([place, `${place}-wal`].map(markOfFile))).join(" ");
}

async function isThere(context: Context, root: string): Promise<boolean> {
  try {
    await requireThere(context, root);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** A toolkit that was moved or unmounted has no ledger either: that must not read as if nothing had been sent. @throws UserError */
export async function requireThere(context: Context, root: string): Promise<void> {
  const found = await findRoot({ ...context, toolkitFolder: root });
  // A folder above it may be another toolkit.
  if (found === root) return;
  throw new UserError(
    "no-toolkit",
    `There is no ${settingsFile} in ${root} any more.`,
    "Put it back, or start the preview in another folder.",
  );
}

async function markOfFile(file: string): Promise<string> {
  const about = await stat(file).catch(() => undefined);
  return about && about.size > 0 ? `${about.size}:${about.mtimeMs}` : "-";
}

/** A folder's own time changes with what is put in and taken out. */
async function markOfFolder(folder: string): Promise<string> {
  const about = await stat(folder).catch(() => undefined);
  return about ? String(about.mtimeMs) : "-";
}

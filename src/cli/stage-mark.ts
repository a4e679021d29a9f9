import { stat } from "node:fs/promises";
import type { Toolkit } from "../domain/toolkit.ts";
import type { Context } from "./context.ts";
import { ledgerFile } from "./ledger.ts";
import { outboxFolder } from "./stage-outbox.ts";

/** Another text when the outbox or the ledger is another than before. Reading the ledger makes it no other. */
export async function markOf(context: Context, toolkit: Toolkit): Promise<string> {
  const { root, settings } = toolkit;
  const ledger = await ledgerFile(context, root, settings.ledger).catch(() => undefined);
  // SQLite writes to the file beside it first. An empty one appears when somebody only reads.
  const ledgers = ledger === undefined ? [] : [ledger, `${ledger}-wal`];
  const marks = await Promise.all([markOfFolder(outboxFolder(toolkit)), ...ledgers.map(markOfFile)]);
  return marks.join(" ");
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

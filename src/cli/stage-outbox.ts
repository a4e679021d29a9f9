import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { setImmediate as letOthersSpeak } from "node:timers/promises";
import { compareText } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { UserError } from "../domain/user-error.ts";
import { isOutbox } from "../plan/delivery.ts";
import type {
  Known,
  OutboxEntry,
  OutboxFound,
  OutboxMessage,
  OutboxReader,
  OutboxRecord,
  OutboxWish,
} from "../preview/outbox-reader.ts";
import { isInside, isMissing, reasonOf } from "../toolkit/files.ts";
import { concealed } from "./concealed.ts";
import type { Context } from "./context.ts";
import { openToolkitLedgerView } from "./ledger.ts";
import { openedMessage } from "./opened-message.ts";
import { requireThere } from "./stage-mark.ts";
import { headReader, type HeadReader, type OutboxFile } from "./outbox-heads.ts";

/** Where messages go unless the settings name another place. */
const usual = "var/outbox";
const filePattern = /^([0-9a-f]{32})\.eml$/;
/** So many files are looked at before others have their turn. */
const turn = 500;

/** Reads outboxes of one toolkit, one after the other: what was read of a file is known as long as it does not change. */
export function outboxOpener(): (context: Context, toolkit: Toolkit) => OutboxReader {
  const heads = headReader();
  return (context, toolkit) => readerOf(context, toolkit, heads);
}

/** Reads what the outbox transport of the settings wrote; else the usual folder. Nothing outside the toolkit is read. */
function readerOf(context: Context, toolkit: Toolkit, heads: HeadReader): OutboxReader {
  const { root, settings } = toolkit;
  const place = outboxFolder(toolkit);
  const named = namedFolder(settings);
  const known = <Value>(ids: readonly string[], use: (records: Records) => Value): Promise<Value> =>
    recordsOf(context, toolkit, ids).then(use);
  return {
    folder: path.relative(root, place).split(path.sep).join("/") || ".",
    outside: isInside(root, path.resolve(root, named)) ? undefined : named,
    find: async (wish) => {
      const files = await filesIn(root, place);
      heads.keepOnly(files);
      return find(files, wish, heads, known);
    },
    read: async (id) => {
      const files = await filesIn(root, place);
      const at = files.findIndex((file) => file.id === id);
      const file = files[at];
      if (!file) return undefined;
      const entry = heads.entryOf(file);
      const raw = await readWhole(file);
      const neighbours = { newer: files[at - 1]?.id, older: files[at + 1]?.id };
      return known([entry.messageId], async ({ of, ...ledger }): Promise<OutboxMessage> => ({
        ...(await openedMessage(raw)),
        ...ledger,
        ...neighbours,
        entry: { ...entry, record: of.get(entry.messageId) },
      }));
    },
  };
}

/** Where the outbox is, absolute; never outside the toolkit. */
export function outboxFolder({ root, settings }: Pick<Toolkit, "root" | "settings">): string {
  const folder = path.resolve(root, namedFolder(settings));
  return isInside(root, folder) ? folder : path.join(root, usual);
}

function namedFolder({ transport }: Toolkit["settings"]): string {
  return /^outbox:(.+)$/i.exec(transport)?.[1] ?? usual;
}

async function find(
  files: readonly OutboxFile[],
  { search, state, skip, most }: OutboxWish,
  heads: HeadReader,
  known: <Value>(ids: readonly string[], use: (records: Records) => Value) => Promise<Value>,
): Promise<OutboxFound> {
  const wanted = search.trim().toLowerCase();
  // Only what is shown is opened, unless something is looked for in all of them.
  const seen = wanted === "" && state === undefined ? files.slice(skip, skip + most) : files;
  const entries: OutboxEntry[] = [];
  for (const [at, file] of seen.entries()) {
    if (at % turn === turn - 1) await letOthersSpeak();
    const entry = heads.entryOf(file);
    const { subject, to, messageId } = entry;
    if (`${subject}\n${to}\n${messageId}`.toLowerCase().includes(wanted)) entries.push(entry);
  }
  return known(
    entries.map(({ messageId }) => messageId),
    ({ of, ...ledger }) => {
      const all = entries.map((entry) => ({ ...entry, record: of.get(entry.messageId) }));
      const matching =
        state === undefined ? all : all.filter(({ record }) => (record?.state ?? "no-record") === state);
      const isPart = seen !== files;
      return {
        ...ledger,
        entries: isPart ? matching : matching.slice(skip, skip + most),
        matching: isPart ? files.length : matching.length,
        total: files.length,
      };
    },
  );
}

/** The messages of a folder, newest first. A link is none: it could lead anywhere. */
async function filesIn(root: string, place: string): Promise<OutboxFile[]> {
  try {
    if (!isInside(await realpath(root), await realpath(place)))
      throw unreadable(place, "it leads out of the toolkit");
    const names = (await readdir(place, { withFileTypes: true })).flatMap((entry) => {
      const id = entry.isFile() ? filePattern.exec(entry.name)?.[1] : undefined;
      return id === undefined ? [] : [id];
    });
    const files: OutboxFile[] = [];
    for (let at = 0; at < names.length; at += turn)
      files.push(...(await Promise.all(names.slice(at, at + turn).map((id) => fileOf(place, id)))).flat());
    return files.toSorted((a, b) => b.mtimeMs - a.mtimeMs || compareText(a.id, b.id));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error instanceof UserError ? error : unreadable(place, reasonOf(error));
  }
}

/** None when it is gone by now. */
async function fileOf(place: string, id: string): Promise<OutboxFile[]> {
  const file = path.join(place, `${id}.eml`);
  try {
    const about = await lstat(file);
    return about.isFile() ? [{ id, file, bytes: about.size, mtimeMs: about.mtimeMs }] : [];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Far more than any message of ours: what is larger is looked at with another program. */
const largestMessage = 32 * 1024 * 1024;

async function readWhole({ file, bytes }: OutboxFile): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes > largestMessage) throw unreadable(file, "it is larger than 32 MB");
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw unreadable(file, reasonOf(error));
  }
}

function unreadable(place: string, why: string): UserError {
  return new UserError(
    "outbox-unreadable",
    `${place} cannot be read: ${why}.`,
    "Check that you may read it and what is in it.",
  );
}

interface Records extends Known {
  readonly of: ReadonlyMap<string, OutboxRecord>;
}

/** What the ledger says of messages; that it cannot be looked at is said, and keeps nobody from the messages. */
async function recordsOf(
  context: Context,
  { root, settings }: Toolkit,
  ids: readonly string[],
): Promise<Records> {
  try {
    await requireThere(context, root);
    const view = await openToolkitLedgerView(context, root, settings.ledger);
    if (!view) return { of: new Map(), hasLedger: false };
    try {
      const found = await view.messages(ids);
      const records = [...found].map(([id, { run, transport, ...rest }]): [string, OutboxRecord] => [
        id,
        { ...rest, ...run, transport, isRehearsal: transport === undefined || isOutbox(transport) },
      ]);
      return { of: new Map(records), hasLedger: true };
    } finally {
      await view.close();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { of: new Map(), hasLedger: true, fault: concealed(context.out, error) };
  }
}

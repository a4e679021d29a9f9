import { createReadStream, type Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";

import { usageError, type UserError } from "../../domain/user-error.ts";
import { Collected, isMbox, messageLimit, splitMbox, type Incoming } from "./mbox.ts";

/** A file that could not be read; the others are. */
export interface Unread {
  readonly file: string;
  readonly fault: string;
}

/**
 * Reads the messages of a file, an mbox, a folder of .eml files or a Maildir, one after the other.
 * @param place absolute
 * @param shown as people call it
 * @throws UserError (exit 2) when the place itself cannot be read
 */
export async function* readMessages(place: string, shown: string): AsyncGenerator<Incoming | Unread> {
  const about = await stat(place).catch((fault: unknown) => {
    throw cannotRead(shown, fault);
  });
  if (!about.isDirectory()) {
    yield* readFile(place, shown);
    return;
  }
  for (const { folder, name } of await filesIn(place, shown)) {
    const file = [shown.replace(/[\\/]+$/, ""), folder, name].filter((part) => part !== "").join("/");
    try {
      yield await readOne(path.join(place, folder, name), file);
    } catch (fault) {
      // In a Maildir, another program may move a file while we read: it turns up in the next run.
      if ((fault as NodeJS.ErrnoException).code !== "ENOENT") yield { file, fault: (fault as Error).message };
    }
  }
}

async function* readFile(place: string, shown: string): AsyncGenerator<Incoming> {
  try {
    const handle = await open(place);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(5), 0, 5, 0).finally(() => handle.close());
    if (isMbox(buffer.subarray(0, bytesRead))) yield* splitMbox(createReadStream(place), shown);
    else yield await readOne(place, shown);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).syscall === undefined) throw fault;
    throw cannotRead(shown, fault);
  }
}

async function readOne(place: string, file: string): Promise<Incoming> {
  const collected = new Collected();
  for await (const chunk of createReadStream(place, { end: messageLimit })) collected.add(chunk as Buffer);
  return { file, raw: collected.bytes(), isCut: collected.isCut };
}

/** A Maildir has its messages in `new` and `cur`, under any names; another folder in files that end in .eml. */
async function filesIn(place: string, shown: string): Promise<{ folder: string; name: string }[]> {
  const entries = await entriesOf(place, shown);
  const folders = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  const isMaildir = folders.has("new") || folders.has("cur");
  if (!isMaildir) return named(entries, "").filter(({ name }) => /\.eml$/i.test(name));
  const both = ["new", "cur"].filter((folder) => folders.has(folder));
  const found = await Promise.all(
    both.map(async (folder) => named(await entriesOf(path.join(place, folder), shown), folder)),
  );
  return found.flat().filter(({ name }) => !name.startsWith("."));
}

function named(entries: readonly Dirent[], folder: string): { folder: string; name: string }[] {
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => ({ folder, name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function entriesOf(folder: string, shown: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((fault: unknown) => {
    throw cannotRead(shown, fault);
  });
}

function cannotRead(shown: string, fault: unknown): UserError {
  const { code, message } = fault as NodeJS.ErrnoException;
  return usageError(
    "cannot-read",
    code === "ENOENT" ? `There is no file or folder ${shown}.` : `${shown} cannot be read: ${message}.`,
    "Name an .eml file, a folder of .eml files, an mbox, a Maildir, or a mailbox such as imaps://USER:${NAME}@mail.example.org/INBOX.",
  );
}

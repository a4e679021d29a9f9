import { closeSync, openSync, readSync } from "node:fs";
import { opendir } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../domain/user-error.ts";
import { addressedTo, fieldsOf } from "../deliver/bounces/mail.ts";
import { readAddress } from "../toolkit/lists/addresses.ts";
import { isError } from "./program.ts";

/** Says in a test whose words it shows: in an outbox such a message is that person's as well. */
const asHeader = "X-Onetopic-As";

/** The header that `findMessages` finds a test by. */
export function shownAs(key: string): Readonly<Record<string, string>> {
  return { [asHeader]: encodeURIComponent(key) };
}

/** As much of a file as is read to see who it is addressed to. */
const longestHead = 64 * 1024;
/** What an outbox holds: messages, and what is left of one that was being written. */
const message = /\.eml(?:\.part)?$/;

/** What messages are looked for. */
export interface Sought {
  readonly root: string;
  /** Folders below the root, or whole paths. */
  readonly outboxes: readonly string[];
  /** Names of files that are surely this person's. */
  readonly names: readonly string[];
  /** Of the person's address. */
  readonly key: string;
}

/**
 * Gives the messages in these outboxes that are the person's by their name or their To, and the tests with their words, as paths. Folders are read
 * entry by entry, and of a file only its head.
 * @throws UserError when a folder or a message cannot be read: it may be the person's
 */
export async function findMessages({ root, outboxes, names, key }: Sought): Promise<string[]> {
  const known = new Set(names.flatMap((name) => [name, `.${name}.part`]));
  const folders = new Map(outboxes.map((folder) => [path.resolve(root, folder), folder]));
  const head = Buffer.alloc(longestHead);
  const found: string[] = [];
  for (const [at, folder] of folders) {
    try {
      for await (const entry of await opendir(at)) {
        if (!entry.isFile() || !message.test(entry.name)) continue;
        if (!known.has(entry.name) && !isTo(path.join(at, entry.name), head, key)) continue;
        found.push(path.join(folder, entry.name).split(path.sep).join("/"));
      }
    } catch (fault) {
      if (isError(fault, "ENOENT") || isError(fault, "ENOTDIR")) continue;
      throw new UserError(
        "outbox-unreadable",
        `The outbox ${folder} cannot be read: ${(fault as Error).message}.`,
        "Check that you may read it and what is in it, then run the same command again.",
        { cause: fault },
      );
    }
  }
  return found.toSorted();
}

function isTo(file: string, head: Buffer, key: string): boolean {
  const handle = openSync(file, "r");
  try {
    const length = readSync(handle, head, 0, head.length, 0);
    const beginning = head.subarray(0, length);
    if (fieldsOf(beginning, asHeader.toLowerCase()).includes(encodeURIComponent(key))) return true;
    return addressedTo(beginning).some((address) => {
      const read = readAddress(address);
      return "key" in read && read.key === key;
    });
  } finally {
    closeSync(handle);
  }
}

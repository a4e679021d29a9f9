import { closeSync, openSync, readSync } from "node:fs";
import { headOf, type MailHead } from "../deliver/bounces/mail.ts";
import type { OutboxEntry } from "../preview/outbox-reader.ts";

/** A message on disk. */
export interface OutboxFile {
  readonly id: string;
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** Reads the heads of messages, each once as long as its file does not change. */
export interface HeadReader {
  readonly entryOf: (file: OutboxFile) => OutboxEntry;
  /** Forgets all others. */
  readonly keepOnly: (files: readonly OutboxFile[]) => void;
}

/** As much of a file as is read: our own heads take about 2 kB. */
const longestHead = 16 * 1024;

export function headReader(): HeadReader {
  const known = new Map<string, OutboxEntry>();
  const buffer = Buffer.alloc(longestHead);
  return {
    entryOf: (file) => {
      const before = known.get(file.file);
      if (before && isSame(before, file)) return before;
      const entry = {
        id: file.id,
        ...readHead(file.file, buffer),
        writtenAt: new Date(file.mtimeMs),
        bytes: file.bytes,
      };
      known.set(file.file, entry);
      return entry;
    },
    keepOnly: (files) => {
      if (known.size <= files.length) return;
      const there = new Set(files.map(({ file }) => file));
      for (const file of known.keys()) if (!there.has(file)) known.delete(file);
    },
  };
}

function isSame({ writtenAt, bytes }: OutboxEntry, file: OutboxFile): boolean {
  return writtenAt.getTime() === new Date(file.mtimeMs).getTime() && bytes === file.bytes;
}

/** What cannot be read any more has nothing to show: its page says why. */
function readHead(file: string, buffer: Buffer): MailHead {
  try {
    const handle = openSync(file, "r");
    try {
      return headOf(buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0)));
    } finally {
      closeSync(handle);
    }
  } catch {
    return { subject: "", to: "", messageId: "" };
  }
}

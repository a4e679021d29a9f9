import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { compareText } from "../domain/problem.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import type { OutboxEntry, OutboxReader } from "../preview/stage.ts";
import { isInside, isMissing } from "../toolkit/files.ts";

const usual = "var/outbox";
const filePattern = /^([0-9a-f]{32})\.eml$/;

/** Reads what the outbox transport of the settings wrote; else the usual folder. Nothing outside the toolkit is read. */
export function outboxReader(toolkit: Toolkit): OutboxReader {
  const place = outboxFolder(toolkit);
  return {
    list: async () => {
      const names = (await namesIn(place)).filter((name) => filePattern.test(name));
      const entries = await Promise.all(names.map((name) => entryOf(place, name)));
      return entries.toSorted((a, b) => compareText(b.writtenAt, a.writtenAt) || compareText(a.id, b.id));
    },
    read: async (id) => {
      if (!filePattern.test(`${id}.eml`) || !(await namesIn(place)).includes(`${id}.eml`)) return undefined;
      const raw = await readFile(path.join(place, `${id}.eml`));
      return { ...(await entryOf(place, `${id}.eml`)), headers: [], raw };
    },
  };
}

/** Where the outbox is, absolute; never outside the toolkit. */
export function outboxFolder({ root, settings }: Pick<Toolkit, "root" | "settings">): string {
  const named = /^outbox:(.+)$/.exec(settings.transport)?.[1] ?? usual;
  const folder = path.resolve(root, named);
  return isInside(root, folder) ? folder : path.join(root, usual);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function entryOf(folder: string, name: string): Promise<OutboxEntry> {
  const { size, mtime } = await stat(path.join(folder, name));
  const id = path.parse(name).name;
  return { id, subject: "", to: "", messageId: "", writtenAt: mtime.toISOString(), bytes: size };
}

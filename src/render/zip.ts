import { unzipSync, zipSync } from "fflate";

/**
 * The one time that all files of a zip bear, so that the same files give the same bytes. A zip holds local time without
 * a zone: noon of this day is the same in all of them.
 */
const filesTime = new Date(1980, 0, 1, 12);

/** Packs files, in their order. */
export function zip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(files), { mtime: filesTime }));
}

/** The files in a zip, in their order. */
export function unzip(content: Uint8Array): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(content)));
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isKitPath, type KitFile } from "../domain/kit.ts";
import type { ImageStore } from "../domain/image.ts";
import type { TemplateFile } from "../domain/template.ts";
import type { Brand } from "../domain/brand.ts";
import type { Toolkit } from "../domain/toolkit.ts";
import { UserError } from "../domain/user-error.ts";
import { exists, listTree, reasonOf } from "./files.ts";
import { imageFile } from "./images.ts";
import { settingsFile } from "./load.ts";

/** What of a toolkit an edition is composed from. */
export interface KitContents {
  readonly toolkit: Toolkit;
  readonly brand: Brand;
  /** Those in force, wherever they come from: a worker may have others. */
  readonly templates: readonly TemplateFile[];
  /** The file that names each, and its address as written there. */
  readonly pictures: readonly { readonly file: string; readonly href: string }[];
  readonly images: ImageStore;
}

/** A folder in the system's own for what is temporary, which nobody else may enter. */
export async function makeKitFolder(): Promise<string> {
  try {
    return await mkdtemp(path.join(tmpdir(), "onetopic-kit-"));
  } catch (error) {
    throw unwritable(tmpdir(), error);
  }
}

/** Takes away such a folder with everything in it. */
export async function removeKitFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Copies what an edition is composed from into an empty folder: settings, topics, posts and editions (what comes next is
 * worked out from all of them), one brand, the templates, and the pictures. Never lists, `.env`, keys or `var/`.
 * @throws UserError when a file cannot be read, or has a name that is no name elsewhere
 */
export async function fillKitFolder(folder: string, contents: KitContents): Promise<void> {
  const { toolkit, brand, templates, pictures, images } = contents;
  const { root, about, topics, posts, editions } = toolkit;
  const sources = [about, brand, ...topics, ...posts, ...editions].map(({ source }) => source.path);
  for (const file of new Set([settingsFile, ...sources])) {
    const from = path.join(root, file);
    if (file === about.source.path && !(await exists(from))) continue;
    await writeKitFile(folder, { path: file, bytes: await readWhole(from, file) });
  }
  for (const { name, source } of templates)
    await writeKitFile(folder, { path: `templates/${name}`, bytes: Buffer.from(source) });
  const written = new Set<string>();
  for (const { file, href } of pictures) {
    const read = images.get(file, href);
    const name = path
      .relative(root, imageFile(root, file, href))
      .split(path.sep)
      .join("/");
    if (read.kind !== "image" || written.has(name)) continue;
    written.add(name);
    await writeKitFile(folder, { path: name, bytes: read.content });
  }
}

/**
 * Writes one file of a kit into its folder, which must not hold it yet.
 * @throws UserError when its path leads anywhere else, or the disk cannot take it
 */
export async function writeKitFile(folder: string, { path: name, bytes }: KitFile): Promise<void> {
  if (!isKitPath(name))
    throw new UserError(
      "kit-path",
      `A file called ${JSON.stringify(name)} cannot travel with a send.`,
      "Give it a name of letters, digits, hyphens and dots, below content/ or templates/.",
    );
  const file = path.join(folder, ...name.split("/"));
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, bytes, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** The files of a kit's folder, in the order of their paths. */
export async function* readKitFolder(folder: string): AsyncGenerator<KitFile> {
  for (const name of await listTree(folder, ".")) {
    const file = name.slice("./".length);
    yield { path: file, bytes: await readWhole(path.join(folder, file), file) };
  }
}

async function readWhole(file: string, shown: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UserError(
      "cannot-read",
      `${shown} cannot be read: ${reasonOf(error)}.`,
      "Check the file, then run the same command again. Nothing was sent.",
      { exit: 2, cause: error },
    );
  }
}

function unwritable(folder: string, cause: unknown): UserError {
  return new UserError(
    "temporary-unwritable",
    `The temporary folder ${folder} cannot be written: ${reasonOf(cause)}.`,
    "Make room there, or name another folder in the variable TMPDIR, then run the same command again.",
    { exit: 2, cause },
  );
}

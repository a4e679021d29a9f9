import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { imageKey, type ImageRead, type ImageStore } from "../domain/image.ts";
import { isInside } from "./files.ts";

/** Largest picture that is read. */
export const imageLimit = 5 * 1024 * 1024;

/**
 * Reads the pictures that files of the toolkit name. Only files inside `content/` are read.
 * @param wanted the naming file, relative to the toolkit, and the address as written there
 */
export async function readImages(
  root: string,
  wanted: readonly { readonly file: string; readonly href: string }[],
): Promise<ImageStore> {
  const store = new Map<string, ImageRead>();
  for (const { file, href } of wanted) store.set(imageKey(file, href), await readImage(root, file, href));
  return store;
}

async function readImage(root: string, file: string, href: string): Promise<ImageRead> {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(href)) return { kind: "remote" };
  const content = path.join(root, "content");
  const target = path.resolve(root, path.dirname(file), decode(href));
  if (!isInside(content, target)) return { kind: "outside" };
  try {
    if (!isInside(await realpath(content), await realpath(target))) return { kind: "outside" };
    const { size } = await stat(target);
    return size > imageLimit
      ? { kind: "too-large", bytes: size }
      : { kind: "image", content: await readFile(target) };
  } catch {
    // Whatever the system has against the name, there is no picture of that name.
    return { kind: "missing" };
  }
}

function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

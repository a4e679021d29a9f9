import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { imageKey, type ImageRead, type ImageStore } from "../domain/image.ts";
import { isInside } from "./files.ts";

/** Largest picture that is read. */
export const imageLimit = 5 * 1024 * 1024;

/**
 * What is kept in memory: the pictures of one topic, so that what is judged is what is sent, but not those of thousands.
 */
const keptBytes = 64 * 1024 * 1024;

/** The pictures that files of the toolkit name. Only files inside `content/` are read. */
export function openImages(root: string): ImageStore {
  const kept = new Map<string, ImageRead>();
  let bytes = 0;
  const read = (file: string, href: string): ImageRead => {
    const picture = readImage(root, file, href);
    const size = picture.kind === "image" ? picture.content.length : 0;
    if (bytes + size > keptBytes) {
      kept.clear();
      bytes = 0;
    }
    bytes += size;
    kept.set(imageKey(file, href), picture);
    return picture;
  };
  return { get: (file, href) => kept.get(imageKey(file, href)) ?? read(file, href) };
}

function readImage(root: string, file: string, href: string): ImageRead {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(href)) return { kind: "remote" };
  const content = path.join(root, "content");
  const target = imageFile(root, file, href);
  if (!isInside(content, target)) return { kind: "outside" };
  try {
    if (!isInside(realpathSync(content), realpathSync(target))) return { kind: "outside" };
    const found = statSync(target);
    // A pipe in place of a file would be waited for without end.
    if (!found.isFile()) return { kind: "missing" };
    return found.size > imageLimit
      ? { kind: "too-large", bytes: found.size }
      : { kind: "image", content: readFileSync(target) };
  } catch {
    // Whatever the system has against the name, there is no picture of that name.
    return { kind: "missing" };
  }
}

/** Where a picture of the toolkit would be, absolute. */
export function imageFile(root: string, file: string, href: string): string {
  return path.resolve(root, path.dirname(file), decode(href));
}

function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

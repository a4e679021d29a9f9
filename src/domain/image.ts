/** A picture read, or why not. */
export type ImageRead =
  | { readonly kind: "image"; readonly content: Buffer }
  | { readonly kind: "missing" | "outside" | "remote" }
  | { readonly kind: "too-large"; readonly bytes: number };

/** The pictures of a toolkit, by the file they are named in and the address they are named by: see `imageKey`. */
export type ImageStore = ReadonlyMap<string, ImageRead>;

/** The key of a picture in the store. */
export function imageKey(file: string, href: string): string {
  return `${file} ${href}`;
}

/** A picture read, or why not. */
export type ImageRead =
  | { readonly kind: "image"; readonly content: Buffer }
  | { readonly kind: "missing" | "outside" | "remote" }
  | { readonly kind: "too-large"; readonly bytes: number };

/** The pictures of a toolkit. One is read when it is first asked for. */
export interface ImageStore {
  /**
   * @param file the file that names it, relative to the toolkit
   * @param href the address as written there
   */
  readonly get: (file: string, href: string) => ImageRead;
}

/** One key for a picture, from the file that names it and the address as written there. */
export function imageKey(file: string, href: string): string {
  return `${file} ${href}`;
}

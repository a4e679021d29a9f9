/** One file of what a worker composes messages from: its bytes, and its path in the toolkit, with forward slashes. */
export interface KitFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const longestPath = 400;

/**
 * True for a path that a kit may hold: the settings, or a file below `content/` or `templates/`, under a name that means
 * the same file on every system and leads nowhere else.
 */
export function isKitPath(path: string): boolean {
  if (path.length > longestPath || !/^(onetopic\.yaml$|content\/|templates\/)/.test(path)) return false;
  return path.split("/").every((part) => !/^$|^\.|[. ]$|[\\:]|\p{Cc}/u.test(part));
}
